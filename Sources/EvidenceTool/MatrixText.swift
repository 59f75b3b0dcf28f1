import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime
import Synthesis

/// The validation matrix as lines for a terminal: sites by measures, then slices. Three decimals are shown.
struct MatrixText {
  let matrix: ValidationMatrix
  let evaluationProtocol: EvaluationProtocol

  var lines: [StyledText] {
    overallTable + [""] + sliceTable + driftLines
  }

  private var window: String {
    evaluationProtocol.windows.ids.count == 1 ? evaluationProtocol.windows.ids[0] : WindowPlan.allID
  }

  private var thresholds: [ExactDecimal] { evaluationProtocol.model.thresholds.map(\.value) }

  /// Columns of both tables: a heading and how to read the entry of a row.
  private var columns: [(title: String, metric: Metric, threshold: ExactDecimal?)] {
    [
      ("AUROC", .auroc, nil), ("O:E", .observedExpectedRatio, nil), ("slope", .calibrationSlope, nil),
      ("Brier", .brierScore, nil),
    ]
      + thresholds.prefix(2).flatMap { threshold in
        [
          ("sens \(threshold.text)", Metric.sensitivity, threshold),
          ("spec \(threshold.text)", .specificity, threshold),
          ("net benefit \(threshold.text)", .netBenefit, threshold),
        ]
      }
  }

  private var overallTable: [StyledText] {
    var table = Table(
      [("site", .left), ("rows", .right), ("events", .right)] + columns.map { ($0.title, .left) })
    for site in matrix.sites {
      guard let row = site.rows.first(where: { $0.window == window && $0.slice == .overall }) else {
        continue
      }
      let note = site.role == .development ? " (development)" : ""
      table.add(counts(site.site + note, row) + cells(row, .site))
    }
    if let row = matrix.pooled.rows.first(where: { $0.window == window && $0.slice == .overall }) {
      table.add(counts("pooled rows", row) + cells(row, .pooledRows))
      table.add(["within sites", "", ""] + cells(row, .withinSite))
      table.add(["random effects", "", ""] + cells(row, .randomEffects))
      table.add(["new site may expect", "", ""] + predictions(row))
    }
    return [StyledText("Validation matrix, all rows", .bold)] + table.lines
  }

  private var sliceTable: [StyledText] {
    var table = Table(
      [("slice, pooled rows", .left), ("rows", .right), ("events", .right)]
        + columns.map { ($0.title, .left) }
        + [("withheld at", .left)])
    for row in matrix.pooled.rows where row.window == window && row.slice != .overall && row.status != .empty
    {
      let estimates = columns.map { column in
        cell(
          row.measure(
            column.metric, at: column.threshold,
            column.metric == .auroc
              ? .withinSite : column.metric == .calibrationSlope ? .randomEffects : .pooledRows), row)
      }
      table.add(
        counts(evaluationProtocol.label(of: row.slice), row) + estimates
          + [StyledText(row.withheld.joined(separator: ", "), .yellow)])
    }
    return [StyledText("Slices over validation sites (AUROC within sites, slope random effects)", .bold)]
      + table.lines
  }

  private func counts(_ name: String, _ row: MatrixRow) -> [StyledText] {
    row.status == .withheld
      ? [StyledText(name), StyledText("withheld", .yellow), ""]
      : [StyledText(name), "\(row.labelled)", "\(row.events)"]
  }

  private func cells(_ row: MatrixRow, _ estimand: Estimand) -> [StyledText] {
    columns.map { cell(row.measure($0.metric, at: $0.threshold, estimand), row) }
  }

  private func cell(_ measure: Measure?, _ row: MatrixRow) -> StyledText {
    if row.status == .withheld { return StyledText("withheld", .yellow) }
    guard let measure else { return "" }
    switch measure.result {
    case .estimated(let numbers):
      guard let lower = numbers.lower, let upper = numbers.upper else { return "\(short(numbers.value))" }
      return "\(short(numbers.value)) \("[\(short(lower)), \(short(upper))]", .dim)"
    case .bounded(let lower, let upper): return "\("in [\(short(lower)), \(short(upper))]", .dim)"
    case .withheld: return StyledText("withheld", .yellow)
    case .notEvaluable: return StyledText("not evaluable", .dim)
    }
  }

  private func predictions(_ row: MatrixRow) -> [StyledText] {
    columns.map { column in
      guard
        case .estimated(let numbers)? = row.measure(column.metric, at: column.threshold, .randomEffects)?
          .result,
        let extra = numbers.randomEffects
      else { return "" }
      return "\("\(short(extra.predictionLower)) to \(short(extra.predictionUpper))", .dim)"
    }
  }

  /// Profiles beyond their noise, the largest first.
  private var driftLines: [StyledText] {
    let drifted = matrix.sites.flatMap { site in
      site.drift.compactMap { row -> (index: FixedDecimal, text: StyledText)? in
        guard case .compared(let index, let noise, _, _) = row.result, index.value > noise.value else {
          return nil
        }
        return (
          index,
          "\(site.site) \(row.window): \(row.profile) \(short(index)) (noise alone reaches \(short(noise)))"
        )
      }
    }.sorted { $1.index < $0.index }
    if drifted.isEmpty { return [] }
    let shown = 8
    return ["", StyledText("Population stability index beyond noise", .bold)]
      + drifted.prefix(shown).map(\.text)
      + (drifted.count > shown ? ["and \(drifted.count - shown) more"] : [])
  }

  private func short(_ decimal: FixedDecimal) -> String {
    (try? FixedDecimal(decimal.value, scale: 3).text) ?? decimal.text
  }
}
