import CanonicalJSON
import CoordinatorAPI
import EvaluationProtocols
import Gates
import Storage

extension GateBook {
  /// Opens the round that the protocol's schedule asks for now, if it does.
  package func openScheduledRound(study name: String) throws {
    guard let request = try GateReader(database).scheduledRound(of: name, at: now) else { return }
    _ = try RoundBook(database).open(
      request, study: name, at: now, makeIdentifier: makeIdentifier, record: record)
  }
}

extension GateReader {
  /// The round that is due by the protocol's `monitoring`: so many days after the last one of the phase was opened.
  /// People open the first. Nil while one is open, and once all planned looks are spent.
  func scheduledRound(of study: String, at now: UTCTime) throws -> RoundRequestDocument? {
    guard let standing = try standing(of: study), let phase = PhaseName(rawValue: standing.state) else {
      return nil
    }
    let rounds = try database.rows(
      "SELECT opened_at, state FROM round WHERE study = ?1 AND phase = ?2 AND version = ?3 AND kind = 'release'",
      [.text(study), .text(phase.rawValue), .count(standing.version)]
    ) { row in (openedAt: try row.time(0), state: try row.word(1, of: RoundState.self)) }
    guard let last = rounds.map(\.openedAt).max(), !rounds.contains(where: { $0.state == .open }) else {
      return nil
    }
    let days = (now.secondsSinceEpoch - last.secondsSinceEpoch) / 86_400
    // No plan is for less than a day, so most questions end without reading the protocol.
    guard days >= 1, let plan = try StudyBook(database).protocolInForce(of: study)?.monitoring,
      days >= Int64(plan.everyDays), rounds.count(where: { $0.state != .failed }) < plan.looks
    else { return nil }
    return RoundRequestDocument(
      phase: phase, kind: .release,
      deadline: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + Int64(plan.openDays) * 86_400),
      quorum: plan.quorum)
  }
}
