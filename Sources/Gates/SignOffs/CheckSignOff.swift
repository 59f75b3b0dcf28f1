import PhaseGrants
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// Checks sign-offs and delegations against a study as it stands: the rules of `protocols/gates.md`, section 5,
/// in its order. Pure: a coordinator asks it with its clock, a verifier with the event's time.
package struct SignOffCheck: Sendable {
  /// The study before the sign-off is recorded.
  package let state: StudyState
  package let history: StudyHistory
  package let tenant: String
  /// The protocol in force.
  package let evaluationProtocol: EvaluationProtocol
  package let now: UTCTime

  /// How far two clocks may differ, in seconds.
  package static let tolerance = toleratedSkew

  /// A check of a study at a time.
  package init(
    state: StudyState, history: StudyHistory, tenant: String, evaluationProtocol: EvaluationProtocol,
    now: UTCTime
  ) {
    self.state = state
    self.history = history
    self.tenant = tenant
    self.evaluationProtocol = evaluationProtocol
    self.now = now
  }

  /// Checks a decision.
  ///
  /// - Parameter page: the digest of the page that is to be reviewed now; nil where it cannot be known any more,
  ///   as for the gates before the newest in a bundle.
  /// - Returns: the fact to be recorded.
  /// - Throws: `SignOffRefusal`, the first rule that is broken.
  package func decision(
    _ verified: VerifiedDecision, page: Digest?
  ) throws(SignOffRefusal) -> StudyFact.DecisionRecorded {
    let content = verified.content
    try checkScope(tenant: content.tenant, study: content.study)
    try checkGate(content.gate)
    guard content.protocolDigest == evaluationProtocol.digest else { throw .protocolDiffers }
    let (entry, onBehalfOf) = try signer(of: verified)
    guard content.independence == entry.independence else {
      throw .notIndependent("the statement does not declare every rule of the protocol")
    }
    try checkIndependence(
      person: content.person, organisation: content.organisation, key: verified.key, for: entry,
      at: content.gate)
    try checkOneRole(verified.key, entry: entry, person: content.person, gate: content.gate)
    guard verified.evidence.digest == state.evidenceDigest(), content.round == state.evidence?.fact.round
    else {
      throw .evidenceDiffers
    }
    if let page, page != verified.page { throw .pageDiffers }
    if let target = content.target {
      guard target.incident == state.interruption?.fact.incident,
        state.versions.contains(where: { $0.protocolDigest == target.protocolDigest })
      else { throw .wrongTarget }
    }
    guard let phase = content.phase,
      content.meaning.hasSameBytes(as: content.decision.meaning(at: content.gate, phase: phase))
    else { throw .meaning }
    try checkTimes(content)
    guard history.holds(content.history), let cut = state.reviewCut(of: content.gate),
      content.history.sequence >= cut
    else { throw .historyDiffers }
    let previous = state.decisions.last { $0.fact.key == verified.key }?.fact.statement
    guard content.previous == previous else { throw .previousDiffers }
    return StudyFact.DecisionRecorded(
      gate: content.gate, round: content.round, protocolDigest: content.protocolDigest,
      evidence: verified.evidence.digest, page: verified.page, decision: content.decision,
      person: content.person, role: content.role, onBehalfOf: onBehalfOf, key: verified.key,
      signedAt: content.signedAt, validUntil: content.validUntil, seen: content.history.sequence,
      target: content.target, conditions: content.conditions, statement: verified.signedDigest)
  }

  /// Checks a delegation.
  ///
  /// - Returns: the fact to be recorded.
  /// - Throws: `SignOffRefusal`, the first rule that is broken.
  package func delegation(
    _ verified: VerifiedDelegation
  ) throws(SignOffRefusal) -> StudyFact.DelegationRecorded {
    let content = verified.content
    try checkScope(tenant: content.tenant, study: content.study)
    try checkGate(content.gate)
    guard content.protocolDigest == evaluationProtocol.digest else { throw .protocolDiffers }
    guard let entry = entries(of: content.gate).first(where: { $0.person.hasSameBytes(as: content.person) })
    else { throw .unnamedReviewer(content.person) }
    guard entry.fingerprint == verified.key else { throw .otherKey(content.person) }
    guard entry.role.hasSameBytes(as: content.role) else { throw .otherName(expected: entry.person) }
    let delegate = content.delegate
    // Somebody else has to sign: under a second name the person would still be the same.
    if delegate.fingerprint == verified.key || delegate.person.isSameName(as: content.person) {
      throw .oneKeyTwoRoles(entry.role)
    }
    try checkIndependence(
      person: delegate.person, organisation: delegate.organisation, key: delegate.fingerprint, for: entry,
      at: content.gate)
    try checkOneRole(delegate.fingerprint, entry: entry, person: delegate.person, gate: content.gate)
    try checkNotInFuture(content.signedAt)
    let life = content.until.secondsSinceEpoch - content.from.secondsSinceEpoch
    guard life > 0, life <= Delegation.longestSeconds else { throw .lifetime }
    guard history.holds(content.history) else { throw .historyDiffers }
    return StudyFact.DelegationRecorded(
      gate: content.gate, role: content.role, person: content.person, delegate: delegate.person,
      organisation: delegate.organisation, key: delegate.fingerprint, from: content.from,
      until: content.until, statement: verified.signedDigest)
  }

  private func entries(of gate: Gate) -> [RequiredSignOff] {
    state.reviewers(of: gate, under: evaluationProtocol)
  }

  private func checkScope(tenant: String, study: String) throws(SignOffRefusal) {
    guard tenant.hasSameBytes(as: self.tenant) else { throw .otherTenant }
    guard study.hasSameBytes(as: state.study) else { throw .otherStudy }
  }

  private func checkGate(_ gate: Gate) throws(SignOffRefusal) {
    let waiting = state.gate(under: evaluationProtocol)
    guard gate == waiting else { throw .wrongGate(waitsFor: waiting?.rawValue ?? "no gate") }
  }

  /// The entry that a decision fills, and for whom, when a delegate signed.
  private func signer(
    of verified: VerifiedDecision
  ) throws(SignOffRefusal) -> (entry: RequiredSignOff, onBehalfOf: String?) {
    let content = verified.content
    let entries = entries(of: content.gate)
    if let wanted = content.delegation {
      return try delegate(of: verified, under: wanted, entries)
    }
    if let entry = entries.first(where: { $0.fingerprint == verified.key }) {
      guard entry.person.hasSameBytes(as: content.person), entry.role.hasSameBytes(as: content.role),
        entry.organisation.hasSameBytes(as: content.organisation)
      else { throw .otherName(expected: entry.person) }
      return (entry, nil)
    }
    if entries.contains(where: { $0.person.hasSameBytes(as: content.person) }) {
      throw .otherKey(content.person)
    }
    throw .unnamedReviewer(content.person)
  }

  private func delegate(
    of verified: VerifiedDecision, under wanted: Digest, _ entries: [RequiredSignOff]
  ) throws(SignOffRefusal) -> (entry: RequiredSignOff, onBehalfOf: String?) {
    let content = verified.content
    guard let found = state.delegations.last(where: { $0.fact.statement == wanted })?.fact else {
      throw .delegation("it is not recorded")
    }
    guard found.gate == content.gate, found.role.hasSameBytes(as: content.role) else {
      throw .delegation("it is for another gate or role")
    }
    guard found.key == verified.key, found.delegate.hasSameBytes(as: content.person) else {
      throw .delegation("it is for another person or key")
    }
    guard found.organisation.hasSameBytes(as: content.organisation) else {
      throw .otherName(expected: found.delegate)
    }
    guard state.delegationProtocols[wanted] == content.protocolDigest else {
      throw .delegation("it was given under another version of the protocol")
    }
    guard content.signedAt >= found.from, content.signedAt < found.until else {
      throw .delegation("it holds from \(found.from.text) until \(found.until.text)")
    }
    guard
      let entry = entries.first(where: {
        $0.role.hasSameBytes(as: found.role) && $0.person.hasSameBytes(as: found.person)
      })
    else { throw .unnamedReviewer(found.person) }
    return (entry, found.person)
  }

  private func checkIndependence(
    person: String, organisation: String, key: Digest, for entry: RequiredSignOff, at gate: Gate
  ) throws(SignOffRefusal) {
    // The phase whose reviewers are asked, by all of them: one entry may stand in several phases. Its other
    // entries are whom it may not share an organisation with.
    let asked = entries(of: gate)
    guard let phase = evaluationProtocol.phases.first(where: { $0.signOffs == asked }) else { return }
    let problem = independenceProblem(
      person: person, organisation: organisation, fingerprint: key, for: entry, in: phase,
      authorship: evaluationProtocol.authorship)
    if let problem { throw .notIndependent(problem.description) }
    // Who signs for another entry counts with the organisation of the delegate, too.
    guard entry.independence.contains(.distinctOrganisation) else { return }
    let other = state.delegations.first { delegation in
      !delegation.fact.role.isSameName(as: entry.role) && delegation.fact.until > now
        && delegation.fact.gate == gate
        && state.delegationProtocols[delegation.fact.statement] == evaluationProtocol.digest
        && delegation.fact.organisation.isSameName(as: organisation)
        && phase.signOffs.contains { $0.role.isSameName(as: delegation.fact.role) }
    }
    if let other {
      throw .notIndependent("\(person) and \(other.fact.delegate) are of one organisation")
    }
  }

  /// One key stands for one person, and a person for one role of a gate.
  private func checkOneRole(
    _ key: Digest, entry: RequiredSignOff, person: String, gate: Gate
  ) throws(SignOffRefusal) {
    let other = entries(of: gate).first {
      $0 != entry && ($0.fingerprint == key || $0.person.isSameName(as: person))
    }
    if let other { throw .oneKeyTwoRoles(other.role) }
    let start = gate == .restart ? state.interruption?.sequence ?? 0 : state.phaseSince
    let clash = state.decisions.first { decision in
      // Another version may give the person another role.
      guard decision.sequence > start, decision.fact.gate == gate,
        decision.fact.protocolDigest == evaluationProtocol.digest
      else { return false }
      let isSamePerson = decision.fact.person.isSameName(as: person)
      let isSameRole = decision.fact.role.hasSameBytes(as: entry.role)
      return decision.fact.key == key ? !isSamePerson || !isSameRole : isSamePerson && !isSameRole
    }
    if let clash { throw .oneKeyTwoRoles(clash.fact.role) }
  }

  private func checkNotInFuture(_ time: UTCTime) throws(SignOffRefusal) {
    guard time.secondsSinceEpoch <= now.secondsSinceEpoch + Self.tolerance else {
      throw .time("it was signed in the future")
    }
  }

  private func checkTimes(_ content: GateDecision) throws(SignOffRefusal) {
    try checkNotInFuture(content.signedAt)
    guard content.validUntil >= now else { throw .time("it was valid until \(content.validUntil.text)") }
    let basis: UTCTime? =
      content.gate == .restart ? state.interruption?.time : state.evidence?.fact.endedAt
    if let basis, content.signedAt.secondsSinceEpoch < basis.secondsSinceEpoch - Self.tolerance {
      throw .signedBeforeEvidence
    }
  }
}
