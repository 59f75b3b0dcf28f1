import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime
import Synthesis

/// Under the tables: which groups are apart, what is not known, and what drifted.
extension MatrixText {
  /// Most lines of each list.
  private static let most = 8

  /// Gaps over the validation sites that chance does not explain, the most certain first.
  var gapLines: [StyledText] {
    let rows = matrix.pooled.gaps.filter { $0.window == window }
    guard !rows.isEmpty else { return [] }
    var seen: Set<Place> = []
    // The gap within sites stands for a level where there is one, else the crude one.
    let chosen = (rows.filter { $0.estimand == .withinSite } + rows.filter { $0.estimand != .withinSite })
      .filter { seen.insert(Place(slice: $0.slice, metric: $0.metric, threshold: $0.threshold)).inserted }
    var apart: [(row: GapRow, numbers: GapNumbers)] = []
    for row in chosen {
      guard case .estimated(let numbers) = row.result, let lower = numbers.lower, let upper = numbers.upper,
        lower.units > 0 || upper.units < 0
      else { continue }
      apart.append((row, numbers))
    }
    let withheld = chosen.count { $0.result == .withheld }
    var lines: [StyledText] = [
      "",
      "\("Gaps between groups", .bold): \(apart.count) of \(chosen.count) beyond chance, \(withheld) withheld",
    ]
    guard !apart.isEmpty else { return lines }
    var table = Table([
      ("group", .left), ("less", .left), ("measure", .left), ("gap", .left), ("p", .right),
      ("adjusted p", .right), ("", .left),
    ])
    let sorted = apart.enumerated().sorted { left, right in
      let one = left.element.numbers.pValue?.value ?? 1
      let other = right.element.numbers.pValue?.value ?? 1
      return (one, left.offset) < (other, right.offset)
    }.map(\.element)
    for (row, numbers) in sorted.prefix(MatrixText.most) {
      table.add([
        StyledText(evaluationProtocol.label(of: row.slice)), StyledText(against(row)),
        StyledText(name(row.metric, row.threshold)),
        "\(short(numbers.difference)) \(interval(numbers.lower, numbers.upper), .dim)",
        StyledText(probability(numbers.pValue)), StyledText(probability(numbers.adjustedPValue)),
        StyledText(row.estimand == .withinSite ? "within sites" : "crude", .dim),
      ])
    }
    lines += table.lines
    if sorted.count > MatrixText.most { lines.append("and \(sorted.count - MatrixText.most) more") }
    return lines
  }

  private struct Place: Hashable {
    let slice: SliceID
    let metric: Metric
    let threshold: ExactDecimal?
  }

  /// What missing outcomes and withheld counts could make of the pooled rows.
  var boundLines: [StyledText] {
    guard let row = matrix.pooled.rows.first(where: { $0.window == window && $0.slice == .overall }) else {
      return []
    }
    var table = Table([
      ("measure, pooled rows", .left), ("as released", .left), ("whatever outcomes are missing", .left),
      ("whatever is withheld", .left),
    ])
    var found = 0
    for measure in row.measures where measure.estimand == .pooledRows {
      guard case .estimated(let numbers) = measure.result else { continue }
      let labels = numbers.details.missingLabels.map { interval($0.lowest.value, $0.highest.value) }
      let withheld = numbers.details.withheldBounds.map { interval($0.lower, $0.upper) }
      guard labels != nil || withheld != nil else { continue }
      found += 1
      guard found <= MatrixText.most else { continue }
      table.add([
        StyledText(name(measure.metric, measure.threshold)), StyledText(short(numbers.value)),
        StyledText(labels ?? ""), StyledText(withheld ?? ""),
      ])
    }
    guard found > 0 else { return [] }
    return ["", StyledText("Limits without assumptions", .bold)] + table.lines
      + (found > MatrixText.most ? ["and \(found - MatrixText.most) more"] : [])
  }

  /// Verdicts of the comparisons with the reference, then what drifted or moved beyond noise.
  var driftLines: [StyledText] {
    var drifted: [(index: FixedDecimal, text: StyledText)] = []
    var counts: [DriftVerdictWord: Int] = [:]
    var withheld = 0
    for site in matrix.sites {
      for row in site.drift {
        guard case .compared(let numbers) = row.result else {
          if row.result == .withheld { withheld += 1 }
          continue
        }
        let verdict = numbers.assessment?.verdict
        if let verdict { counts[verdict, default: 0] += 1 }
        guard verdict == .drift || (verdict == nil && numbers.stabilityIndex > numbers.noise) else {
          continue
        }
        drifted.append((numbers.stabilityIndex, line(site.site, row, numbers)))
      }
    }
    let words = DriftVerdictWord.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }
    let verdicts: [StyledText] =
      counts.isEmpty
      ? [] : ["\("Drift", .bold): \(words.joined(separator: ", ")), \(withheld) withheld"]
    guard !verdicts.isEmpty || !drifted.isEmpty else { return [] }
    let sorted = drifted.enumerated()
      .sorted { ($1.element.index, $0.offset) < ($0.element.index, $1.offset) }.map(\.element.text)
    return [""]
      + (verdicts.isEmpty ? [StyledText("Population stability index beyond noise", .bold)] : verdicts)
      + sorted.prefix(MatrixText.most)
      + (sorted.count > MatrixText.most ? ["and \(sorted.count - MatrixText.most) more"] : [])
  }

  private func line(_ site: String, _ row: DriftRow, _ numbers: DriftNumbers) -> StyledText {
    let limit = numbers.assessment.map { ", at most \(short($0.upperLimit))" } ?? ""
    return "\(site) \(row.window): \(row.profile) \(short(numbers.stabilityIndex))"
      + "\(" (noise alone reaches \(short(numbers.noise))\(limit))", .dim)"
  }

  private func against(_ row: GapRow) -> String {
    switch row.against {
    case .level(let level):
      evaluationProtocol.label(of: SliceID(attribute: row.slice.attribute, level: level))
    case .complement: "all others"
    }
  }

  private func name(_ metric: Metric, _ threshold: ExactDecimal?) -> String {
    threshold.map { "\(metric.words) at \($0.text)" } ?? metric.words
  }

  private func interval(_ lower: FixedDecimal?, _ upper: FixedDecimal?) -> String {
    guard let lower, let upper else { return "" }
    return "[\(short(lower)), \(short(upper))]"
  }

  private func probability(_ number: FixedDecimal?) -> String {
    guard let number else { return "" }
    return number.rounded(to: 3).units == 0 ? "<0.001" : short(number)
  }
}
