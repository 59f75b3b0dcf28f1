import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Submissions

// The only place from which a submission or a refusal leaves. First the egress log, then the connection.
extension AssignmentWorker {
  /// Hands over the released bytes, or hands them over again when nobody knows whether they arrived.
  func send(_ record: AssignmentRecord) async throws -> Bool {
    let skew = try await store.status().clockSkew ?? 0
    guard abs(skew) <= StatusSnapshot.refusedSkew else { throw AgentError.clockSkew(seconds: skew) }
    guard !Pause.isOn(directory) else { throw AgentError.paused }
    let content = try await store.beginSending(
      record.id, destination: connection.destination(of: .submission, assignment: record.id),
      at: environment.now())
    faultPoint("submission-logged")
    switch try await connection.submit(content, assignment: record.id) {
    case .receipt(let bytes): try await keepReceipt(bytes, for: record, content: content)
    case .refused(let problem): try await takeRefusal(problem, of: record)
    }
    return true
  }

  private func keepReceipt(_ bytes: [UInt8], for record: AssignmentRecord, content: [UInt8]) async throws {
    let now = try environment.now()
    let receipt: Receipt
    do {
      let root = try Certificate(pem: KeyFile.readPublic(directory.evidenceRoot))
      receipt = try Receipt.verify(
        bytes, root: root, pinnedRootKey: identity.evidenceRoot, submission: Digest(of: content),
        site: identity.site, at: now)
    } catch {
      throw AgentError.receiptRefused("\(error)")
    }
    guard receipt.tenant == identity.tenant, receipt.assignment == record.id, receipt.study == record.study,
      receipt.round == record.round, receipt.sequence == record.sequence,
      receipt.aggregate == (try await store.outbox(record.id)?.aggregate)
    else { throw AgentError.receiptRefused("it is for another tenant, round or assignment") }
    faultPoint("receipt-verified")
    try await store.recordReceipt(bytes, for: record.id, at: now)
  }

  private func takeRefusal(_ problem: Problem, of record: AssignmentRecord) async throws {
    let now = try environment.now()
    switch problem.slug {
    case .notAllowed, .siteNotConfirmed, .tooManyRequests, .internal, .auditUnavailable, .storageLow:
      // Nothing is wrong with these bytes; the same ones are sent again.
      throw ConnectionError.problem(problem)
    case .conflict:
      let why = "the coordinator holds another submission of this site for the assignment"
      try await store.advance(
        record.id, from: .sent, to: .suspectedClone, code: problem.slug.rawValue, remark: why, at: now)
      try await stopForClone(why)
    case .malformed, .notFound, .methodNotAllowed, .notOpen, .superseded, .tooLarge, .refused:
      try await store.advance(
        record.id, from: .sent, to: .refused, code: problem.slug.rawValue,
        remark: "\(problem.detail) (\(problem.remedy))", at: now)
    }
  }

  /// Says with a word of a closed list that the assignment is not carried out.
  func sendRefusal(_ record: AssignmentRecord) async throws -> Bool {
    let now = try environment.now()
    guard let code = record.code.flatMap(RefusalCode.init(rawValue:)) else {
      try await store.advance(record.id, from: .declining, to: .declined, remark: record.remark, at: now)
      return false
    }
    guard !Pause.isOn(directory) else { throw AgentError.paused }
    let content = RefusalDocument(code: code).encode()
    try await store.beginRefusing(
      record.id, content: content,
      destination: connection.destination(of: .refusal, assignment: record.id), at: now)
    do { try await connection.decline(content, assignment: record.id) } catch ConnectionError.problem(
      let problem) where [.notOpen, .conflict, .notFound].contains(problem.slug)
    {
      try await store.advance(
        record.id, from: .declining, to: .refused, code: problem.slug.rawValue, remark: problem.detail,
        at: now)
      return false
    }
    try await store.advance(
      record.id, from: .declining, to: .declined, code: code.rawValue, remark: record.remark, at: now)
    return false
  }

  /// Stops everything: two agents answer as one site, and nobody here knows which of them is meant to.
  func stopForClone(_ why: String) async throws {
    let now = try environment.now()
    let reason = "suspected clone: \(why)"
    try Pause(since: now, person: "the agent itself", reason: reason).begin(in: directory)
    try await store.record(
      LocalDecision(
        time: now, action: "agent.paused", object: identity.instance, person: "the agent itself",
        reason: reason))
  }
}
