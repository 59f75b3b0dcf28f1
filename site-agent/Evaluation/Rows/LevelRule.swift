import CanonicalJSON
import EvaluationProtocols
import Models

/// Finds the level of an attribute, and the cell of a column's histogram.
struct LevelRule {
  private let rule: Rule
  private let missing: Int

  private enum Rule {
    case codes(Int, CellTexts)
    case bands(NumberColumn, Bands)
  }

  init(_ attribute: SliceAttribute, in data: DataDefinition, plan: inout ColumnPlan) {
    let readFor = "attribute \(attribute.id)"
    missing = attribute.levels.count
    switch attribute.kind {
    case .codes:
      let codes = attribute.levels.enumerated().flatMap { index, level in level.codes.map { ($0, index) } }
      rule = .codes(plan.place(of: attribute.column, readFor: readFor), CellTexts(codes))
    case .bands(let edges):
      rule = .bands(NumberColumn(attribute.column, readFor: readFor, in: data, plan: &plan), Bands(edges))
    }
  }

  /// The level of a row; the reserved last one where the cell is empty, no number or not listed.
  ///
  /// A protocol has at most 200 levels an attribute, so a level fits a byte.
  func level(of row: TableRow) -> UInt8 {
    switch rule {
    case .codes(let place, let codes): return UInt8(codes.place(of: row.cell(place)) ?? missing)
    case .bands(let column, let bands):
      guard case .number(let number) = column.value(in: row) else { return UInt8(missing) }
      return UInt8(bands.index(of: number))
    }
  }
}

/// Finds the cell of a column's histogram.
struct HistogramRule {
  private let rule: Rule
  private let values: DriftProfile.Values

  private enum Rule {
    case levels(Int, CellTexts)
    case bands(NumberColumn, Bands, ClosedRange<Double>)
  }

  init(column: String, values: DriftProfile.Values, in data: DataDefinition, plan: inout ColumnPlan) {
    self.values = values
    let readFor = "the drift profile of \(column)"
    switch values {
    case .levels(let levels): rule = .levels(plan.place(of: column, readFor: readFor), CellTexts(levels))
    case .bands(let edges):
      let feature = data.feature(of: column)
      let least = feature?.lower?.value ?? -.infinity
      let most = feature?.upper?.value ?? .infinity
      rule = .bands(
        NumberColumn(column, readFor: readFor, in: data, plan: &plan), Bands(edges),
        least <= most ? least...most : .infinity ... .infinity)
    }
  }

  /// The cell of a row. A protocol has at most 1000 edges a profile, so a cell fits two bytes.
  func cell(of row: TableRow) -> UInt16 {
    switch rule {
    case .levels(let place, let levels):
      let cell = row.cell(place)
      if cell.isEmpty { return UInt16(values.missingCell) }
      return UInt16(levels.place(of: cell) ?? values.otherCell)
    case .bands(let column, let bands, let range):
      switch column.value(in: row) {
      case .missing: return UInt16(values.missingCell)
      case .number(let number) where range.contains(number): return UInt16(bands.index(of: number))
      case .number, .other: return UInt16(values.otherCell)
      }
    }
  }
}
