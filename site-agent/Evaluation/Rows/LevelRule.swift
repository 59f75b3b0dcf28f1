import CanonicalJSON
import EvaluationProtocols
import Models

/// Finds the level of an attribute; the reserved last one where the cell is empty, no number or not listed.
///
/// A protocol has at most 200 levels an attribute, so a level fits a byte.
struct LevelRule: CellRule {
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

  var place: Int {
    switch rule {
    case .codes(let place, _): place
    case .bands(let column, _): column.place
    }
  }

  func answer(_ cell: Cell) -> UInt8 {
    switch rule {
    case .codes(_, let codes): UInt8(codes.place(of: cell) ?? missing)
    case .bands(let column, let bands): level(column.answer(cell), bands)
    }
  }

  var ofNumber: ((Double) -> UInt8)? {
    guard case .bands(let column, let bands) = rule, let value = column.ofNumber else { return nil }
    return { level(value($0), bands) }
  }

  private func level(_ value: NumberColumn.Value, _ bands: Bands) -> UInt8 {
    guard case .number(let number) = value else { return UInt8(missing) }
    return UInt8(bands.index(of: number))
  }
}

/// Finds the cell of a column's histogram. A protocol has at most 1000 edges a profile, so a cell fits two bytes.
struct HistogramRule: CellRule {
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

  var place: Int {
    switch rule {
    case .levels(let place, _): place
    case .bands(let column, _, _): column.place
    }
  }

  func answer(_ cell: Cell) -> UInt16 {
    switch rule {
    case .levels(_, let levels):
      if cell.isEmpty { return UInt16(values.missingCell) }
      return UInt16(levels.place(of: cell) ?? values.otherCell)
    case .bands(let column, let bands, let range): return self.cell(column.answer(cell), bands, range)
    }
  }

  var ofNumber: ((Double) -> UInt16)? {
    guard case .bands(let column, let bands, let range) = rule, let value = column.ofNumber else {
      return nil
    }
    return { cell(value($0), bands, range) }
  }

  private func cell(_ value: NumberColumn.Value, _ bands: Bands, _ range: ClosedRange<Double>) -> UInt16 {
    switch value {
    case .missing: UInt16(values.missingCell)
    case .number(let number) where range.contains(number): UInt16(bands.index(of: number))
    case .number, .other: UInt16(values.otherCell)
    }
  }
}
