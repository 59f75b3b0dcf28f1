package import CoordinatorAPI
package import Cryptography

/// The way to the coordinator, without a socket in sight: the daemon implements it over HTTP, tests by a fake.
///
/// Every call throws `ConnectionError`. After a call with a body threw, nobody knows whether the body arrived.
package protocol CoordinatorConnection: Sendable {
  /// What `submit` and `decline` will say as their destination, for the egress log.
  func destination(of kind: EgressKind, assignment: String?) -> String
  /// What `consent` and `acknowledge` will say as their destination, for the egress log.
  func destination(of kind: EgressKind, study: String) -> String
  /// What the site is asked to do; waits up to `wait` seconds for something newer than `cursor`.
  func assignments(after cursor: Int, wait: Int) async throws -> AssignmentsDocument
  /// A protocol or model file.
  func object(_ digest: Digest, maximumBytes: Int) async throws -> [UInt8]
  /// Hands over a package; the same bytes may be handed over again.
  func submit(_ package: [UInt8], assignment: String) async throws -> SubmitAnswer
  /// Says that an assignment is not carried out.
  func decline(_ refusal: [UInt8], assignment: String) async throws
  /// The words about a study after one that is known.
  func words(about study: String, after sequence: Int) async throws -> StandingDocument
  /// Hands over a signed consent; the same bytes may be handed over again.
  func consent(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument
  /// Hands over a signed acknowledgement; the same bytes may be handed over again.
  func acknowledge(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument
  /// How the coordinator sees this agent.
  func identity() async throws -> IdentityDocument
  /// Asks for a certificate for a new key.
  func renew(_ request: [UInt8]) async throws -> CertificateDocument
  /// Makes the next call use the files in `tls/` as they are now.
  func credentialsChanged()
}

/// What the coordinator said about a package.
package enum SubmitAnswer: Sendable, Equatable {
  /// Taken in; these are the bytes of the receipt, not yet verified.
  case receipt([UInt8])
  /// Not taken in, and sending it again will not change that.
  case refused(Problem)
}

/// Why a call to the coordinator gave no answer that can be used.
package enum ConnectionError: Error, Equatable {
  /// No answer, or a broken one; code is a word of the transport for status and logs.
  case unreachable(code: String, detail: String, remedy: String, isRetryable: Bool)
  /// The coordinator answered with a problem.
  case problem(Problem)
  /// The coordinator answered with something that no coordinator answers.
  case malformed(String)
}

extension ConnectionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreachable(_, let detail, _, _): detail
    case .problem(let problem): "the coordinator refused: \(problem)"
    case .malformed(let what): "the coordinator's answer cannot be read: \(what)"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .unreachable(_, _, let remedy, _): remedy
    case .problem(let problem): problem.remedy
    case .malformed:
      "check that the address is the coordinator's, and that agent and coordinator fit together"
    }
  }

  /// A word for status and logs; never what somebody else wrote.
  package var code: String {
    switch self {
    case .unreachable(let code, _, _, _): code
    case .problem(let problem): problem.slug.rawValue
    case .malformed: "answer-malformed"
    }
  }

  /// Whether the same call may succeed later without anybody doing something.
  package var isTransient: Bool {
    switch self {
    case .unreachable(_, _, _, let isRetryable): isRetryable
    case .problem(let problem): [429, 500, 503, 507].contains(problem.status)
    case .malformed: false
    }
  }
}
