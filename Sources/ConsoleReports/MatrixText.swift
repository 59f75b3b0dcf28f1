import CanonicalJSON
package import EvaluationProtocols
package import ServiceRuntime
package import Synthesis

/// The validation matrix as lines for a terminal: sites by measures, then slices. Three decimals are shown.
package struct MatrixText {
  let matrix: ValidationMatrix
  let evaluationProtocol: EvaluationProtocol

  /// A matrix and the protocol under which it was merged.
  package init(matrix: ValidationMatrix, evaluationProtocol: EvaluationProtocol) {
    self.matrix = matrix
    self.evaluationProtocol = evaluationProtocol
  }

  /// The tables, top to bottom.
  package var lines: [StyledText] {
    let discrimination = discriminationColumns
    let decisions = thresholds.prefix(2).map(decisionColumns)
    return [StyledText("Validation matrix, all rows", .bold)] + overallTable(discrimination)
      + decisions.flatMap { [""] + overallTable($0) }
      + ["", StyledText("Slices over validation sites (AUROC within sites)", .bold)]
      + sliceTable(discrimination)
      + decisions.flatMap { [""] + sliceTable($0) } + gapLines + boundLines + driftLines + explanationLines
  }

  var window: String { evaluationProtocol.windows.wholeID }

  private var thresholds: [ExactDecimal] { evaluationProtocol.model.thresholds.map(\.value) }

  private struct Column {
    let title: String
    let metric: Metric
    let threshold: ExactDecimal?
    /// The estimand to show where the table has room for one only.
    let pooled: Estimand
  }

  private var discriminationColumns: [Column] {
    [
      Column(title: "AUROC", metric: .auroc, threshold: nil, pooled: .withinSite),
      Column(
        title: "observed / expected", metric: .observedExpectedRatio, threshold: nil, pooled: .pooledRows),
      Column(title: "slope", metric: .calibrationSlope, threshold: nil, pooled: .randomEffects),
      Column(title: "Brier", metric: .brierScore, threshold: nil, pooled: .pooledRows),
    ]
  }

  private func decisionColumns(at threshold: ExactDecimal) -> [Column] {
    [
      ("sensitivity", Metric.sensitivity), ("specificity", .specificity), ("PPV", .positivePredictiveValue),
      ("net benefit", .netBenefit),
    ]
    .map {
      Column(title: "\($0.0) at \(threshold.text)", metric: $0.1, threshold: threshold, pooled: .pooledRows)
    }
  }

  private func overallTable(_ columns: [Column]) -> [StyledText] {
    var table = Table(
      [("site", .left), ("rows", .right), ("events", .right)] + columns.map { ($0.title, .left) })
    for site in matrix.sites {
      guard let row = site.rows.first(where: { $0.window == window && $0.slice == .overall }) else {
        continue
      }
      let note = site.role == .development ? " (development)" : ""
      table.add(counts(site.site + note, row) + cells(row, columns, .site))
    }
    guard let row = matrix.pooled.rows.first(where: { $0.window == window && $0.slice == .overall }) else {
      return table.lines
    }
    table.add(counts("pooled rows", row) + cells(row, columns, .pooledRows))
    if columns.contains(where: { $0.metric.hasRandomEffects }) {
      table.add(["within sites", "", ""] + cells(row, columns, .withinSite))
      table.add(["random effects", "", ""] + cells(row, columns, .randomEffects))
      table.add(["a new site may expect", "", ""] + predictions(row, columns))
    }
    return table.lines
  }

  private func sliceTable(_ columns: [Column]) -> [StyledText] {
    var table = Table(
      [("slice", .left), ("rows", .right), ("events", .right)] + columns.map { ($0.title, .left) }
        + [("withheld at", .left)])
    for row in matrix.pooled.rows
    where row.window == window && row.slice != .overall && row.status != .empty {
      table.add(
        counts(evaluationProtocol.label(of: row.slice), row)
          + columns.map { cell(row.measure($0.metric, at: $0.threshold, $0.pooled), row) }
          + [StyledText(missing(row, columns).joined(separator: ", "), .yellow)])
    }
    return table.lines
  }

  /// Sites whose counts are not in some number of the row.
  private func missing(_ row: MatrixRow, _ columns: [Column]) -> [String] {
    let omitted = columns.filter { $0.pooled == .pooledRows }.flatMap {
      row.measure($0.metric, at: $0.threshold, $0.pooled)?.omitted ?? []
    }
    return Set(row.withheld + omitted).sorted()
  }

  private func counts(_ name: String, _ row: MatrixRow) -> [StyledText] {
    row.status == .withheld
      ? [StyledText(name), StyledText("withheld", .yellow), ""]
      : [StyledText(name), "\(row.labelled)", "\(row.events)"]
  }

  private func cells(_ row: MatrixRow, _ columns: [Column], _ estimand: Estimand) -> [StyledText] {
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

  private func predictions(_ row: MatrixRow, _ columns: [Column]) -> [StyledText] {
    columns.map { column in
      guard
        case .estimated(let numbers)? = row.measure(column.metric, at: column.threshold, .randomEffects)?
          .result,
        let extra = numbers.randomEffects
      else { return "" }
      return "\("\(short(extra.predictionLower)) to \(short(extra.predictionUpper))", .dim)"
    }
  }

  func short(_ decimal: FixedDecimal) -> String {
    decimal.rounded(to: 3).text
  }
}
