import Aggregates
import EvaluationProtocols

/// Alerts and what became of them, added up over windows and sites that may each have merged the times
/// differently.
struct OperationTotals {
  private(set) var alerts = 0
  private(set) var spared = 0
  /// How many parts are in.
  private(set) var parts = 0
  /// Whose alerts are withheld in part or whole, each once, in order.
  private(set) var omitted: [String] = []
  private(set) var responses: RunTotals
  private(set) var acknowledgement: RunTotals

  /// Nothing yet. Times until acknowledgement have a cell before each edge, one after the last, and one for never.
  init(_ plan: OperationsPlan) {
    responses = RunTotals(cells: 2)
    acknowledgement = RunTotals(cells: plan.acknowledgement.map { $0.edges.count + 2 } ?? 0)
  }

  /// Says that the contributor `id` withholds its alerts.
  mutating func omit(_ id: String) {
    if omitted.last != id { omitted.append(id) }
  }

  /// Adds a window.
  mutating func add(_ operations: ReleasedOperations) {
    parts += 1
    alerts += operations.alerts
    spared += operations.spared
    responses.add(operations.responses?.value)
    acknowledgement.add(operations.acknowledgement?.value)
  }

  /// Adds the windows of the contributor `id`.
  mutating func add(_ other: OperationTotals, id: String) {
    if !other.omitted.isEmpty { omit(id) }
    guard other.parts > 0 else { return }
    parts += other.parts
    alerts += other.alerts
    spared += other.spared
    responses.add(other.responses)
    acknowledgement.add(other.acknowledgement)
  }
}

/// Counts on runs of neighbouring cells.
struct RunTotals {
  /// Rows of the run that begins at each cell.
  private var rows: [Int]
  /// How many parts begin a run at each cell.
  private var cuts: [Int]
  private var parts = 0
  /// Whether a part withholds its counts.
  private(set) var isWithheld = false

  /// Zeros.
  init(cells: Int) {
    rows = Array(repeating: 0, count: cells)
    cuts = rows
  }

  /// Adds the runs of one part; nil where they are withheld.
  mutating func add(_ runs: [ReleasedHistogram.Cell]?) {
    guard let runs else {
      isWithheld = true
      return
    }
    parts += 1
    for run in runs where rows.indices.contains(run.first) {
      rows[run.first] += run.rows
      cuts[run.first] += 1
    }
  }

  /// Adds another total.
  mutating func add(_ other: RunTotals) {
    parts += other.parts
    isWithheld = isWithheld || other.isWithheld
    for cell in rows.indices {
      rows[cell] += other.rows[cell]
      cuts[cell] += other.cuts[cell]
    }
  }

  /// Runs between the cuts that every part has, with their rows; nil where a part withholds them or there is none.
  var common: [(cells: Range<Int>, rows: Int)]? {
    guard parts > 0, !isWithheld else { return nil }
    let starts = cuts.indices.filter { cuts[$0] == parts }
    let ends = starts.dropFirst() + [cuts.count]
    return zip(starts, ends).map { start, end in (start..<end, rows[start..<end].reduce(0, +)) }
  }
}
