/// An error that a person can act on. A tool conforms the errors of the modules it uses, and names the
/// exit code where it is not `inputRefused`.
///
///     extension ZipError: DescribedError {}
///     extension EnvelopeError: DescribedError {
///       var exitCode: ExitCode { .signatureOrDigestWrong }
///     }
package protocol DescribedError: Error {
  /// What was found and where: lower case, no full stop, never a patient value or a key.
  var description: String { get }
  /// What to do about it; empty when nothing can be said.
  var remedy: String { get }
  /// What the tool exits with.
  var exitCode: ExitCode { get }
}

extension DescribedError {
  package var exitCode: ExitCode { .inputRefused }
}

/// An error a tool makes itself, where no module's error fits.
package struct ToolError: DescribedError, Equatable {
  package let description: String
  package let remedy: String
  package let exitCode: ExitCode

  /// An error with its three parts.
  package init(_ message: String, remedy: String = "", exitCode: ExitCode) {
    description = message
    self.remedy = remedy
    self.exitCode = exitCode
  }

  /// Any error as a tool reports it. One that says nothing about itself is our mistake.
  package init(_ error: any Error) {
    if let error = error as? any DescribedError {
      self.init(error.description, remedy: error.remedy, exitCode: error.exitCode)
    } else {
      self.init(
        "this is a bug in the tool: \(String(reflecting: type(of: error))) was not handled",
        remedy: "please report it with the command you ran; CONTRIBUTING.md says how", exitCode: .bug)
    }
  }
}
