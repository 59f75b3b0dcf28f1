import CanonicalJSON
import EvaluationProtocols
import PhaseGrants
import Testing

/// Section 4 of `protocols/grants.md`.
@Suite struct ExposureTests {
  private let parties: Parties

  init() throws { parties = try Parties() }

  private func answer(
    _ words: [Word], consents: [SiteConsent]? = nil, isDisabled: Bool = false, at seconds: Int64 = 120
  ) throws -> Exposure {
    exposure(
      words: words.map(parties.held), consents: try consents ?? [parties.consent()], isDisabled: isDisabled,
      now: try Parties.time(seconds))
  }

  @Test func aGrantOfAShownPhasePermitsUntilItsEnd() throws {
    let grant = Word.grant(try parties.grant())
    let end = try Parties.time(3 * 86_400)
    #expect(try answer([grant]) == .permitted(phase: .limited, until: end))
    #expect(try answer([grant], at: 3 * 86_400 - 1) == .permitted(phase: .limited, until: end))
    #expect(try answer([grant], at: 3 * 86_400) == .refused(.expired))
    #expect(try answer([grant], at: -300) == .permitted(phase: .limited, until: end))
    #expect(try answer([grant], at: -301) == .refused(.notYetValid))
  }

  @Test func nothingIsShownWithoutAGrantOrInSilence() throws {
    #expect(try answer([]) == .refused(.noWord))
    #expect(try answer([.grant(parties.grant(phase: .silent))]) == .refused(.silentPhase))
  }

  @Test func anOrderEndsEveryEarlierGrantAndALaterGrantComesBack() throws {
    let grant = Word.grant(try parties.grant())
    for (kind, refusal) in [
      (.hold, .held), (.stop, .stopped), (.lower, .lowered),
    ] as [(StopOrder.Kind, Exposure.Refusal)] {
      #expect(try answer([.stopOrder(parties.order(kind: kind)), grant]) == .refused(refusal))
    }
    let later = Word.grant(try parties.grant(sequence: 3, issued: 90))
    guard case .permitted = try answer([later, .stopOrder(parties.order()), grant]) else {
      Issue.record("the later grant does not count")
      return
    }
  }

  @Test func aDrillEndsNothing() throws {
    let words: [Word] = [.grant(try parties.grant()), .stopOrder(try parties.order(drill: true))]
    guard case .permitted = try answer(words) else {
      Issue.record("a drill ended a grant")
      return
    }
    #expect(try answer([.stopOrder(parties.order(drill: true))]) == .refused(.noWord))
  }

  @Test func theSitesOwnPeopleCanAlwaysSayNo() throws {
    let grant = Word.grant(try parties.grant())
    #expect(try answer([grant], isDisabled: true) == .refused(.disabled))
    #expect(try answer([grant], consents: []) == .refused(.notConsented))
    #expect(try answer([grant], consents: [parties.consent(.none)]) == .refused(.notConsented))
    #expect(try answer([grant], consents: [parties.consent(.silent)]) == .refused(.aboveConsent))
    #expect(
      try answer([grant], consents: [parties.consent(), parties.consent(.silent, sequence: 2)])
        == .refused(.aboveConsent))
  }

  @Test func everyRefusalSaysWhyAndWhatToDo() {
    for refusal in Exposure.Refusal.allCases {
      #expect(!refusal.description.isEmpty && !refusal.remedy.isEmpty)
    }
  }
}
