import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The rows of one window by ascending score, column by column.
///
/// Only equal scores leave the order open, and nothing that is counted looks into it.
struct WindowRows {
  let sorted: SortedScores
  let classes: [RowClass]
  /// The interval of the grid that each score lies in.
  let intervals: [UInt16]
  /// One list an attribute.
  let levels: [[UInt8]]
  /// One list a histogram.
  let cells: [[UInt16]]
  /// What became of alerts; nil where the protocol has no operations.
  let operations: [RowOperations]?
  /// The baseline's scores; nil where the protocol has no baseline.
  let paired: PairedRows?
  /// The rows by patient; nil where a row is a patient.
  let patients: PatientRuns?
  /// Whether each row is the one at which its patient is counted, among the rows of its class; nil where a row is a
  /// patient.
  private let designated: [Bool]?

  var scores: [Double] { sorted.scores }
  var count: Int { sorted.count }

  /// Whether a row is the one at which its patient is counted, among the rows of its class.
  func isDesignated(_ row: Int) -> Bool { designated?[row] ?? true }

  /// One number a row, equal for rows of one patient.
  var patientNumbers: [UInt32] {
    guard let patients else { return (0..<count).map { UInt32(truncatingIfNeeded: $0) } }
    var numbers = [UInt32](repeating: 0, count: count)
    var number: UInt32 = 0
    for run in patients.runs {
      for place in run { numbers[Int(patients.order[place])] = number }
      number += 1
    }
    return numbers
  }

  /// Takes the given rows out of the store.
  init(_ rows: [UInt32], of store: RowStore, grid: ScoreGrid, paired plan: PairedPlan?, countsPatients: Bool)
  {
    let order = ascendingOrder(of: rows, by: store.scores)
    let scores = order.map { store.scores[Int($0)] }
    let paired = plan.map { plan in
      PairedRows(scores: scores, baseline: order.map { store.baselines[Int($0)] }, plan: plan)
    }
    self.paired = paired
    classes = order.map { store.labels[Int($0)].rowClass }
    sorted = Self.sort(scores, classes)
    let intervals = Self.intervals(of: scores, on: grid)
    let levels = inParallel(store.levels.count) { place in
      let list = store.levels[place]
      return order.map { list[Int($0)] }
    }
    self.intervals = intervals
    self.levels = levels
    cells = inParallel(store.cells.count) { place in
      let list = store.cells[place]
      return order.map { list[Int($0)] }
    }
    operations = store.operations.map { list in order.map { list[Int($0)] } }
    guard countsPatients else {
      patients = nil
      designated = nil
      return
    }
    let runs = PatientRuns(order.map { store.patients[Int($0)] })
    patients = runs
    designated = Self.designate(
      runs, classes: classes, intervals: intervals, paired: paired, levels: levels)
  }

  private static func sort(_ scores: [Double], _ classes: [RowClass]) -> SortedScores {
    let outcomes = classes.map { SortedScores.RowOutcome($0) }
    // A score outside 0...1 is no score where rows are read, and the order is ours.
    guard let sorted = try? SortedScores(scores: scores, outcomes: outcomes) else {
      preconditionFailure("scores not sorted")
    }
    return sorted
  }

  /// The interval of every score; ascending, as the scores are.
  private static func intervals(of scores: [Double], on grid: ScoreGrid) -> [UInt16] {
    let edges = grid.edges.map(\.value)
    var interval = 0
    return scores.map { score in
      while interval + 2 < edges.count && edges[interval + 1] <= score { interval += 1 }
      return UInt16(interval)
    }
  }

  // A patient is counted at the row of the lowest interval, among several there at the one with the lowest
  // interval of the baseline, then at the one with the first levels. The rows of a run ascend in score, so the lowest interval comes first.
  private static func designate(
    _ runs: PatientRuns, classes: [RowClass], intervals: [UInt16], paired: PairedRows?, levels: [[UInt8]]
  ) -> [Bool] {
    func precedes(_ left: Int, _ right: Int) -> Bool {
      if intervals[left] != intervals[right] { return intervals[left] < intervals[right] }
      // In one interval of the score the cell is that of the baseline.
      if let cells = paired?.cells, cells[left] != cells[right] { return cells[left] < cells[right] }
      for list in levels where list[left] != list[right] { return list[left] < list[right] }
      return false
    }
    var result = Array(repeating: false, count: classes.count)
    for run in runs.runs {
      var best: (Int?, Int?, Int?) = (nil, nil, nil)
      func better(_ row: Int, _ than: Int?) -> Int { than.map { precedes(row, $0) ? row : $0 } ?? row }
      for place in run {
        let row = Int(runs.order[place])
        switch classes[row] {
        case .positive: best.0 = better(row, best.0)
        case .negative: best.1 = better(row, best.1)
        case .unlabelled: best.2 = better(row, best.2)
        }
      }
      for row in [best.0, best.1, best.2] { if let row { result[row] = true } }
    }
    return result
  }
}

/// Rows of one window grouped by patient.
struct PatientRuns {
  /// Rows, one patient's behind the other's; each patient's in the order of the window.
  let order: [UInt32]
  /// The ends of the patients' runs in `order`.
  private let ends: [UInt32]

  /// Groups rows by the number of their patient.
  init(_ patients: [UInt32]) {
    var keys = patients.enumerated().map { UInt64($0.element) << 32 | UInt64($0.offset) }
    sortByUpperHalf(&keys)
    var ends: [UInt32] = []
    for place in keys.indices where place + 1 == keys.count || keys[place + 1] >> 32 != keys[place] >> 32 {
      ends.append(UInt32(place + 1))
    }
    self.ends = ends
    order = keys.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// The run of each patient, as a range of `order`.
  var runs: some Sequence<Range<Int>> {
    ends.indices.lazy.map { (($0 == 0 ? 0 : Int(ends[$0 - 1]))..<Int(ends[$0])) }
  }
}

extension SortedScores.RowOutcome {
  fileprivate init(_ rowClass: RowClass) {
    switch rowClass {
    case .positive: self = .positive
    case .negative: self = .negative
    case .unlabelled: self = .unknown
    }
  }
}
