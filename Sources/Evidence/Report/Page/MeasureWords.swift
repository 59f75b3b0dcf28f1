import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

extension Estimand {
  /// The estimand in running text.
  var words: String {
    switch self {
    case .site: "the hospital's own rows"
    case .pooledRows: "pooled rows"
    case .withinSite: "within hospitals"
    case .randomEffects: "mean over hospitals"
    }
  }
}

extension Metric {
  /// The measure with its threshold: `sensitivity at 0.1`.
  func words(at threshold: ExactDecimal?) -> String {
    threshold.map { "\(words) at \($0.text)" } ?? words
  }

  /// A short name for the head of a narrow column.
  var shortWords: String {
    switch self {
    case .positivePredictiveValue: "PPV"
    case .negativePredictiveValue: "NPV"
    case .observedExpectedRatio: "O / E"
    case .calibrationSlope: "slope"
    default: words
    }
  }

  /// The value at which a model is right, for measures that have one.
  var ideal: Double? {
    switch self {
    case .observedExpectedRatio, .calibrationSlope: 1
    default: nil
    }
  }

  /// How many decimals people need to see of the measure.
  var decimals: Int {
    switch self {
    case .debiasedSquaredCalibrationError: 5
    case .alertRate, .interventionsAvoided, .numberNeededToEvaluate: 1
    default: ReportNumbers.decimals
    }
  }

  /// How far a value is from a good one: the larger, the worse.
  func distance(_ value: Double) -> Double {
    switch self {
    case .observedExpectedRatio: value > 0 ? (value >= 1 ? value : 1 / value) : .infinity
    case .calibrationSlope: (value - 1).magnitude
    default: -value
    }
  }
}

extension MeasureNumbers {
  /// `0.812 (0.790 to 0.834)`.
  var text: String { text(decimals: ReportNumbers.decimals) }

  /// The number and its interval with some decimals.
  func text(decimals: Int) -> String {
    let number = ReportNumbers.text(value, decimals: decimals)
    guard let lower, let upper else { return number }
    return "\(number) (\(ReportNumbers.text(lower, decimals: decimals)) to "
      + "\(ReportNumbers.text(upper, decimals: decimals)))"
  }

  /// Whether the interval lies on one side of a number.
  func isApart(from number: Double) -> Bool {
    guard let lower, let upper else { return false }
    return lower.value > number || upper.value < number
  }
}

extension Measure {
  /// The number with its interval, or the word for what stands in its place.
  var text: String {
    switch result {
    case .estimated(let numbers): numbers.text(decimals: metric.decimals)
    case .bounded(let lower, let upper):
      "between \(ReportNumbers.text(lower)) and \(ReportNumbers.text(upper))"
    case .withheld: "withheld"
    case .notEvaluable(let reason): "not evaluable: \(reason.words)"
    }
  }
}

extension MeasureDetails.Bounds {
  /// `0.790 to 0.834`.
  var text: String { ReportNumbers.interval(lower, upper) }
}

extension GapNumbers {
  /// `−0.058 (−0.094 to −0.022)`.
  var text: String {
    guard let lower, let upper else { return ReportNumbers.text(difference) }
    return "\(ReportNumbers.text(difference)) (\(ReportNumbers.interval(lower, upper)))"
  }

  /// Whether the interval lies on one side of no difference.
  var isApart: Bool {
    guard let lower, let upper else { return false }
    return lower.value > 0 || upper.value < 0
  }
}

extension ReportData {
  /// What people call a slice; a listed intersection by the labels of its levels.
  func label(of slice: SliceID) -> String {
    let named = evaluationProtocol.intersections.first {
      $0.id.hasSameBytes(as: slice.level) || $0.id.hasSameBytes(as: slice.attribute)
    }
    guard let named, !evaluationProtocol.attributes.contains(where: { $0.id == slice.attribute }) else {
      return evaluationProtocol.label(of: slice)
    }
    return named.levels.map(evaluationProtocol.label(of:)).joined(separator: " and ")
  }

  /// What people call a level inside its attribute.
  func levelLabel(_ slice: SliceID) -> String {
    guard let attribute = evaluationProtocol.attributes.first(where: { $0.id == slice.attribute }) else {
      return label(of: slice)
    }
    return attribute.label(ofLevel: slice.level)
  }

  /// The word for a site whose measure has no number.
  func absence(_ site: ReportSite, _ metric: Metric, at threshold: ExactDecimal?) -> String? {
    switch site.standing(in: .overall) {
    case .released(let row):
      switch row.measure(metric, at: threshold, .site)?.result {
      case .estimated?: return nil
      case .notEvaluable(let reason)?: return "not evaluable: \(reason.words)"
      case .withheld?, .bounded?, nil: return "withheld"
      }
    case let other: return other.words ?? "withheld"
    }
  }
}
