import EvaluationProtocols
import Foundation
import Gates
import PhaseGrants
import Rounds
import Storage
import StudyFixtures
import TestSupport
import Testing

/// Random sequences of requests, clock moves, faults and crashes: the real state machine, in a real file, answers
/// what a small independent model of the rules answers, and stands where the model stands.
///
/// `EQUIPOISE_GATE_SEQUENCES` is how many sequences there are (300); `EQUIPOISE_GATE_SEED`, as a failure prints it,
/// repeats one.
@Suite struct GateModelTests {
  private static let shards: UInt64 = 4
  private static let usual: UInt64 = 300

  private static func value(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  @Test(arguments: 0..<shards) func theMachineDoesWhatThePagesSay(_ shard: UInt64) throws {
    let shelf = try GateDriver.Shelf()
    if let repeated = Self.value("EQUIPOISE_GATE_SEED") {
      let parts = repeated.split(separator: "/")
      let seed = try #require(parts.first.flatMap { UInt64($0) })
      let length = try #require(parts.last.flatMap { Int($0) })
      if shard == 0 { try GateRun(seed, length: length, shelf).run() }
      return
    }
    let count = Self.value("EQUIPOISE_GATE_SEQUENCES").flatMap { UInt64($0) } ?? Self.usual
    for seed in stride(from: shard, to: count, by: Int(Self.shards)) {
      let length = GateSequence.length(seed: seed, isThorough: count > Self.usual)
      // One that fails says enough.
      guard try GateRun(seed, length: length, shelf).run() else { return }
    }
  }
}

/// One sequence.
private final class GateRun {
  private let seed: UInt64
  private let length: Int
  private let shelf: GateDriver.Shelf
  private var model = GateModel()
  private var sequence: GateSequence
  private var trace: [String] = []
  private var problems: [String] = []
  private var now: Int64 = 10 * 86_400

  init(_ seed: UInt64, length: Int, _ shelf: GateDriver.Shelf) {
    (self.seed, self.length, self.shelf) = (seed, length, shelf)
    sequence = GateSequence(seed: seed)
  }

  /// - Returns: whether machine and model agreed all the time.
  @discardableResult
  func run() throws -> Bool {
    try withTemporaryDirectory { folder in
      let driver = try GateDriver(shelf, in: folder)
      for number in 1...length {
        let step = sequence.step(model, now: now)
        trace.append("\(now): \(step)")
        do {
          let changes = try take(step, driver)
          let added = try driver.read(model.tick)
          if added > 0, !changes { problems.append("a request that was refused left \(added) events") }
          try compare(driver)
          // The whole history, read again as after a start.
          if case .crash = step { try compareStored(driver) }
          if number == length { try compareStored(driver) }
        } catch { problems.append("it threw \(error)") }
        guard problems.isEmpty else {
          let story = trace.suffix(80).joined(separator: "\n")
          Issue.record(
            "EQUIPOISE_GATE_SEED=\(seed)/\(length): \(problems.joined(separator: "; ")), after\n\(story)")
          return false
        }
      }
      return true
    }
  }

  /// - Returns: whether the history may have become longer.
  private func take(_ step: SequenceStep, _ driver: GateDriver) throws -> Bool {
    switch step {
    case .clock(let seconds): now = min(max(now + seconds, 86_400), 300 * 86_400)
    case .crash: try driver.crash()
    case .acknowledge(let site):
      expect(try driver.acknowledge(site, now: now), [], "acknowledgement")
      return true
    case .renew: if model.tick > 0 { expect(try driver.renew(now: now), [], "renewal") }
    case .ask(let request):
      let expected = answer(to: request)
      expect(try driver.ask(request, tick: model.tick + 1, now: now), expected, "answer")
      if expected.isEmpty { model.take(request, now: now) }
      return expected.isEmpty
    case .fail(let request):
      let expected = answer(to: request)
      do {
        expect(
          try driver.ask(request, tick: model.tick + 1, now: now, fault: true), expected, "answer to a fault")
        if expected.isEmpty { problems.append("a fault was swallowed") }
      } catch is GateDriver.Fault {
        if !expected.isEmpty { problems.append("the machine would have done it; expected \(expected)") }
      }
    }
    return false
  }

  private func answer(to request: ModelRequest) -> Set<String> {
    switch model.answer(to: request, now: now) {
    case .allowed: []
    case .refused(let codes): codes
    }
  }

  private func expect(_ found: Set<String>, _ expected: Set<String>, _ what: String) {
    // The machine's words for an event that no state allows.
    let found = Set(
      found.map { ["historyReference": "incident"][$0] ?? $0 })
    let isSame =
      found == expected || (expected == ["notJudged"] && found == ["state"])
      || (expected == ["notNamed"] && !found.isEmpty)
    if !isSame { problems.append("\(what): \(found.sorted()), and by the pages \(expected.sorted())") }
  }

  // MARK: States

  private func compareStored(_ driver: GateDriver) throws {
    let reader = GateReader(driver.database)
    let history = try reader.history(of: ReviewedStudy.id)
    let isSame = history == driver.history
    if !isSame { problems.append("the stored history is another than the one that was written") }
    if try StudyState(history) != driver.state { problems.append("the stored history gives another state") }
  }

  private func compare(_ driver: GateDriver) throws {
    let (history, state) = (driver.history, driver.state)
    guard model.inForce > 0 else {
      if !history.events.isEmpty { problems.append("a study came out of nothing") }
      return
    }
    func same<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) {
      if found != expected { problems.append("\(what): \(found), and by the pages \(expected)") }
    }
    same(state.word, model.state, "state")
    same(state.phase?.rawValue, model.phase, "phase")
    same(state.inForce?.version, model.inForce, "version")
    same(state.versions.count, model.versions.count, "versions")
    same(state.evidences.count, model.evidence.count, "evidence")
    same(state.decisions.count, model.decisions.count, "decisions")
    same(state.delegations.count, model.delegations.count, "delegations")
    same(
      state.incidents.map(\.isOpen),
      (1...max(1, model.incidents.count)).compactMap { model.incidents[$0]?.isOpen }, "incidents")
    same(state.interruption != nil, model.halted != nil, "interruption")
    same(try GateReader(driver.database).head(of: history.study), history.head, "stored head")
    let row = try driver.database.first(
      "SELECT state, version FROM study_gate WHERE study = ?1", [.text(history.study)]
    ) { row in "\(try row.text(0)) \(try row.integer(1))" }
    same(row, "\(state.word) \(state.inForce?.version ?? 0)", "stored state")
    for site in GateSequence.sites {
      same(state.phase(of: site)?.rawValue, model.phase(of: site), "phase of \(site)")
      try compareWord(of: site, driver)
    }
  }

  /// No site's newest grant is above what the model allows.
  private func compareWord(of site: String, _ driver: GateDriver) throws {
    let word = try driver.database.first(
      """
      SELECT word, phase, p.version FROM site_word AS w JOIN protocol AS p ON p.digest = w.protocol
      WHERE w.study = ?1 AND site = ?2 AND drill = 0 ORDER BY number DESC LIMIT 1
      """, [.text(ReviewedStudy.id), .text(site)]
    ) { row in (try row.text(0), try row.optionalText(1), Int(try row.integer(2))) }
    guard let (kind, phase, version) = word, kind == "grant" else {
      // Whoever may be in a phase has been told so.
      if let allowed = model.phase(of: site) { problems.append("\(site) has no grant for \(allowed)") }
      return
    }
    let allowed =
      version == model.inForce ? model.phase(of: site) : model.leftover(of: site, under: version)
    if GateModel.rank(phase) > GateModel.rank(allowed) {
      problems.append("\(site) is granted \(phase ?? "") under \(version); allowed is \(allowed ?? "none")")
    }
  }
}
