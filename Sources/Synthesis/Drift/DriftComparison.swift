import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Compares one window of a site with the protocol's reference profiles (statistics.md §9).
struct DriftComparison {
  let window: ReleasedWindow
  let evaluationProtocol: EvaluationProtocol

  func rows() -> [DriftRow] {
    evaluationProtocol.drift.profiles.map { profile in
      // Nothing is withheld where there is nothing.
      if window.overall == .empty {
        return DriftRow(window: window.id, profile: profile.id, result: .notEvaluable, missing: nil)
      }
      let cells = self.cells(of: profile)
      return DriftRow(
        window: window.id, profile: profile.id, result: compare(cells), missing: missing(profile, cells))
    }
  }

  /// Counts now and in the reference on the same runs of cells; nil where they are withheld.
  private struct Cells {
    var current: [Int]
    var reference: [Int]
    /// Whether the last cell holds missing values alone.
    var lastIsMissing: Bool
  }

  private func compare(_ cells: Cells?) -> DriftRow.Result {
    guard let cells else { return .withheld }
    let scale = ValidationMatrix.scale
    guard cells.current.count > 1, cells.current.contains(where: { $0 > 0 }),
      let result = try? populationStabilityIndex(current: cells.current, reference: cells.reference),
      let index = try? FixedDecimal(result.index, scale: scale),
      let noise = try? FixedDecimal(result.noiseQuantile99, scale: ValidationMatrix.solverScale)
    else { return .notEvaluable }
    return .compared(
      index: index, noise: noise, rows: cells.current.reduce(0, +), cells: cells.current.count)
  }

  private func missing(_ profile: DriftProfile, _ cells: Cells?) -> DriftRow.Missing? {
    guard let cells, cells.lastIsMissing, cells.current.count > 1, let now = cells.current.last,
      let before = cells.reference.last
    else { return nil }
    let rows = cells.current.reduce(0, +)
    let referenceRows = cells.reference.reduce(0, +)
    let scale = ValidationMatrix.scale
    guard rows > 0, referenceRows > 0,
      let change = try? newcombeDifference(
        successes1: now, trials1: rows, successes2: before, trials2: referenceRows, z: standardNormal975)
    else { return nil }
    func written(_ value: Double) throws -> FixedDecimal { try FixedDecimal(value, scale: scale) }
    return try? DriftRow.Missing(
      share: written(Double(now) / Double(rows)),
      reference: written(Double(before) / Double(referenceRows)), difference: written(change.difference),
      lower: written(change.interval.lower), upper: written(change.interval.upper))
  }

  private func cells(of profile: DriftProfile) -> Cells? {
    switch profile.source {
    case .score(let edges): scoreCells(edges: edges, reference: profile.counts)
    case .attribute(let id): attributeCells(id, reference: profile.counts)
    case .column(let column): columnCells(column.name, reference: profile.counts)
    }
  }

  // The score is compared on the profile's edges that the overall partition keeps.
  private func scoreCells(edges: [ExactDecimal], reference: [Int]) -> Cells? {
    guard let stratum = window.overall.stratum, let partition = window.partition else { return nil }
    let grid = evaluationProtocol.grid
    let positions = edges.compactMap(grid.index(of:))
    let kept = positions.filter { partition.edges.contains($0) }
    var cells = Cells(
      current: Array(repeating: 0, count: kept.count + 1),
      reference: Array(repeating: 0, count: kept.count + 1), lastIsMissing: false)
    let unlabelled = stratum.unlabelled.value ?? Array(repeating: 0, count: partition.count)
    for (index, edge) in partition.edges.dropLast().enumerated() {
      let cell = kept.count { $0 <= edge }
      cells.current[cell] += stratum.positive[index] + stratum.negative[index] + unlabelled[index]
    }
    for (index, count) in reference.enumerated() {
      let lower = index == 0 ? 0 : positions[index - 1]
      cells.reference[kept.count { $0 <= lower }] += count
    }
    return cells
  }

  // Levels that are withheld stand together as what is left of overall.
  private func attributeCells(_ id: String, reference: [Int]) -> Cells? {
    guard let attribute = window.attributes.first(where: { $0.id == id }),
      let overall = window.overall.stratum, attribute.partition != nil
    else { return nil }
    var cells = Cells(current: [], reference: [], lastIsMissing: false)
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
    }
    if let last = attribute.levels.last, last != .withheld, !attribute.levels.contains(.withheld) {
      cells.lastIsMissing = true
    }
    return cells
  }

  private func columnCells(_ column: String, reference: [Int]) -> Cells? {
    guard let histogram = window.histograms.first(where: { $0.column == column }),
      let runs = histogram.cells.value
    else { return nil }
    return Cells(
      current: runs.map(\.rows),
      reference: runs.map { reference[$0.first...$0.last].reduce(0, +) },
      lastIsMissing: runs.last.map { $0.first == $0.last } ?? false)
  }
}
