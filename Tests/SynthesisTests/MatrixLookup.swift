import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

/// Hospitals that every test may use: all intervals hold at least two rows of each class.
enum Hospital {
  static let alpha =
    Row.spread(events: [2, 3, 4, 6, 9], nonEvents: [20, 9, 6, 4, 3], level: .female)
    + Row.spread(events: [2, 2, 5, 4, 8], nonEvents: [15, 8, 5, 6, 2], level: .male)
  static let beta =
    Row.spread(events: [3, 2, 2, 5, 7], nonEvents: [12, 7, 7, 3, 2], level: .female)
    + Row.spread(events: [2, 4, 3, 5, 6], nonEvents: [18, 9, 4, 5, 3], level: .male)
  static let gamma =
    Row.spread(events: [4, 4, 3, 9, 11], nonEvents: [10, 8, 8, 5, 4], level: .female)
    + Row.spread(events: [2, 3, 4, 5, 5], nonEvents: [9, 5, 6, 4, 2], level: .male)
}

extension ExactDecimal {
  /// The threshold of the small study at which somebody acts.
  static var act: ExactDecimal? { try? ExactDecimal(parsing: "0.5") }
  /// The lower threshold.
  static var look: ExactDecimal? { try? ExactDecimal(parsing: "0.2") }
}

extension SliceID {
  static let female = SliceID(attribute: "sex", level: "female")
  static let male = SliceID(attribute: "sex", level: "male")
}

extension Metric {
  /// The measures at a threshold that need neither a baseline nor a standard prevalence.
  static var counted: [Metric] {
    atThreshold.filter { !paired.contains($0) && $0 != .standardisedPositivePredictiveValue }
  }
}

extension [MatrixRow] {
  func row(_ slice: SliceID = .overall, window: String = WindowPlan.undatedID) throws -> MatrixRow {
    try #require(first { $0.slice == slice && $0.window == window })
  }
}

extension MatrixRow {
  func entry(
    _ metric: Metric, at threshold: ExactDecimal? = nil, _ estimand: Estimand
  ) throws -> Measure {
    try #require(measure(metric, at: threshold, estimand))
  }

  func numbers(
    _ metric: Metric, at threshold: ExactDecimal? = nil, _ estimand: Estimand
  ) throws -> MeasureNumbers {
    try #require(try entry(metric, at: threshold, estimand).estimate)
  }
}

extension Measure {
  var estimate: MeasureNumbers? {
    guard case .estimated(let numbers) = result else { return nil }
    return numbers
  }

  var reason: NotEvaluable? {
    guard case .notEvaluable(let reason) = result else { return nil }
    return reason
  }
}
