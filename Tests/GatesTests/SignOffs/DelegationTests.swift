import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import StudyFixtures
import Testing

/// Who may sign in a named person's place, and that nobody signs twice.
@Suite struct DelegationTests {
  private static let day: Int64 = 86_400

  private func waiting(_ change: (inout GateStudyVersion) -> Void = { _ in }) throws -> GateLedger {
    var ledger = try GateLedger(in: .silent, change)
    try ledger.endRound()
    return ledger
  }

  typealias GateStudyVersion = ReviewedStudy.Version

  private func delegation(
    in ledger: GateLedger, from named: Reviewer? = nil, to delegate: Reviewer? = nil,
    person: String? = nil, organisation: String? = nil, days: Int64 = 10
  ) throws -> Delegation {
    let named = named ?? ledger.people.safety
    let delegate = delegate ?? ledger.people.deputy
    return Delegation(
      tenant: ReviewedStudy.tenant, study: ReviewedStudy.id, gate: .limited,
      protocolDigest: try ledger.inForce.digest, person: named.person, role: named.role,
      delegate: .init(
        person: person ?? delegate.person, organisation: organisation ?? delegate.organisation,
        fingerprint: delegate.key),
      from: try ledger.time, until: try ReviewedStudy.time(ledger.now + days * Self.day),
      reason: "on leave", signedAt: try ledger.time, history: ledger.history.head)
  }

  private func fact(
    _ delegation: Delegation, by reviewer: Reviewer, in ledger: GateLedger
  ) throws -> StudyFact.DelegationRecorded {
    try ledger.check().delegation(
      .verify(delegation.sign(with: reviewer.identity), root: reviewer.identity.root))
  }

  private func refusal(
    _ delegation: Delegation, by reviewer: Reviewer? = nil, in ledger: GateLedger
  ) throws -> String? {
    do {
      _ = try fact(delegation, by: reviewer ?? ledger.people.safety, in: ledger)
      return nil
    } catch let refusal as SignOffRefusal { return refusal.rule }
  }

  /// A recorded delegation, and what the deputy then signs.
  private func delegated(_ ledger: inout GateLedger, to delegate: Reviewer? = nil) throws -> SignOffDraft {
    let fact = try fact(delegation(in: ledger, to: delegate), by: ledger.people.safety, in: ledger)
    try ledger.record(.delegationRecorded(fact))
    var draft = try ledger.draft(by: delegate ?? ledger.people.deputy)
    (draft.role, draft.delegation) = (ledger.people.safety.role, fact.statement)
    return draft
  }

  @Test func aDelegateSignsForTheNamedPerson() throws {
    var ledger = try waiting()
    let draft = try delegated(&ledger)
    try ledger.submit(draft)
    try ledger.sign(ledger.people.statistics)
    #expect(ledger.state.decisions[0].fact.onBehalfOf == "A. Adler")
    #expect(try ledger.unmet(.advance(to: .limited)) == [])
    // The newest of the two decides.
    try ledger.sign(ledger.people.safety, .reject)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.signOffRejected])
  }

  @Test(arguments: ["person", "role", "organisation", "key", "none", "early", "late"])
  func aDelegateSignsAsTheDelegationSays(_ change: String) throws {
    var ledger = try waiting()
    ledger.now = Self.day
    var draft = try delegated(&ledger)
    switch change {
    case "person": draft.person = "D. Horn"
    case "role": draft.role = ledger.people.statistics.role
    case "organisation": draft.organisation = "Institute E"
    case "key": draft.identity = ledger.people.chair.identity
    case "none": draft.delegation = nil
    case "early": draft.signedAt = try ReviewedStudy.time(ledger.now - 1)
    default:
      ledger.now += 10 * Self.day
      draft.signedAt = try ledger.time
      draft.validUntil = try ReviewedStudy.time(ledger.now + Self.day)
    }
    let expected = ["organisation": "otherName", "none": "unnamedReviewer"][change] ?? "delegation"
    #expect(try ledger.refusal(draft) == expected)
  }

  @Test func aDelegationIsOfOneGateAndOneVersion() throws {
    var ledger = try waiting()
    var draft = try delegated(&ledger)
    let statement = draft.delegation
    try ledger.amend { $0.title = "renamed" }
    try ledger.endRound()
    draft = try ledger.draft(by: ledger.people.deputy)
    (draft.role, draft.delegation) = (ledger.people.safety.role, statement)
    #expect(try ledger.refusal(draft) == "delegation")
    try ledger.enter(.limited)
    try ledger.endRound()
    draft = try ledger.draft(by: ledger.people.deputy)
    (draft.role, draft.delegation) = (ledger.people.safety.role, statement)
    #expect(try ledger.refusal(draft) == "delegation")
  }

  @Test func onlyTheNamedPersonDelegatesAndForThemselves() throws {
    let ledger = try waiting()
    #expect(try refusal(delegation(in: ledger), in: ledger) == nil)
    #expect(try refusal(delegation(in: ledger), by: ledger.people.statistics, in: ledger) == "otherKey")
    #expect(
      try refusal(delegation(in: ledger, from: ledger.people.deputy), in: ledger) == "unnamedReviewer")
    let chair = ledger.people.chair
    #expect(
      try refusal(delegation(in: ledger, from: chair), by: chair, in: ledger) == "unnamedReviewer")
  }

  @Test func aDelegationLastsNinetyDaysAndEnds() throws {
    let ledger = try waiting()
    #expect(try refusal(delegation(in: ledger, days: 90), in: ledger) == nil)
    for days: Int64 in [0, -1, 91] {
      #expect(try refusal(delegation(in: ledger, days: days), in: ledger) == "lifetime")
    }
  }

  // MARK: One person, one role

  @Test func nobodySignsForTwoEntries() throws {
    var ledger = try waiting { $0.signOffs[.silent]?[1].independence = [] }
    let statistics = ledger.people.statistics
    #expect(try refusal(delegation(in: ledger, to: statistics), in: ledger) == "oneKeyTwoRoles")
    // The same person under a second key, and the same key under a second name.
    #expect(
      try refusal(delegation(in: ledger, person: "b. berg"), in: ledger) == "oneKeyTwoRoles")
    let safety = ledger.people.safety
    #expect(
      try refusal(delegation(in: ledger, to: safety, person: "A. Other"), in: ledger) == "oneKeyTwoRoles")
    // One deputy for two people.
    try ledger.submit(delegated(&ledger))
    let second = try delegation(in: ledger, from: statistics)
    #expect(try refusal(second, by: statistics, in: ledger) == "oneKeyTwoRoles")
  }

  @Test func aDelegateOfTwoSignsForTheFirstOnly() throws {
    var ledger = try waiting { $0.signOffs[.silent]?[1].independence = [] }
    let first = try delegated(&ledger)
    let statistics = ledger.people.statistics
    let fact = try fact(delegation(in: ledger, from: statistics), by: statistics, in: ledger)
    try ledger.record(.delegationRecorded(fact))
    try ledger.submit(first)
    var second = try ledger.draft(by: ledger.people.deputy)
    (second.role, second.delegation) = (statistics.role, fact.statement)
    #expect(try ledger.refusal(second) == "oneKeyTwoRoles")
  }

  @Test func anotherRoleUnderAnotherVersionIsNoSecondRole() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.endRound()
    try ledger.sign(ledger.people.safety)
    try ledger.amend { $0.signOffs[.limited]?[0].role = "clinical safety officer" }
    try ledger.endRound()
    try ledger.sign(ledger.people.safety)
    #expect(ledger.state.decisions.map(\.fact.role) == ["clinical safety", "clinical safety officer"])
  }

  // MARK: Independence

  @Test func aDelegateMeetsTheRulesOfTheEntry() throws {
    let ledger = try waiting()
    let statistics = ledger.people.statistics
    func refusal(to delegate: Reviewer, person: String? = nil, organisation: String? = nil) throws -> String?
    {
      try self.refusal(
        delegation(in: ledger, from: statistics, to: delegate, person: person, organisation: organisation),
        by: statistics, in: ledger)
    }
    #expect(try refusal(to: ledger.people.deputy) == nil)
    #expect(try refusal(to: ledger.people.author) == "notIndependent")
    // By key, whatever the name is; by name, whatever the key is.
    #expect(try refusal(to: ledger.people.author, person: "Somebody") == "notIndependent")
    #expect(try refusal(to: ledger.people.deputy, person: "p. page") == "notIndependent")
    #expect(try refusal(to: ledger.people.deputy, organisation: "hospital a") == "notIndependent")
  }

  @Test func theDelegatesOfOtherEntriesCountWithTheirOrganisation() throws {
    var ledger = try waiting()
    let statistics = ledger.people.statistics
    let second = try delegation(in: ledger, from: statistics)
    #expect(try refusal(second, by: statistics, in: ledger) == nil)
    _ = try delegated(&ledger)
    #expect(try refusal(second, by: statistics, in: ledger) == "notIndependent")
  }

  @Test func theOrganisationsAreThoseOfThePhaseThatIsAsked() throws {
    // The same entry in both phases, beside other people.
    func ledger(_ phase: PhaseName) throws -> GateLedger {
      var ledger = try GateLedger(in: phase) { version in
        guard let people = try? ReviewedStudy.shared() else { return }
        let entry = ReviewedStudy.SignOff(people.statistics, independence: [.distinctOrganisation])
        version.signOffs = [.silent: [entry, .init(people.safety)], .limited: [entry, .init(people.chair)]]
      }
      try ledger.endRound()
      return ledger
    }
    for (phase, own, other) in [
      (PhaseName.silent, "Hospital A", "Trust C"), (.limited, "Trust C", "Hospital A"),
    ] {
      let ledger = try ledger(phase)
      let statistics = ledger.people.statistics
      for (organisation, rule) in [(own, "notIndependent"), (other, nil)] as [(String, String?)] {
        let right = try delegation(in: ledger, from: statistics, organisation: organisation)
        let asked = Delegation(
          tenant: right.tenant, study: right.study, gate: phase == .silent ? .limited : .broad,
          protocolDigest: right.protocolDigest, person: right.person, role: right.role,
          delegate: right.delegate, from: right.from, until: right.until, reason: right.reason,
          signedAt: right.signedAt, history: right.history)
        #expect(try refusal(asked, by: statistics, in: ledger) == rule, "\(phase) \(organisation)")
      }
    }
  }
}
