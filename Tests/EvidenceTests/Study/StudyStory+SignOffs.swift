import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Submissions

@testable import Evidence

/// What a decision says, still open to change.
struct DecisionDraft {
  var tenant = StudyFixture.tenant
  var study: String
  var gate: Gate
  var round: String?
  var protocolDigest: Digest
  var target: RestartTarget?
  var person: String
  var role: String
  var organisation: String
  var decision: Decision
  var meaning: String?
  var conditions: [String] = []
  var conflicts: [String] = []
  var independence: [IndependenceRule] = [.notProtocolAuthor, .notModelAuthor, .distinctOrganisation]
  var signedAt: UTCTime
  var validUntil: UTCTime
  var history: HistoryHead
  var previous: Digest?
  var delegation: Digest?
  var evidence: EvidenceList
  var page: Digest
  /// What the coordinator records instead of what was signed.
  var onBehalfOf: String?
  var shownConditions: [String]?
  var shownDecision: Decision?
  /// Takes a key out of the statement.
  var leavesOut: String?
}

extension StudyStory {
  /// A reviewer signs what the story has come to; `change` is the lie.
  @discardableResult
  mutating func decide(
    _ reviewer: StudyFixture.Reviewer, _ decision: Decision = .approve, at gate: Gate? = nil,
    change: (inout DecisionDraft) throws -> Void = { _ in }
  ) throws -> Int {
    let gate = gate ?? state.gate(under: inForce) ?? .limited
    var draft = try draft(reviewer, decision, at: gate)
    try change(&draft)
    let bytes = try StudyStory.sign(draft, with: reviewer.identity)
    signers[reviewer.identity.fingerprint.digest] = reviewer.identity.root.pem
    return try record(
      .decisionRecorded(
        .init(
          gate: draft.gate, round: draft.round, protocolDigest: draft.protocolDigest,
          evidence: draft.evidence.digest, page: draft.page,
          decision: draft.shownDecision ?? draft.decision, person: draft.person, role: draft.role,
          onBehalfOf: draft.onBehalfOf, key: reviewer.identity.fingerprint.digest, signedAt: draft.signedAt,
          validUntil: draft.validUntil, seen: draft.history.sequence, target: draft.target,
          conditions: draft.shownConditions ?? draft.conditions,
          statement: signedDigest(of: bytes, by: reviewer.identity))), bytes)
  }

  private func draft(
    _ reviewer: StudyFixture.Reviewer, _ decision: Decision, at gate: Gate
  ) throws -> DecisionDraft {
    let evidence = state.evidence
    let newest = state.evidences.last.flatMap { rounds[$0.fact.round] }
    let list =
      evidence.flatMap { rounds[$0.fact.round]?.summary.list }
      ?? EvidenceList(protocolAlone: inForce.digest)
    let target = state.interruption.map {
      RestartTarget(protocolDigest: inForce.digest, phase: .silent, incident: $0.fact.incident)
    }
    return DecisionDraft(
      study: history.study, gate: gate, round: evidence?.fact.round, protocolDigest: inForce.digest,
      target: gate == .restart ? target : nil, person: reviewer.person, role: reviewer.role,
      organisation: reviewer.organisation, decision: decision, signedAt: try now,
      validUntil: try UTCTime(secondsSinceEpoch: clock + 30 * 86_400), history: history.head,
      previous: state.decisions.last { $0.fact.key == reviewer.identity.fingerprint.digest }?.fact.statement,
      evidence: list,
      page: try newest.flatMap { try page(of: gate, round: $0) } ?? Digest(of: []))
  }

  /// The page that a reviewer reads.
  func page(of gate: Gate, round: Round) throws -> Digest? {
    guard let cut = state.reviewCut(of: gate) ?? (gate == .restart ? nil : round.cut) else { return nil }
    let record = round.record
    let whole = EvidenceRecord(
      evaluationProtocol: record.evaluationProtocol, modelCard: record.modelCard, sites: record.sites,
      matrix: record.matrix, outcome: record.outcome, sealedAt: record.sealedAt,
      validUntil: record.validUntil, study: try studyRecord())
    return whole.reviewPage(ReviewPage(gate: gate, cut: cut)).map { Digest(of: $0) }
  }

  private static func sign(_ draft: DecisionDraft, with identity: SigningIdentity) throws -> [UInt8] {
    let phase = draft.target?.phase ?? draft.gate.phase ?? .silent
    let bytes = try GateDecision(
      tenant: draft.tenant, study: draft.study, gate: draft.gate, round: draft.round,
      protocolDigest: draft.protocolDigest, target: draft.target, person: draft.person, role: draft.role,
      organisation: draft.organisation, decision: draft.decision,
      meaning: draft.meaning ?? draft.decision.meaning(at: draft.gate, phase: phase),
      conditions: draft.conditions, conflicts: draft.conflicts, independence: draft.independence,
      comment: nil, signedAt: draft.signedAt, validUntil: draft.validUntil, history: draft.history,
      previous: draft.previous, delegation: draft.delegation, salt: String(repeating: "1", count: 32)
    ).sign(evidence: draft.evidence, page: draft.page, with: identity)
    guard let key = draft.leavesOut else { return bytes }
    let attestation = try UnverifiedAttestation.parse(bytes)
    let signed = try attestation.verify(
      role: .reviewer, predicateType: .gateDecision, root: identity.root,
      pinnedRootKey: identity.root.publicKey.digest, at: attestation.leafStart)
    var predicate = signed.statement.predicate
    predicate[key] = nil
    return try identity.sign(
      Statement(subjects: signed.statement.subjects, predicateType: .gateDecision, predicate: predicate))
  }

  /// A reviewer lets somebody else sign.
  @discardableResult
  mutating func delegate(
    _ reviewer: StudyFixture.Reviewer, to delegate: StudyFixture.Reviewer,
    organisation: String = "South hospital",
    days: Int64 = 30, gate: Gate = .limited
  ) throws -> Digest {
    let delegation = Delegation(
      tenant: StudyFixture.tenant, study: history.study, gate: gate, protocolDigest: inForce.digest,
      person: reviewer.person, role: reviewer.role,
      delegate: .init(
        person: delegate.person, organisation: organisation,
        fingerprint: delegate.identity.fingerprint.digest), from: try now,
      until: try UTCTime(secondsSinceEpoch: clock + days * 86_400), reason: "away", signedAt: try now,
      history: history.head)
    let bytes = try delegation.sign(with: reviewer.identity)
    signers[reviewer.identity.fingerprint.digest] = reviewer.identity.root.pem
    let statement = try signedDigest(of: bytes, by: reviewer.identity)
    try record(
      .delegationRecorded(
        .init(
          gate: gate, role: reviewer.role, person: reviewer.person, delegate: delegate.person,
          organisation: delegation.delegate.organisation, key: delegate.identity.fingerprint.digest,
          from: delegation.from, until: delegation.until, statement: statement)), bytes)
    return statement
  }
}

/// Sealing, with and without looking.
extension StudyStory {
  func files(of round: String, tenant: String = StudyFixture.tenant) -> StudyFiles {
    StudyFiles(
      tenant: tenant, round: round, history: history, protocols: protocols, statements: statements,
      signers: signers.sorted { $0.key < $1.key }.map(\.value))
  }

  private func request(_ name: String, _ round: Round, tenant: String) -> SealRequest {
    SealRequest(
      evaluationProtocol: fixture.evaluationProtocol.bytes, modelCard: fixture.modelCard,
      submissions: round.submissions, phase: round.phase, sequence: 1,
      study: files(of: name, tenant: tenant))
  }

  /// Seals as a coordinator does.
  func seal(_ name: String = "silent-1") throws -> SealedBundle {
    guard let round = rounds[name] else { throw StudyFixture.Missing() }
    return try Evidence.seal(
      request(name, round, tenant: StudyFixture.tenant), trust: fixture.trust, identity: fixture.coordinator,
      now: now)
  }

  /// Seals as a lying coordinator does: the manifest is its own, and nothing is checked.
  func forge(_ name: String = "silent-1", tenant: String = StudyFixture.tenant) throws -> [UInt8] {
    guard let round = rounds[name] else { throw StudyFixture.Missing() }
    let request = request(name, round, tenant: tenant)
    let now = try now
    let bundle = BundleDocument(
      study: history.study, protocolDigest: fixture.evaluationProtocol.digest, phase: round.phase,
      sequence: 1, sealedAt: now, validUntil: try UTCTime(secondsSinceEpoch: clock + 365 * 86_400),
      renderer: reportRenderer,
      place: BundleDocument.Place(tenant: tenant, round: name, history: history.head))
    // The liar reads its own history as far as it can.
    var study = StudyVerification(
      bundle: bundle, place: BundleDocument.Place(tenant: tenant, round: name, history: history.head),
      evaluationProtocol: fixture.evaluationProtocol, files: files(of: name, tenant: tenant),
      coordinatorRoot: fixture.coordinator.root, trust: nil, submissions: round.verified)
    let record = study.read()
    let derived = try DerivedFiles(
      evaluationProtocol: fixture.evaluationProtocol, modelCard: ModelCard.parse(fixture.modelCard),
      submissions: round.verified, bundle: bundle, study: try record ?? studyRecord())
    var entries: [(name: String, bytes: [UInt8])] = [(BundlePath.history, history.encode())]
    for (version, bytes) in protocols where version != 1 {
      entries.append((BundlePath.protocolVersion(version), bytes))
    }
    for (event, bytes) in statements { entries.append((BundlePath.statement(event), bytes)) }
    for (key, pem) in signers { entries.append((BundlePath.signer(key), pem)) }
    return try assemble(
      request, bundle: bundle, derived: derived, study: entries, identity: fixture.coordinator
    ).bytes
  }

  /// What a reader finds in a forged bundle.
  func verify(_ name: String = "silent-1", trust: TrustFile? = nil) throws -> VerificationReport {
    verifyBundle(try forge(name), trust: trust ?? fixture.trust, now: try now)
  }

  /// The rules that a forged bundle breaks.
  func rules(_ name: String = "silent-1") throws -> [String] { try verify(name).problems.map(\.rule) }
}
