import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import StudyFixtures
import Testing

@Suite struct StudyHistoryTests {
  private func note(_ text: String) -> StudyFact {
    .incidentNoted(.init(incident: "i", text: text, owner: nil, runbook: nil, correctiveAction: nil))
  }

  private func history(of texts: [String]) throws -> StudyHistory {
    var history = StudyHistory(study: ReviewedStudy.id)
    for text in texts { history.record(note(text), by: "user/lead", at: try ReviewedStudy.time()) }
    return history
  }

  @Test func eachEventBindsTheOneBefore() throws {
    let history = try history(of: ["one", "two", "three"])
    #expect(history.events.map(\.sequence) == [1, 2, 3])
    #expect(history.events[0].previous == Digest(of: Array(ReviewedStudy.id.utf8)))
    #expect(history.events[2].previous == Digest(of: history.events[1].encode()))
    #expect(history.head == HistoryHead(sequence: 3, digest: Digest(of: history.events[2].encode())))
  }

  @Test func aFileGivesTheSameHistory() throws {
    let history = try history(of: ["one", "two", "three"])
    #expect(try StudyHistory.parse(history.encode()) == history)
    #expect(try StudyHistory(study: history.study, events: history.events) == history)
  }

  @Test func anEventThatIsTooLargeIsRefusedInAFileTooAndNeverWrittenAsAnother() throws {
    var history = try history(of: ["one"])
    let digest = Digest(of: [])
    let conditions = Array(repeating: String(repeating: "é", count: 500), count: 1_100)
    history.record(
      .decisionRecorded(
        .init(
          gate: .broad, round: nil, protocolDigest: digest, evidence: digest, page: digest,
          decision: .abstain, person: "D. Dorn", role: "chair", onBehalfOf: nil, key: digest,
          signedAt: try ReviewedStudy.time(), validUntil: try ReviewedStudy.time(60), seen: 1, target: nil,
          conditions: conditions, statement: digest)), by: "user/lead", at: try ReviewedStudy.time())
    let bytes = history.encode()
    #expect(bytes.count > 1 << 20)
    let error = #expect(throws: HistoryError.self) { try StudyHistory.parse(bytes) }
    #expect(error?.rule == "historyEvent")
  }

  @Test func aGapARepetitionAndAnotherOrderAreRefused() throws {
    let events = try history(of: ["one", "two", "three"]).events
    #expect(throws: HistoryError.sequence(expected: 2, found: 3)) {
      try StudyHistory(study: ReviewedStudy.id, events: [events[0], events[2]])
    }
    #expect(throws: HistoryError.sequence(expected: 2, found: 1)) {
      try StudyHistory(study: ReviewedStudy.id, events: [events[0], events[0]])
    }
    #expect(throws: HistoryError.sequence(expected: 1, found: 2)) {
      try StudyHistory(study: ReviewedStudy.id, events: [events[1], events[0]])
    }
  }

  @Test func anEventThatWasReplacedBreaksTheNext() throws {
    let events = try history(of: ["one", "two", "three"]).events
    let other = try history(of: ["one", "another", "three"]).events
    #expect(throws: HistoryError.previous(sequence: 3)) {
      try StudyHistory(study: ReviewedStudy.id, events: [events[0], other[1], events[2]])
    }
  }

  @Test func aHistoryOfAnotherStudyDoesNotBegin() throws {
    let events = try history(of: ["one"]).events
    #expect(throws: HistoryError.previous(sequence: 1)) { try StudyHistory(study: "other", events: events) }
  }

  @Test func onlyHeadsOfTheChainAreHeld() throws {
    let history = try history(of: ["one", "two"])
    let other = try self.history(of: ["one", "another", "three"])
    #expect(history.holds(history.head))
    #expect(history.holds(history.upTo(1).head))
    #expect(history.holds(StudyHistory(study: ReviewedStudy.id).head))
    #expect(!history.holds(other.upTo(2).head))
    #expect(!history.holds(other.head))
    #expect(!history.holds(HistoryHead(sequence: 0, digest: ReviewedStudy.digest("other"))))
    #expect(!history.holds(HistoryHead(sequence: -1, digest: history.head.digest)))
    #expect(history.upTo(9) == history)
    #expect(history.upTo(-1).events.isEmpty)
  }

  /// Keys of an event that are changed, taken away or added, and what the reader then says.
  @Test(arguments: [
    ("format", "urn:equipoise:study-event:v2"), ("kind", "phaseLeft"), ("actor", "Lead"), ("text", nil),
    ("surplus", "x"), ("time", "today"),
  ])
  func anEventIsReadStrictly(_ key: String, _ value: String?) throws {
    let bytes = try history(of: ["one"]).events[0].encode()
    guard case .object(var object) = try parseCanonicalJSON(bytes, limits: .submission) else { return }
    object[key] = value.map(JSONValue.string)
    #expect(throws: HistoryError.self) { try StudyEvent.parse(encodeCanonicalJSON(.object(object))) }
  }

  @Test func bytesThatAreNotCanonicalAreRefused() throws {
    let bytes = try history(of: ["one"]).events[0].encode()
    #expect(throws: HistoryError.self) { try StudyEvent.parse([0x20] + bytes) }
    #expect(throws: HistoryError.self) { try StudyEvent.parse([]) }
  }
}
