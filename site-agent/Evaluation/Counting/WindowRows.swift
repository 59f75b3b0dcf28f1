import Aggregates
import EvaluationProtocols

/// The rows of one window by ascending score, column by column.
///
/// Only equal scores leave the order open, and nothing that is counted looks into it.
struct WindowRows {
  let scores: [Double]
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
  /// Whether each row is the one at which its patient is counted, among the rows of its class.
  let isDesignated: [Bool]

  var count: Int { scores.count }

  /// One number a row, equal for rows of one patient.
  var patientNumbers: [Int] {
    guard let patients else { return Array(scores.indices) }
    var numbers = Array(repeating: 0, count: count)
    for (number, run) in patients.runs.enumerated() {
      for place in run { numbers[Int(patients.order[place])] = number }
    }
    return numbers
  }

  /// Takes the given rows out of the store.
  init(_ rows: [UInt32], of store: RowStore, grid: ScoreGrid, paired plan: PairedPlan?, countsPatients: Bool)
  {
    let order = rows.map { (score: store.scores[Int($0)], row: Int($0)) }.sorted { $0.score < $1.score }
    let scores = order.map(\.score)
    self.scores = scores
    let paired = plan.map { plan in
      PairedRows(scores: scores, baseline: order.map { store.baselines[$0.row] }, plan: plan)
    }
    self.paired = paired
    classes = order.map { store.labels[$0.row].rowClass }
    let intervals = order.map { UInt16(grid.interval(of: $0.score)) }
    let levels = store.levels.map { list in order.map { list[$0.row] } }
    self.intervals = intervals
    self.levels = levels
    cells = store.cells.map { list in order.map { list[$0.row] } }
    operations = store.operations.map { list in order.map { list[$0.row] } }
    guard countsPatients else {
      patients = nil
      isDesignated = Array(repeating: true, count: order.count)
      return
    }
    let runs = PatientRuns(order.map { store.patients[$0.row] })
    patients = runs
    isDesignated = Self.designate(
      runs, classes: classes, intervals: intervals, paired: paired, levels: levels)
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
  private let ends: [Int]

  /// Groups rows by the number of their patient.
  init(_ patients: [UInt32]) {
    let keys = patients.enumerated().map { UInt64($0.element) << 32 | UInt64($0.offset) }.sorted()
    order = keys.map { UInt32(truncatingIfNeeded: $0) }
    var ends: [Int] = []
    for (place, key) in keys.enumerated() where place + 1 == keys.count || keys[place + 1] >> 32 != key >> 32
    {
      ends.append(place + 1)
    }
    self.ends = ends
  }

  /// The run of each patient, as a range of `order`.
  var runs: some Sequence<Range<Int>> {
    ends.indices.lazy.map { (($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0]) }
  }
}
