import Aggregates
import EvaluationProtocols

/// Counts all windows of a protocol, one after the other.
///
/// Every result is a sum of integers over rows, or follows from rows sorted by score; so it is the same for
/// every order of the rows. How many counts there are is bounded where the protocol is read.
func countWindows(
  _ store: RowStore, under evaluationProtocol: EvaluationProtocol, minimumFitEvents: Int,
  progress: (_ done: Int, _ of: Int) -> Void
) -> [LocalWindow] {
  let ids = evaluationProtocol.windows.ids
  var rows: [[UInt32]] = Array(repeating: [], count: ids.count)
  for row in 0..<store.count { rows[Int(store.windows[row])].append(UInt32(truncatingIfNeeded: row)) }
  return ids.indices.map { index in
    progress(index, ids.count)
    let window = WindowRows(
      rows[index], of: store, grid: evaluationProtocol.grid,
      countsPatients: evaluationProtocol.data.patientColumn != nil)
    rows[index] = []
    let counter = SliceCounter(window, under: evaluationProtocol, minimumFitEvents: minimumFitEvents)
    return LocalWindow(
      id: ids[index], overall: counter.overall(),
      attributes: evaluationProtocol.attributes.enumerated().map { position, attribute in
        counter.count(levels: window.levels[position], levelCount: attribute.levelIDs.count)
      },
      histograms: evaluationProtocol.drift.columns.enumerated().map { position, profile in
        LocalHistogram(
          column: profile.column, cellCount: profile.values.missingCell + 1, cells: window.cells[position],
          of: window)
      })
  }
}
