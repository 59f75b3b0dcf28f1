import CoordinatorAPI
import Rounds
import Storage
import Tenancy

/// What became of a request whose handler threw: errors become problems here and nowhere else.
struct RequestFailure {
  /// Whose fault it is.
  enum Kind: Equatable {
    /// The caller's. The store has recorded it when it decided it.
    case callers(isRecorded: Bool)
    /// The machine's or ours: the log says more than the caller is told.
    case ours
  }

  let kind: Kind
  let problem: Problem
  /// For the operator's log; no secret and nothing of a patient is in any of our errors.
  let logText: String

  init(_ error: any Error) {
    logText = "\(error)"
    switch error {
    case let problem as Problem: (kind, self.problem) = (.callers(isRecorded: false), problem)
    case let error as WireError: (kind, problem) = (.callers(isRecorded: false), .malformed(error))
    case let refusal as TenancyRefusal:
      kind = .callers(isRecorded: true)
      problem = refusal.problem
    case let refusal as JoinRefusal:
      kind = .callers(isRecorded: true)
      problem = Problem(.refused, detail: refusal.description, remedy: refusal.remedy)
    case let refusal as RoundsRefusal:
      kind = .callers(isRecorded: true)
      problem = refusal.problem
    case let error as TenancyError where error.isOutOfSpace: (kind, problem) = (.ours, .storageLow)
    case TenancyError.auditUnavailable: (kind, problem) = (.ours, .auditUnavailable)
    case let error as StorageError where error.isOutOfSpace: (kind, problem) = (.ours, .storageLow)
    default: (kind, problem) = (.ours, .internal)
    }
  }
}

extension Problem {
  /// For a certificate that one of our authorities signed and that is not admitted, or not any more.
  static let certificateNotAccepted = Problem(
    .superseded, detail: "this certificate is not accepted, or not any more",
    remedy: "use the newest certificate, or ask the administrator for a new invitation")
}

extension TenancyRefusal {
  fileprivate var problem: Problem {
    let slug: Problem.Slug
    switch self {
    case .absent: return .notFound
    case .invalid, .requestInvalid, .keySeen, .authorityInvalid: slug = .refused
    case .tooManyInvitations, .tooManyPersonInvitations, .fingerprintDiffers, .wrongState,
      .lastAdministrator:
      slug = .conflict
    case .tooEarly: slug = .notOpen
    case .notActive: slug = .superseded
    }
    return Problem(slug, detail: description, remedy: remedy)
  }
}

extension RoundsRefusal {
  /// The refusal as it is told.
  var problem: Problem {
    switch kind {
    case .absent: .notFound
    case .siteNotConfirmed: .siteNotConfirmed
    case .conflict: Problem(.conflict, detail: description, remedy: remedy)
    case .notOpen: Problem(.notOpen, detail: description, remedy: remedy)
    case .refused: Problem(.refused, detail: description, remedy: remedy)
    }
  }
}
