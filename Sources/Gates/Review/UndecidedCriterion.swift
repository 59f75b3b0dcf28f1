package import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// A criterion that is inconclusive or not evaluable, and when more events would decide it.
package struct UndecidedCriterion: Equatable, Sendable {
  package let outcome: CriterionOutcome
  package let isStop: Bool
  /// What each undecided number waits for, in the order of the verdicts.
  package let waits: [Wait]

  /// One number or count and what it waits for.
  package struct Wait: Equatable, Sendable {
    /// Site, slice: where the number is of.
    package let place: String
    package let forecast: Forecast
  }

  /// When something that is not decided would be.
  package enum Forecast: Equatable, Sendable {
    /// At the present rate, the events are there on a day.
    case when(UTCTime, have: Int, need: Int, unit: String, isEarliest: Bool)
    /// More events are needed, and nothing tells how fast they come.
    case noRate(have: Int, need: Int, unit: String, why: NoRate)
    /// The value is on the bad side of the limit: more of the same will not pass.
    case badSide
    /// The value is the limit, as far as it is written.
    case onLimit
    /// More events would not decide it: why, in words.
    case notEvents(String)
  }

  /// Why there is no rate.
  package enum NoRate: Equatable, Sendable {
    case undated
    case noEvents
    /// The newest window is judged on its own; its events do not add up with those of the next.
    case newestWindow
    /// Beyond the year 9999.
    case tooFar
  }

  /// The criterion by id.
  package var name: String { isStop ? "stop criterion \(outcome.id)" : outcome.id }

  /// The criterion with what its numbers wait for, the worst first, or with its reasons where it waits for no
  /// events.
  package var sentence: String { "\(name) is \(outcome.verdict.words): \(wait)" }

  /// What it waits for.
  package var wait: String {
    guard !waits.isEmpty else {
      let passed = Set(outcome.findings.filter { $0.verdict == .pass }.map(\.reason))
      return shortList(outcome.reasons.filter { !passed.contains($0) }, most: 4)
    }
    let sorted = waits.enumerated()
      .sorted { (-$0.element.forecast.rank, $0.offset) < (-$1.element.forecast.rank, $1.offset) }
      .map(\.element)
    let more = sorted.count > 2 ? "; and \(counted(sorted.count - 2, "further number"))" : ""
    return sorted.prefix(2).map { wait in
      wait.place.isEmpty ? wait.forecast.words : "\(wait.place): \(wait.forecast.words)"
    }.joined(separator: "; ") + more
  }
}

extension UndecidedCriterion.Forecast {
  /// The forecast in words.
  package var words: String {
    switch self {
    case .when(let day, let have, let need, let unit, let isEarliest):
      "\(have) of \(need) \(unit), \(isEarliest ? "not enough without" : "enough with") data up to \(day.day) at this rate"
    case .noRate(let have, let need, let unit, let why): "\(have) of \(need) \(unit): \(why.words)"
    case .badSide: "at its present value it will not pass, however many events there are"
    case .onLimit: "the value is the limit itself, so no number of events can be named"
    case .notEvents(let why): why
    }
  }

  /// Larger for what is further away.
  fileprivate var rank: Int64 {
    switch self {
    case .badSide: Int64.max
    case .onLimit: Int64.max - 1
    case .notEvents: Int64.max - 2
    case .noRate: Int64.max - 3
    case .when(let day, _, _, _, _): day.secondsSinceEpoch
    }
  }
}

extension UndecidedCriterion.NoRate {
  fileprivate var words: String {
    switch self {
    case .undated: "the data are undated, so no rate"
    case .noEvents: "none came so far, so no rate"
    case .newestWindow: "the newest window is judged alone, so that many are needed in one window"
    case .tooFar: "at the present rate not in this millennium"
    }
  }
}
