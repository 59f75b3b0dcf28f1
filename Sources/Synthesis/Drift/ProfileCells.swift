import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// Counts now and in the reference on the same runs of cells.
struct ProfileCells {
  var current: [Int]
  var reference: [Int]
  /// Places of the cells whose values ascend; 0..<0 where the order of cells means nothing.
  var ascending = 0..<0
  /// The ends of the ascending cells, where they are known.
  var edges: [Double]?
  /// Whether the last cell holds missing values alone.
  var lastIsMissing = false
  /// The place of the cell that holds values not listed, no number or out of range, where it stands alone.
  var outside: Int?
}

extension ReleasedWindow {
  /// The counts of a profile in this window; nil where they are withheld.
  func cells(of profile: DriftProfile, on grid: ScoreGrid) -> ProfileCells? {
    switch profile.source {
    case .score(let edges): scoreCells(edges: edges, reference: profile.counts, on: grid)
    case .attribute(let id): attributeCells(id, reference: profile.counts)
    case .column(let column): columnCells(column, reference: profile.counts)
    }
  }

  // The score is compared on the profile's edges that the overall partition keeps.
  private func scoreCells(edges: [ExactDecimal], reference: [Int], on grid: ScoreGrid) -> ProfileCells? {
    guard let partition else { return nil }
    let positions = edges.compactMap(grid.index(of:))
    let kept = positions.filter { partition.position(of: $0) != nil }
    guard let current = scoreCounts(between: kept) else { return nil }
    var cells = ProfileCells(current: current, reference: Array(repeating: 0, count: kept.count + 1))
    for (index, count) in reference.enumerated() {
      let lower = index == 0 ? 0 : positions[index - 1]
      cells.reference[kept.count { $0 <= lower }] += count
    }
    cells.ascending = cells.current.indices
    cells.edges = [0] + kept.map { grid.edges[$0].value } + [1]
    return cells
  }

  // Levels that are withheld stand together as what is left of overall.
  private func attributeCells(_ id: String, reference: [Int]) -> ProfileCells? {
    guard let attribute = attributes.first(where: { $0.id == id }), let overall = overall.stratum,
      attribute.partition != nil
    else { return nil }
    var cells = ProfileCells(current: [], reference: [])
    var rest = (current: overall.labelled, reference: 0)
    for (level, count) in zip(attribute.levels, reference) {
      switch level {
      case .released(let stratum):
        cells.current.append(stratum.labelled)
        cells.reference.append(count)
        rest.current -= stratum.labelled
      case .empty:
        cells.current.append(0)
        cells.reference.append(count)
      case .withheld: rest.reference += count
      }
    }
    if attribute.levels.contains(.withheld) {
      cells.current.append(rest.current)
      cells.reference.append(rest.reference)
    } else {
      cells.lastIsMissing = true
    }
    return cells
  }

  private func columnCells(_ column: DriftProfile.Column, reference: [Int]) -> ProfileCells? {
    guard let histogram = histograms.first(where: { $0.column == column.name }),
      let runs = histogram.cells.value
    else { return nil }
    let values = column.values
    var cells = ProfileCells(
      current: runs.map(\.rows), reference: runs.map { reference[$0.first...$0.last].reduce(0, +) })
    if case .bands = values { cells.ascending = 0..<runs.count { $0.last < values.otherCell } }
    cells.lastIsMissing = runs.last.map { $0.first == $0.last } ?? false
    cells.outside = runs.firstIndex { $0.first == values.otherCell && $0.last == values.otherCell }
    return cells
  }
}
