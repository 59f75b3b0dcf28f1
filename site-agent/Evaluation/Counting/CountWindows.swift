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
    let strata = SliceCounter(window, under: evaluationProtocol, minimumFitEvents: minimumFitEvents).count()
    return LocalWindow(
      id: ids[index], overall: strata.overall, attributes: strata.attributes,
      intersections: strata.intersections,
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
