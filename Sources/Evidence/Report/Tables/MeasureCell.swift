import CanonicalJSON
import Gates
import Synthesis

extension HTMLWriter {
  /// A table cell for one measure: its number and interval, or the word for what stands in their place.
  mutating func cell(_ measure: Measure?, nameOf name: (String) -> String) {
    guard let measure else {
      element("td", ["class": "none"], "–")
      return
    }
    switch measure.result {
    case .estimated(let numbers):
      element("td") { cell in
        let decimals = measure.metric.decimals
        cell.text(ReportNumbers.text(numbers.value, decimals: decimals))
        if let lower = numbers.lower, let upper = numbers.upper {
          cell.element(
            "span", ["class": "ci"], ReportNumbers.narrowInterval(lower, upper, decimals: decimals))
        }
        if let exact = numbers.details.exact {
          cell.element(
            "span", ["class": "ci"], "exact \(ReportNumbers.narrowInterval(exact.lower, exact.upper))")
        }
        if let bounds = numbers.details.withheldBounds {
          cell.element(
            "span", ["class": "ci wraps"],
            "whatever is withheld: \(ReportNumbers.narrowInterval(bounds.lower, bounds.upper))")
        }
        cell.omissions(measure.omitted.map(name))
      }
    case .bounded(let lower, let upper):
      element("td") { cell in
        cell.text(ReportNumbers.narrowInterval(lower, upper))
        cell.element("span", ["class": "ci"], "bounds, no point")
      }
    case .withheld: withheldCell()
    case .notEvaluable(let reason):
      element("td", ["class": "none"]) { cell in
        cell.text("not evaluable")
        cell.element("span", ["class": "ci"], reason.words)
      }
    }
  }

  /// A hatched cell with the word, over some columns.
  mutating func withheldCell(columns: Int = 1) { absentCell("withheld", columns: columns) }

  /// A cell with the word for why there is no number, over some columns; hatched where it is withheld.
  mutating func absentCell(_ word: String, columns: Int) {
    let style = word == "withheld" ? "withheld" : "none"
    element("td", ["class": style, "colspan": "\(columns)"]) { $0.element("span", word) }
  }

  /// A count, or the word where it is kept back.
  mutating func countCell(_ count: Int?) {
    if let count { element("td", ReportNumbers.count(count)) } else { withheldCell() }
  }

  /// An interval under a number.
  mutating func interval(_ lower: FixedDecimal, _ upper: FixedDecimal) {
    element("span", ["class": "ci"], ReportNumbers.narrowInterval(lower, upper))
  }

  private mutating func omissions(_ names: [String]) {
    guard !names.isEmpty else { return }
    element("span", ["class": "ci wraps"], "without " + names.joined(separator: ", "))
  }
}
