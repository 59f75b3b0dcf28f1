import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Counts all windows of a protocol, one after the other.
///
/// Every result is a sum of integers over rows, or follows from rows sorted by score; so it is the same for
/// every order of the rows. How many counts there are is bounded where the protocol is read.
func countWindows(
  _ store: RowStore, unscored: UnscoredStore, under evaluationProtocol: EvaluationProtocol,
  minimumFitEvents: Int,
  progress: (_ done: Int, _ of: Int) -> Void
) -> [LocalWindow] {
  let ids = evaluationProtocol.windows.ids
  let paired = PairedPlan(evaluationProtocol)
  var rows: [[UInt32]] = Array(repeating: [], count: ids.count)
  for row in 0..<store.count { rows[Int(store.windows[row])].append(UInt32(truncatingIfNeeded: row)) }
  let unscoredRows = unscored.rows(byWindow: ids.count)
  let countsPatients = evaluationProtocol.data.patientColumn != nil
  return ids.indices.map { index in
    progress(index, ids.count)
    let window = WindowRows(
      rows[index], of: store, grid: evaluationProtocol.grid, paired: paired,
      countsPatients: countsPatients)
    rows[index] = []
    let counter = SliceCounter(window, under: evaluationProtocol, minimumFitEvents: minimumFitEvents)
    let attributes = evaluationProtocol.attributes
    let intersections = evaluationProtocol.intersections
    let strata = inParallel(1 + attributes.count + intersections.count) { piece -> [LocalStratum] in
      if piece == 0 { return [counter.overall()] }
      let attribute = piece - 1
      guard attribute < attributes.count else {
        return [counter.count(intersections[attribute - attributes.count].levels, of: attributes)]
      }
      return counter.count(
        levels: window.levels[attribute], levelCount: attributes[attribute].levelIDs.count)
    }
    return LocalWindow(
      id: ids[index], overall: strata[0][0], attributes: Array(strata[1..<(1 + attributes.count)]),
      intersections: strata[(1 + attributes.count)...].map { $0[0] },
      histograms: evaluationProtocol.drift.columns.enumerated().map { position, profile in
        LocalHistogram(
          column: profile.column, cellCount: profile.values.missingCell + 1, cells: window.cells[position],
          of: window)
      },
      unscored: unscored.count(unscoredRows[index], countsPatients: countsPatients),
      unscoredLevels: evaluationProtocol.attributes.enumerated().map { position, attribute in
        unscored.count(
          unscoredRows[index], byAttribute: position, levelCount: attribute.levelIDs.count,
          countsPatients: countsPatients)
      },
      cusum: evaluationProtocol.analysis.cusum.map { cusum(window, under: $0) },
      operations: evaluationProtocol.operations.map { LocalOperations($0, of: window) })
  }
}

/// What the labelled rows of a window take off the CUSUM.
private func cusum(_ window: WindowRows, under plan: CUSUMPlan) -> Int128 {
  let oddsRatio = plan.oddsRatio.value
  return zip(window.scores, window.classes)
    .reduce(0) { $1.1 == .unlabelled ? $0 : $0 + cusumTerm($1.0, oddsRatio: oddsRatio) }
}
