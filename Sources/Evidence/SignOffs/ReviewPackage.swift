package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Gates
import PhaseGrants

/// What a reviewer has in hand: a bundle that was verified, with what a signature about it has to name.
package struct ReviewPackage: Sendable {
  /// The round that the bundle is of.
  package let round: String
  /// The round's evidence list.
  package let evidence: EvidenceList
  /// The pages that can be reviewed.
  package let pages: [Gate: Digest]
  package let study: StudyRecord
}

/// What a reviewer decides, besides what the package gives.
package struct SignOffWish: Sendable {
  /// The role that is filled, as the protocol prints it.
  package let role: String
  package let decision: Decision
  /// Where a restart leads; nil for the gate of a phase.
  package let restart: Restart?
  package let conditions: [String]
  /// Empty when the signer declares that there are none.
  package let conflicts: [String]
  package let comment: String?
  package let validDays: Int
  /// The delegation under which somebody signs who is not named.
  package let delegation: SignOffFile?

  /// A phase, and a version of the protocol; without one that in force.
  package struct Restart: Sendable {
    package let phase: PhaseName
    package let version: Int?

    /// A target.
    package init(phase: PhaseName, version: Int?) {
      self.phase = phase
      self.version = version
    }
  }

  /// A wish; `prepare` finds out whether it can be granted.
  package init(
    role: String, decision: Decision, restart: Restart?, conditions: [String], conflicts: [String],
    comment: String?, validDays: Int, delegation: SignOffFile?
  ) {
    self.role = role
    self.decision = decision
    self.restart = restart
    self.conditions = conditions
    self.conflicts = conflicts
    self.comment = comment
    self.validDays = validDays
    self.delegation = delegation
  }
}

/// A decision that is ready to be shown to the reviewer and then signed.
package struct PreparedSignOff: Sendable {
  package let content: GateDecision
  /// The named reviewer, where a delegate signs.
  package let onBehalfOf: String?
  /// The path of the page that the reviewer reads.
  package var page: String { BundlePath.review(content.gate) }
  fileprivate let evidence: EvidenceList
  fileprivate let pageDigest: Digest
  fileprivate let check: SignOffCheck

  /// Signs, and checks the result by the coordinator's own rules.
  ///
  /// - Throws: `SigningIdentityError`, `SignOffRefusal`.
  package func sign(with identity: SigningIdentity) throws -> SignOffFile {
    let statement = try content.sign(evidence: evidence, page: pageDigest, with: identity)
    _ = try check.decision(VerifiedDecision.verify(statement, root: identity.root), page: pageDigest)
    return SignOffFile(statement: statement, root: identity.root)
  }
}

/// Why there is nothing that can be signed.
package enum PreparationError: Error, Equatable {
  /// The state waits for nobody, or for something else.
  case gate(String)
  /// Newer evidence than the package's round.
  case newerEvidence(round: String)
  case noPage(Gate)
  /// Not an entry of the gate, or with another key.
  case role(String, known: [String])
  case key(role: String, person: String)
  case version(Int)
}

extension PreparationError: CustomStringConvertible {
  /// What is in the way.
  package var description: String {
    switch self {
    case .gate(let problem): problem
    case .newerEvidence(let round): "the study's newest evidence is of round \(round), not of this package's"
    case .noPage(let gate): "the package has no page for the gate \(gate.rawValue)"
    case .role(let role, let known):
      "nobody signs as \(role) here; the protocol has \(known.joined(separator: ", "))"
    case .key(let role, let person): "the keys are not those that the protocol names for \(person), \(role)"
    case .version(let version): "the study has no version \(version) of its protocol"
    }
  }

  /// What the reviewer can do.
  package var remedy: String {
    switch self {
    case .gate: "look at `coordinator gate status`, or ask the study lead what is waited for"
    case .newerEvidence, .noPage: "get the newest review package with `coordinator gate review`"
    case .role: "give the role as the protocol prints it with --role"
    case .key: "give your own keys with --keys; a delegate gives the delegation with --delegation"
    case .version: "name a version that was published"
    }
  }
}

extension ReviewPackage {
  /// The protocol in force, which says who signs.
  private var inForce: EvaluationProtocol? {
    study.state.inForce.flatMap { study.protocols[$0.protocolDigest] }
  }

  private func check(_ state: StudyState, _ inForce: EvaluationProtocol, now: UTCTime) -> SignOffCheck {
    SignOffCheck(
      state: state, history: study.history, tenant: study.tenant, evaluationProtocol: inForce, now: now)
  }

  /// Fills in what the package and the protocol give.
  ///
  /// - Parameter key: the digest of the signer's root key.
  /// - Throws: `PreparationError`, `SignOffRefusal`, `TimeError`, `CryptographyError`.
  package func prepare(_ wish: SignOffWish, key: Digest, now: UTCTime) throws -> PreparedSignOff {
    guard let inForce, let gate = study.state.gate(under: inForce) else {
      throw PreparationError.gate("the study is \(study.state.word), and waits for no sign-off")
    }
    let target = try target(wish, gate, inForce)
    guard let page = pages[gate] else { throw PreparationError.noPage(gate) }
    let entries = study.state.reviewers(of: gate, under: inForce)
    guard let entry = entries.first(where: { $0.role.hasSameBytes(as: wish.role) }) else {
      throw PreparationError.role(wish.role, known: entries.map(\.role))
    }
    var state = study.state
    let delegate = try wish.delegation.map { file throws(SignOffRefusal) in
      try take(file, into: &state, inForce, now: now)
    }
    guard delegate?.content.delegate.fingerprint ?? entry.fingerprint == key else {
      throw PreparationError.key(
        role: entry.role, person: delegate?.content.delegate.person ?? entry.person)
    }
    let salt = Digest(of: try randomBytes(32)).hex.prefix(32)
    let content = GateDecision(
      tenant: study.tenant, study: study.history.study, gate: gate, round: state.evidence?.fact.round,
      protocolDigest: inForce.digest, target: target,
      person: delegate?.content.delegate.person ?? entry.person, role: entry.role,
      organisation: delegate?.content.delegate.organisation ?? entry.organisation, decision: wish.decision,
      meaning: wish.decision.meaning(at: gate, phase: target?.phase ?? gate.phase ?? .silent),
      conditions: wish.conditions, conflicts: wish.conflicts, independence: entry.independence,
      comment: wish.comment, signedAt: now,
      validUntil: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + Int64(wish.validDays) * 86_400),
      history: study.history.head,
      previous: state.decisions.last { $0.fact.key == key }?.fact.statement,
      delegation: delegate?.signedDigest, salt: String(salt))
    return PreparedSignOff(
      content: content, onBehalfOf: delegate?.content.person, evidence: try evidence(state, inForce),
      pageDigest: page, check: check(state, inForce, now: now))
  }

  /// Signs that somebody else signs for a while.
  ///
  /// - Throws: `PreparationError`, `SigningIdentityError`, `SignOffRefusal`.
  package func delegate(
    at gate: Gate, to delegate: Delegation.Delegate, from: UTCTime, until: UTCTime, reason: String,
    with identity: SigningIdentity, now: UTCTime
  ) throws -> (content: Delegation, file: SignOffFile) {
    guard let inForce else { throw PreparationError.gate("the study has no protocol in force") }
    let key = identity.fingerprint.digest
    let entries = study.state.reviewers(of: gate, under: inForce)
    guard let entry = entries.first(where: { $0.fingerprint == key }) else {
      throw PreparationError.gate("the protocol names nobody with these keys for the gate \(gate.rawValue)")
    }
    let content = Delegation(
      tenant: study.tenant, study: study.history.study, gate: gate, protocolDigest: inForce.digest,
      person: entry.person, role: entry.role, delegate: delegate, from: from, until: until, reason: reason,
      signedAt: now, history: study.history.head)
    let statement = try content.sign(with: identity)
    _ = try check(study.state, inForce, now: now).delegation(
      VerifiedDelegation.verify(statement, root: identity.root))
    return (content, SignOffFile(statement: statement, root: identity.root))
  }

  private func target(
    _ wish: SignOffWish, _ gate: Gate, _ inForce: EvaluationProtocol
  ) throws(PreparationError) -> RestartTarget? {
    switch (gate, wish.restart) {
    case (.restart, let restart?):
      guard let interruption = study.state.interruption else { throw .gate("the study is not held") }
      let version = restart.version ?? inForce.version
      guard let published = study.state.versions.first(where: { $0.version == version }) else {
        throw .version(version)
      }
      return RestartTarget(
        protocolDigest: published.protocolDigest, phase: restart.phase, incident: interruption.fact.incident)
    case (.restart, nil): throw .gate("the study is \(study.state.word): sign for a restart and its phase")
    case (_, .some): throw .gate("the study is \(study.state.word), and cannot restart from there")
    case (_, nil): return nil
    }
  }

  private func evidence(
    _ state: StudyState, _ inForce: EvaluationProtocol
  ) throws(PreparationError) -> EvidenceList {
    if let newest = state.evidences.last, !newest.fact.round.hasSameBytes(as: round) {
      throw .newerEvidence(round: newest.fact.round)
    }
    return state.evidence == nil ? EvidenceList(protocolAlone: inForce.digest) : evidence
  }

  /// A delegation counts from when the coordinator has recorded it; the delegate may sign before that.
  private func take(
    _ file: SignOffFile, into state: inout StudyState, _ inForce: EvaluationProtocol, now: UTCTime
  ) throws(SignOffRefusal) -> VerifiedDelegation {
    let delegation = try VerifiedDelegation.verify(file.statement, root: file.root)
    guard !state.delegations.contains(where: { $0.fact.statement == delegation.signedDigest }) else {
      return delegation
    }
    let fact = try check(state, inForce, now: now).delegation(delegation)
    let event = StudyEvent(
      after: study.history.head, time: now, actor: "system", fact: .delegationRecorded(fact))
    do { try state.apply(event) } catch { throw .delegation(error.description) }
    return delegation
  }
}
