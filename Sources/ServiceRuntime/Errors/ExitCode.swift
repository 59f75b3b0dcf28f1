/// What a tool tells the shell. One table for all three tools; scripts may rely on it.
package enum ExitCode: Int32, Sendable, CaseIterable {
  /// The command did what it was asked.
  case done = 0
  /// Everything could be checked, and the evidence does not meet its criteria. A result, not an error.
  case criteriaNotMet = 1
  /// The command line was not understood.
  case usage = 2
  /// A file, a document or a value was refused.
  case inputRefused = 3
  /// A signature or a digest does not match.
  case signatureOrDigestWrong = 4
  /// Something that is needed for the check is not here, such as a trust file's key.
  case notVerifiableHere = 5
  /// Signatures are good, but the evidence has expired or something newer replaces it.
  case expiredOrSuperseded = 6
  /// Something outside the tool could not be reached or written: the network, a disk, standard output.
  case unreachable = 7
  /// A mistake of ours.
  case bug = 70

  /// The word for this code in help pages.
  package var meaning: String {
    switch self {
    case .done: "done"
    case .criteriaNotMet: "criteria not met"
    case .usage: "usage"
    case .inputRefused: "input refused"
    case .signatureOrDigestWrong: "signature or digest wrong"
    case .notVerifiableHere: "not verifiable here"
    case .expiredOrSuperseded: "expired or superseded"
    case .unreachable: "unreachable or not writable"
    case .bug: "our bug"
    }
  }
}
