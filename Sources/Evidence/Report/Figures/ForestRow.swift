import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

/// One line of a forest plot.
struct ForestRow {
  let name: String
  let content: Content

  /// What stands in the line.
  enum Content {
    /// A site's own estimate; the weight in the random-effects mean, where it has one.
    case site(Numbers, weight: FixedDecimal?)
    /// A development site's own estimate, never pooled.
    case development(Numbers)
    /// Why there is no estimate.
    case absent(String)
  }

  /// A point and its interval.
  struct Numbers {
    let value: FixedDecimal
    let lower: FixedDecimal?
    let upper: FixedDecimal?

    init(_ numbers: MeasureNumbers) {
      value = numbers.value
      lower = numbers.lower
      upper = numbers.upper
    }

    init(_ numbers: GapNumbers) {
      value = numbers.difference
      lower = numbers.lower
      upper = numbers.upper
    }

    /// `0.812 (0.790 to 0.834)`.
    var text: String {
      guard let lower, let upper else { return ReportNumbers.text(value) }
      return "\(ReportNumbers.text(value)) (\(ReportNumbers.interval(lower, upper)))"
    }

    /// All numbers, for the ends of an axis.
    var all: [Double] { [value, lower, upper].compactMap { $0?.value } }
  }

  /// The numbers of the line, if there are any.
  var numbers: Numbers? {
    switch content {
    case .site(let numbers, _), .development(let numbers): numbers
    case .absent: nil
    }
  }

  /// The line of one site for one measure of all rows.
  init(_ site: ReportSite, metric: Metric, at threshold: ExactDecimal? = nil, spread: RandomEffectsNumbers?) {
    name = site.name
    switch site.standing(in: .overall) {
    case .released(let row):
      switch row.measure(metric, at: threshold, .site)?.result {
      case .estimated(let numbers)?:
        let weight = spread?.contributions.first { $0.site == site.id }?.weight
        content =
          site.role == .development
          ? .development(Numbers(numbers)) : .site(Numbers(numbers), weight: weight)
      case .notEvaluable(let reason)?: content = .absent("not evaluable: \(reason.words)")
      case .withheld?, .bounded?, nil: content = .absent("withheld")
      }
    case let other: content = .absent(other.words ?? "withheld")
    }
  }
}
