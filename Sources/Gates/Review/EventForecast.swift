import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// How fast something is counted in one slice, at one site or over the pool.
struct CountRate {
  /// What was counted in the windows with released rows.
  let count: Int
  /// How long those windows are together.
  let days: Double
  /// The end of the last of them.
  let end: UTCTime
}

/// When something is counted often enough.
///
/// - Source: `protocols/gates.md`, section 10.
struct EventForecast {
  let have: Int
  /// What is asked for; may be beyond any number of patients.
  let need: Double
  let unit: String
  /// Nil for an undated study.
  let rate: CountRate?
  let isEarliest: Bool

  var forecast: UndecidedCriterion.Forecast {
    // 2^53: what a document can write.
    guard need.isFinite, need < Double(JSONValue.maximumInteger) else {
      return .notEvents("the value is too close to the limit to name a number of \(unit)")
    }
    let need = Int(need.rounded(.up))
    guard let rate else { return .noRate(have: have, need: need, unit: unit, why: .undated) }
    guard rate.count > 0, rate.days > 0 else {
      return .noRate(have: have, need: need, unit: unit, why: .noEvents)
    }
    let missing = Double(max(0, need - have))
    let seconds = (missing / (Double(rate.count) / rate.days) * 86_400).rounded(.up)
    guard seconds < 1e12,
      let time = try? UTCTime(secondsSinceEpoch: rate.end.secondsSinceEpoch + Int64(seconds))
    else { return .noRate(have: have, need: need, unit: unit, why: .tooFar) }
    return .when(time, have: have, need: need, unit: unit, isEarliest: isEarliest)
  }
}

/// How many events decide an interval, from one that does not.
///
/// The half-width of an interval shrinks with the root of the number of events: with `distance` from the value
/// to the judged bound and `room` from the value to the limit, needed are n · (distance / room)². Distances are
/// taken of the written decimals, which have the same scale.
func eventsNeeded(now count: Int, value: FixedDecimal, bound: FixedDecimal, limit: FixedDecimal) -> Double {
  let ratio = Double(value.units - bound.units) / Double(value.units - limit.units)
  return Double(count) * ratio * ratio
}
