import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import StudyFixtures
import Testing

/// The status of a gate and what people ask for.
@Suite struct GateDocumentTests {
  /// The example with three phases and one reviewer, who has no key.
  private func story() throws -> ToldHistory {
    var story = try ToldHistory(SyntheticStudy.evaluationProtocol())
    try story.consent(["north", "south"], to: .silent)
    return story
  }

  private func status(_ story: ToldHistory) throws -> GateStatusDocument {
    let state = try story.state()
    return GateStatusDocument(
      ReviewFacts(history: story.history, state: state, protocols: story.protocols, now: story.clock),
      state: state, evaluationProtocol: story.evaluationProtocol, head: story.history.head, now: story.clock)
  }

  @Test func aDraftWaitsForConsentsAndHasNoGate() throws {
    let document = try status(story())
    #expect(document.state == .draft)
    #expect(document.gate == nil && document.phase == nil)
    #expect(document.unmet.map(\.code) == [.consents])
    #expect(document.sites.map(\.consent) == [.silent, .silent, .none, .none, .none])
    #expect(try GateStatusDocument.parse(document.encode()) == document)
  }

  @Test func aHeldStudyWaitsForARestart() throws {
    var story = try story()
    try story.enter(.silent)
    try story.hold("i1", title: "Alarms at night")
    let document = try status(story)
    #expect(document.state == .held && document.phase == .silent && document.gate == .restart)
    #expect(document.unmet.contains { $0.code == .correctiveAction })
    #expect(document.signOffs.map(\.standing) == [.missing, .missing, .missing])
    #expect(document.incidents.map(\.isOpen) == [true])
    #expect(document.incidents.first?.stopSeconds == 0)
    #expect(try GateStatusDocument.parse(document.encode()) == document)
  }

  @Test func textThatIsTooLongIsCutSoThatTheStatusCanBeRead() throws {
    var story = try story()
    let long = String(repeating: "long ", count: 390)
    let version = story.evaluationProtocol
    try story.publish(
      version, reason: long, changes: (0..<60).map { "section \($0)" }, returnsToSilent: false)
    let document = try status(story)
    let read = try GateStatusDocument.parse(document.encode())
    let line = try #require(read.sections.first?.lines.dropFirst().first)
    #expect(line.unicodeScalars.count == 2000)
    #expect(line.hasSuffix("\u{2026}"))
  }

  @Test func openIncidentsAreShownBeforeThoseThatAreOver() throws {
    var story = try story()
    for number in 1...130 {
      try story.add(
        .incidentOpened(.init(incident: "i-\(number)", title: "One", sites: [], windows: [], drill: false)))
      if number > 3 {
        try story.add(.incidentClosed(.init(incident: "i-\(number)", people: ["Dr. Ada"], text: "over")))
      }
    }
    for _ in 1...60 {
      try story.add(
        .incidentNoted(
          .init(incident: "i-1", text: "seen", owner: nil, runbook: nil, correctiveAction: nil)))
    }
    let document = try status(story)
    #expect(document.incidents.filter(\.isOpen).map(\.id) == ["i-1", "i-2", "i-3"])
    #expect(document.incidents.count == 23 && document.incidents.last?.id == "i-130")
    #expect(document.incidents.first?.timeline.count == 40)
    #expect(try GateStatusDocument.parse(document.encode()) == document)
  }

  @Test func aNoteThatSaysNothingIsRefused() {
    #expect(throws: WireError.self) {
      try IncidentNoteDocument.parse(IncidentNoteDocument().encode())
    }
    let text = try? IncidentNoteDocument.parse(IncidentNoteDocument(text: "seen").encode())
    #expect(text?.text == "seen")
  }

  @Test(arguments: [(500, true), (501, false)])
  func reasonsHoldFiveHundredCharacters(length: Int, isTaken: Bool) {
    let reason = String(repeating: "a", count: length)
    #expect(
      ((try? HoldDocument.parse(HoldDocument(reason: reason, drill: false).encode())) != nil) == isTaken)
    #expect(((try? StopDocument.parse(StopDocument(reason: reason).encode())) != nil) == isTaken)
    #expect(
      ((try? IncidentCloseDocument.parse(IncidentCloseDocument(text: reason).encode())) != nil) == isTaken)
  }

  @Test func anEmptyListOfSitesIsNotTheSameAsNone() {
    #expect(throws: WireError.self) {
      try HoldDocument.parse(HoldDocument(reason: "x", drill: false, sites: []).encode())
    }
  }
}
