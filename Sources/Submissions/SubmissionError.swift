package import Aggregates
package import Attestations
package import Cryptography

/// Why a site's signed files were refused. Each case belongs to one file.
package enum SubmissionError: Error, Equatable {
  case context(String)
  case root(CryptographyError)
  case attestation(file: String, AttestationError)
  case predicate(file: String, String)
  case aggregate(AggregateError)
  case otherSite(file: String)
  /// The body that holds all files.
  case package(String)
}

extension SubmissionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .context(let problem): "context.json: \(problem)"
    case .root(let error): "root certificate: \(error)"
    case .attestation(let file, let error): "\(file): \(error)"
    case .predicate(let file, let problem): "\(file): \(problem)"
    case .aggregate(let error): error.description
    case .otherSite(let file): "\(file) is of another site than the folder it stands in"
    case .package(let problem): "submission package: \(problem)"
    }
  }

  /// What whoever holds the files can do.
  package var remedy: String {
    switch self {
    case .context, .otherSite, .predicate: "ask the site to evaluate and sign again under this protocol"
    case .root(let error): error.remedy
    case .attestation(_, let error): error.remedy
    case .aggregate(let error): error.remedy
    case .package: "send the files as the site signed them, packed as protocols/submission.md says"
    }
  }

  /// The name of the file in the site's folder that is wrong.
  package var file: String {
    switch self {
    case .context: SubmissionFiles.contextName
    case .root: SubmissionFiles.rootName
    case .attestation(_, let error) where error.isAboutRoot: SubmissionFiles.rootName
    case .attestation(let file, .subjectDiffers(let name)), .attestation(let file, .subjectMissing(let name)):
      name.split(separator: "/").last.map(String.init) ?? file
    case .attestation(let file, _), .predicate(let file, _), .otherSite(let file): file
    case .aggregate: SubmissionFiles.aggregateName
    case .package: SubmissionFiles.packageName
    }
  }
}
