import EvaluationProtocols
package import CanonicalJSON
import Cryptography
package import PhaseGrants

/// The events of a study, each following the one before it. Only a whole chain becomes one.
///
/// - Source: `protocols/gates.md`, section 2.
package struct StudyHistory: Equatable, Sendable {
  /// The study's id.
  package let study: String
  /// The events in order.
  package private(set) var events: [StudyEvent]
  /// Where the chain stands.
  package private(set) var head: HistoryHead

  /// The value of the file's `format` member.
  package static let format = "urn:equipoise:study-history:v1"

  /// A study of which nothing has happened yet.
  package init(study: String) {
    self.study = study
    events = []
    head = HistoryHead.start(of: study)
  }

  /// The chain of stored events.
  ///
  /// - Throws: `HistoryError` for an event that does not follow the one before it.
  package init(study: String, events: some Sequence<StudyEvent>) throws(HistoryError) {
    self.init(study: study)
    for event in events { try append(event) }
  }

  /// Adds what happened now.
  ///
  /// - Returns: the event, to be stored.
  @discardableResult
  package mutating func record(_ fact: StudyFact, by actor: String, at time: UTCTime) -> StudyEvent {
    let event = StudyEvent(after: head, time: time, actor: actor, fact: fact)
    events.append(event)
    head = event.head
    return event
  }

  /// Takes the next event of a chain that comes from outside.
  ///
  /// - Throws: `HistoryError.sequence`, `.previous`.
  package mutating func append(_ event: StudyEvent) throws(HistoryError) {
    try take(event, becoming: event.head)
  }

  /// Takes the next event of a chain as its bytes; they are canonical, so they need not be written again.
  ///
  /// - Throws: `HistoryError`.
  package mutating func append(bytes: [UInt8]) throws(HistoryError) {
    let event = try StudyEvent.parse(bytes)
    try take(event, becoming: HistoryHead(sequence: event.sequence, digest: Digest(of: bytes)))
  }

  private mutating func take(_ event: StudyEvent, becoming next: HistoryHead) throws(HistoryError) {
    guard event.sequence == head.sequence + 1 else {
      throw .sequence(expected: head.sequence + 1, found: event.sequence)
    }
    guard event.previous == head.digest else { throw .previous(sequence: event.sequence) }
    events.append(event)
    head = next
  }

  /// The history as it was when `sequence` was the newest event.
  package func upTo(_ sequence: Int) -> StudyHistory {
    var history = StudyHistory(study: study)
    history.events = Array(events.prefix(max(0, sequence)))
    history.head = history.events.last?.head ?? HistoryHead.start(of: study)
    return history
  }

  /// Whether a head that somebody saw is one of this chain.
  package func holds(_ seen: HistoryHead) -> Bool {
    if seen.sequence == 0 { return seen == HistoryHead.start(of: study) }
    guard (1...events.count).contains(seen.sequence) else { return false }
    return events[seen.sequence - 1].head == seen
  }

  /// The canonical bytes of the file.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "study": .string(study),
      "events": .array(events.map { .object($0.json) }),
    ])
  }

  /// Reads the file.
  ///
  /// - Throws: `HistoryError`.
  package static func parse(_ bytes: [UInt8]) throws(HistoryError) -> StudyHistory {
    let study: String
    let fields: [DocumentField]
    do {
      var object = try DocumentField(parseCanonicalJSON(bytes, limits: .submission)).object()
      try object.expectFormat(format)
      study = try object.required("study").identifier()
      fields = try object.required("events").array(maximum: HistoryHead.mostEvents)
      try object.finish()
    } catch { throw .event("\(error)") }
    var history = StudyHistory(study: study)
    for field in fields { try history.append(StudyEvent.parse(field)) }
    return history
  }
}

extension HistoryHead {
  /// The most events of a study.
  static let mostEvents = 1_000_000

  /// Where every history of a study begins.
  package static func start(of study: String) -> HistoryHead {
    HistoryHead(sequence: 0, digest: Digest(of: Array(study.utf8)))
  }
}

/// How a history was found to be broken.
package enum HistoryError: Error, Equatable {
  /// Not canonical JSON, or not an event.
  case event(String)
  /// A number is missing, repeated or out of order.
  case sequence(expected: Int, found: Int)
  /// An event does not carry the digest of the one before it.
  case previous(sequence: Int)
}

extension HistoryError: CustomStringConvertible {
  /// What was found where.
  package var description: String {
    switch self {
    case .event(let problem): "an event of the study's history cannot be read: \(problem)"
    case .sequence(let expected, let found): "event \(found) stands where event \(expected) belongs"
    case .previous(let sequence): "event \(sequence) does not follow the event before it"
    }
  }

  /// The stable name of the rule.
  package var rule: String {
    switch self {
    case .event: "historyEvent"
    case .sequence: "historySequence"
    case .previous: "historyPrevious"
    }
  }

  /// What the reader can do.
  package var remedy: String { Self.remedy }

  static let remedy = "keep the file, and ask the coordinator's owner for the history as it was"
}
