import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import PhaseGrants
import Testing

/// Section 3 of `protocols/grants.md` without a store, and section 2 as the coordinator reads it.
@Suite struct AdmitTests {
  private let parties: Parties

  init() throws { parties = try Parties() }

  private func rule(
    _ word: Word, holding: Word? = nil, consents: [SiteConsent]? = nil, at seconds: Int64 = 120
  ) throws -> String? {
    do {
      let isNew = try admit(
        parties.held(word), for: parties.addressee, holding: holding.map(parties.held),
        consents: consents ?? [parties.consent()], now: Parties.time(seconds))
      return isNew ? nil : "again"
    } catch let error as GrantError { return error.rule }
  }

  @Test func aGrantWithinTheConsentIsTaken() throws {
    #expect(try rule(.grant(parties.grant())) == nil)
    #expect(try rule(.grant(parties.grant(phase: .silent))) == nil)
  }

  @Test func aWordForSomebodyElseIsRefused() throws {
    #expect(try rule(.grant(parties.grant(site: "south"))) == "otherSite")
    #expect(try rule(.grant(parties.grant(tenant: "t-2"))) == "otherSite")
    #expect(try rule(.grant(parties.grant(study: "stroke"))) == "otherSite")
    #expect(try rule(.stopOrder(parties.order(site: "south"))) == "otherSite")
  }

  @Test func anOlderWordIsAReplayAndTheSameOneChangesNothing() throws {
    let order = Word.stopOrder(try parties.order())
    #expect(try rule(.grant(parties.grant()), holding: order) == "replayed")
    #expect(try rule(.grant(parties.grant(sequence: 2)), holding: order) == "replayed")
    #expect(try rule(order, holding: order) == "again")
  }

  @Test func aGrantFromTheFutureIsRefusedAndFiveMinutesAreNot() throws {
    #expect(try rule(.grant(parties.grant(issued: 420))) == nil)
    #expect(try rule(.grant(parties.grant(issued: 421))) == "time")
  }

  @Test func aGrantBeforeTheHeldWordIsBackDated() throws {
    let held = Word.stopOrder(try parties.order())
    let history = HistoryHead(sequence: 7, digest: Parties.digest("h7"))
    #expect(
      try rule(.grant(parties.grant(sequence: 3, history: history, issued: 59)), holding: held) == "backDated"
    )
    #expect(try rule(.grant(parties.grant(sequence: 3, history: history, issued: 60)), holding: held) == nil)
  }

  @Test func aGrantOnAnotherHistoryIsRefused() throws {
    let held = Word.stopOrder(try parties.order())
    func outcome(_ sequence: Int, _ text: String) throws -> String? {
      let history = HistoryHead(sequence: sequence, digest: Parties.digest(text))
      return try rule(.grant(parties.grant(sequence: 3, history: history, issued: 61)), holding: held)
    }
    #expect(try outcome(5, "h5") == "historyForked")
    #expect(try outcome(6, "other") == "historyForked")
    #expect(try outcome(6, "h6") == nil)
    #expect(try outcome(7, "h7") == nil)
  }

  @Test func anOrderStopsWhateverItsClockAndItsHistorySay() throws {
    let held = Word.grant(try parties.grant(sequence: 8))
    let early = HistoryHead(sequence: 1, digest: Parties.digest("other"))
    #expect(
      try rule(.stopOrder(parties.order(sequence: 9, history: early, issued: -9000)), holding: held) == nil)
    #expect(try rule(.stopOrder(parties.order(sequence: 9, issued: 86_400)), holding: held) == nil)
    #expect(try rule(.stopOrder(parties.order(sequence: 7)), holding: held) == "replayed")
  }

  @Test func aGrantLivesAtMost31Days() throws {
    #expect(try rule(.grant(parties.grant(lifetime: 31 * 86_400))) == nil)
    #expect(try rule(.grant(parties.grant(lifetime: 31 * 86_400 + 1))) == "lifetime")
    #expect(try rule(.grant(parties.grant(lifetime: 0))) == "lifetime")
    #expect(try rule(.grant(parties.grant(lifetime: -60))) == "lifetime")
  }

  @Test func aGrantNeedsAConsentToItsProtocolAndPhase() throws {
    let grant = Word.grant(try parties.grant())
    #expect(try rule(grant, consents: []) == "notConsented")
    #expect(try rule(grant, consents: [parties.consent(to: Parties.digest("other"))]) == "notConsented")
    #expect(try rule(grant, consents: [parties.consent(.none)]) == "notConsented")
    #expect(try rule(grant, consents: [parties.consent(.silent)]) == "aboveConsent")
    #expect(try rule(grant, consents: [parties.consent(.broad)]) == nil)
  }

  @Test func theNewestConsentToAProtocolCountsWhateverWasSaidOfOthers() throws {
    let grant = Word.grant(try parties.grant())
    let other = try parties.consent(.none, to: Parties.digest("version 2"), sequence: 3)
    #expect(try rule(grant, consents: [other, parties.consent(.limited)]) == nil)
    #expect(
      try rule(grant, consents: [parties.consent(.silent, sequence: 2), parties.consent(.limited)])
        == "aboveConsent")
    #expect(
      try rule(grant, consents: [parties.consent(.silent), parties.consent(.limited, sequence: 2), other])
        == nil)
  }

  @Test func theCoordinatorTakesConsentsInTheirOrderOnce() throws {
    func outcome(
      _ consent: SiteConsent, last: Int = 0, same: Bool = false, listsSite: Bool = true
    ) throws -> String? {
      let north = parties.north
      let verified = try SiteConsent.verify(
        consent.sign(with: north), root: north.root, pinnedRootKey: north.fingerprint.digest,
        at: Parties.time(120))
      let digest = same ? verified.signedDigest : Parties.digest("another")
      do {
        let isNew = try admit(
          verified, for: parties.addressee, last: last == 0 ? nil : (last, digest), listsSite: listsSite,
          now: Parties.time(0))
        return isNew ? nil : "again"
      } catch let error as GrantError { return error.rule }
    }
    #expect(try outcome(parties.consent()) == nil)
    #expect(try outcome(parties.consent(sequence: 2), last: 1) == nil)
    #expect(try outcome(parties.consent(sequence: 3), last: 1) == "sequence")
    #expect(try outcome(parties.consent(), last: 1) == "sequence")
    #expect(try outcome(parties.consent(), last: 1, same: true) == "again")
    #expect(try outcome(parties.consent(study: "stroke")) == "otherSite")
    #expect(try outcome(parties.consent(), listsSite: false) == "unknownProtocol")
    #expect(try outcome(parties.consent(signed: 300)) == nil)
    #expect(try outcome(parties.consent(signed: 301)) == "time")
  }
}
