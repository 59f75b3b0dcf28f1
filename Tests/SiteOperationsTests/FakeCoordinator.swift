import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import SiteOperations
import Submissions
import Synchronization

/// A coordinator in memory: it keeps what it is sent, answers with signed receipts, and fails when it is told to.
final class FakeCoordinator: CoordinatorConnection {
  struct State {
    var objects: [Digest: [UInt8]] = [:]
    var document: AssignmentsDocument?
    var submitted: [[UInt8]] = []
    var refusals: [[UInt8]] = []
    var fetched: [Digest] = []
    var renewals = 0
    var credentialChanges = 0
    /// What the next calls of `submit` do, in order; then it answers with receipts.
    var submitOutcomes: [SubmitOutcome] = []
    var renewal: (@Sendable ([UInt8]) throws -> CertificateDocument)?
    var identityFailure: ConnectionError?
    /// The words about each study, oldest first.
    var words: [String: [StandingDocument.SignedStatement]] = [:]
    var wordQuestions = 0
    /// Consents and acknowledgements as they came, in their order.
    var statements: [[UInt8]] = []
    var consents = 0
    var acknowledgements = 0
    /// What the next statements meet, in order; then they are recorded.
    var statementOutcomes: [StatementOutcome] = []
  }

  enum StatementOutcome {
    case loseStatement
    /// The bytes arrive and are recorded, the answer does not come.
    case loseAnswer
    case refuse(Problem)
  }

  enum SubmitOutcome {
    /// The bytes arrive, the answer does not.
    case loseAnswer
    case refuse(Problem)
    case receipt(@Sendable (_ package: [UInt8]) throws -> [UInt8])
    /// Does not answer before the task is cancelled.
    case hang
  }

  static let lost = ConnectionError.unreachable(
    code: "connection", detail: "no connection", remedy: "wait", isRetryable: true)

  let state = Mutex(State())
  let evidence: SigningIdentity
  let site: String
  let tenant: String
  /// Asked inside every call that carries bytes: whatever it says has to be true before they leave.
  let beforeBytes: @Sendable (_ body: [UInt8]) async -> Void

  init(
    evidence: SigningIdentity, tenant: String, site: String,
    beforeBytes: @escaping @Sendable (_ body: [UInt8]) async -> Void
  ) {
    self.evidence = evidence
    self.tenant = tenant
    self.site = site
    self.beforeBytes = beforeBytes
  }

  var submitted: [[UInt8]] { state.withLock(\.submitted) }
  var refusals: [[UInt8]] { state.withLock(\.refusals) }
  func plan(_ outcomes: SubmitOutcome...) { state.withLock { $0.submitOutcomes = outcomes } }

  func destination(of kind: EgressKind, assignment: String?) -> String {
    "PUT https://coordinator.test/\(kind.rawValue)/\(assignment ?? "")"
  }

  func assignments(after cursor: Int, wait: Int) async throws -> AssignmentsDocument {
    guard let document = state.withLock(\.document) else { throw Self.lost }
    return document
  }

  func object(_ digest: Digest, maximumBytes: Int) async throws -> [UInt8] {
    try state.withLock { state in
      state.fetched.append(digest)
      guard let bytes = state.objects[digest] else { throw ConnectionError.problem(.notFound) }
      return bytes
    }
  }

  func submit(_ package: [UInt8], assignment: String) async throws -> SubmitAnswer {
    await beforeBytes(package)
    let outcome = state.withLock { state in
      state.submitted.append(package)
      return state.submitOutcomes.isEmpty ? nil : state.submitOutcomes.removeFirst()
    }
    switch outcome {
    case .loseAnswer: throw Self.lost
    case .refuse(let problem): return .refused(problem)
    case .receipt(let make): return .receipt(try make(package))
    case .hang:
      try await Task.sleep(for: .seconds(600))
      throw Self.lost
    case nil: return .receipt(try receipt(for: package, assignment: assignment))
    }
  }

  func receipt(
    for package: [UInt8], assignment: String, tenant: String? = nil, submission: Digest? = nil,
    by identity: SigningIdentity? = nil
  ) throws -> [UInt8] {
    let files = try SubmissionFiles.parsePackage(package)
    let listed = state.withLock(\.document)?.assignments.first { $0.id == assignment }
    return try Receipt(
      tenant: tenant ?? self.tenant, site: site, study: listed?.study ?? "", round: listed?.round ?? "",
      assignment: assignment, sequence: listed?.sequence ?? 1, submission: submission ?? Digest(of: package),
      aggregate: Digest(of: files.aggregate), admittedAt: TestAgent.time, auditSequence: 1
    ).sign(with: identity ?? evidence)
  }

  func destination(of kind: EgressKind, study: String) -> String {
    "PUT https://coordinator.test/\(kind.rawValue)/\(study)"
  }

  func words(about study: String, after sequence: Int) async throws -> StandingDocument {
    let words = state.withLock { state in
      state.wordQuestions += 1
      return state.words[study]
    }
    guard let words else { throw ConnectionError.problem(.notFound) }
    return StandingDocument(
      study: study, words: Array(words.filter { $0.sequence > sequence }.prefix(StandingDocument.mostWords)),
      evidenceRoot: evidence.root.der)
  }

  func consent(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument {
    try await record(statement, study) { $0.consents += 1 }
  }

  func acknowledge(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument {
    try await record(statement, study) { $0.acknowledgements += 1 }
  }

  private func record(
    _ statement: [UInt8], _ study: String, _ count: @Sendable (inout State) -> Void
  ) async throws -> StandingRecordedDocument {
    await beforeBytes(statement)
    let outcome = state.withLock { state in
      state.statementOutcomes.isEmpty ? nil : state.statementOutcomes.removeFirst()
    }
    switch outcome {
    case .loseStatement: throw Self.lost
    case .refuse(let problem): throw ConnectionError.problem(problem)
    case .loseAnswer, nil: break
    }
    let recorded = state.withLock { state in
      // The same bytes again have no second effect.
      if !state.statements.contains(statement) {
        state.statements.append(statement)
        count(&state)
      }
      return StandingRecordedDocument(
        study: study, consent: state.consents, acknowledgement: state.acknowledgements)
    }
    if case .loseAnswer = outcome { throw Self.lost }
    return recorded
  }

  func decline(_ refusal: [UInt8], assignment: String) async throws {
    await beforeBytes(refusal)
    state.withLock { $0.refusals.append(refusal) }
  }

  func identity() async throws -> IdentityDocument {
    if let failure = state.withLock(\.identityFailure) { throw failure }
    return IdentityDocument(
      tenant: tenant, principal: "site/\(site)/agent/n", role: .site, time: try TestAgent.time,
      notAfter: try TestAgent.time, evidenceRoot: evidence.fingerprint.digest)
  }

  func renew(_ request: [UInt8]) async throws -> CertificateDocument {
    await beforeBytes(request)
    let make = state.withLock { state in
      state.renewals += 1
      return state.renewal
    }
    guard let make else { throw Self.lost }
    return try make(request)
  }

  func credentialsChanged() { state.withLock { $0.credentialChanges += 1 } }
}
