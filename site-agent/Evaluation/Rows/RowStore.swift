import Aggregates

/// What an evaluation keeps of one row.
struct RowRecord {
  var patient: UInt32 = 0
  var outcome = RowOutcome.counted
  var window: UInt16 = 0
  /// Meaningful only for rows that are counted; 0 otherwise.
  var score = 0.0
  var label = RowLabel.unlabelled
  /// The level of each attribute.
  var levels: [UInt8]
  /// The cell of each column's histogram.
  var cells: [UInt16]
  /// What became of an alert; nothing where the protocol has no operations.
  var operations = RowOperations()
  /// Not a number where the protocol has no baseline or the row no readable score of it.
  var baseline = Double.nan
  /// What puts the row into a sample or not; that of no inputs where the protocol does not ask.
  var sampleKey = SampleKey()

}

/// What becomes of a row that the cohort rules let in.
enum RowOutcome: UInt8 {
  case counted, timeInvalid, outsideWindows, scoreMissing, scoreInvalid

  /// The reason for leaving the row out.
  var exclusion: ExclusionReason? {
    switch self {
    case .counted: nil
    case .timeInvalid: .timeInvalid
    case .outsideWindows: .outsideWindows
    case .scoreMissing: .scoreMissing
    case .scoreInvalid: .scoreInvalid
    }
  }
}

/// What the label column says about a row.
enum RowLabel: UInt8 {
  case positive, negative, unlabelled
  /// A text that the protocol does not list; counted as unlabelled.
  case invalid

  /// The class in which the row is counted.
  var rowClass: RowClass {
    switch self {
    case .positive: .positive
    case .negative: .negative
    case .unlabelled, .invalid: .unlabelled
    }
  }
}

/// Rows by column: some twenty bytes a row, two more for each histogram and three for operations.
struct RowStore {
  private(set) var patients: [UInt32] = []
  private(set) var windows: [UInt16] = []
  private(set) var scores: [Double] = []
  private(set) var labels: [RowLabel] = []
  /// One list an attribute.
  private(set) var levels: [[UInt8]]
  /// One list a histogram.
  private(set) var cells: [[UInt16]]
  /// What became of alerts; nil where the protocol has no operations.
  private(set) var operations: [RowOperations]?
  /// One a row where the protocol has a baseline, else none.
  private(set) var baselines: [Double] = []
  /// One a row where the protocol has an explanation, else none.
  private(set) var sampleKeys: [SampleKey] = []
  private let keepsBaselines: Bool
  private let keepsSampleKeys: Bool

  /// The most rows of one dataset: sums of so many scores stay in 64 bits.
  static let maximumCount = Int(Int32.max)

  /// - Parameter rows: for how many there is room from the beginning; growing would double the memory for a while.
  init(
    levels: Int, cells: Int, hasOperations: Bool, keepsBaselines: Bool, keepsSampleKeys: Bool = false,
    expecting rows: Int = 0
  ) {
    self.keepsBaselines = keepsBaselines
    self.keepsSampleKeys = keepsSampleKeys
    self.levels = Array(repeating: [], count: levels)
    self.cells = Array(repeating: [], count: cells)
    operations = hasOperations ? [] : nil
    patients.reserveCapacity(rows)
    windows.reserveCapacity(rows)
    scores.reserveCapacity(rows)
    labels.reserveCapacity(rows)
    for index in self.levels.indices { self.levels[index].reserveCapacity(rows) }
    for index in self.cells.indices { self.cells[index].reserveCapacity(rows) }
    if keepsBaselines { baselines.reserveCapacity(rows) }
    if keepsSampleKeys { sampleKeys.reserveCapacity(rows) }
  }

  var count: Int { scores.count }

  /// Adds some of the rows of a group, each with the number of its patient.
  mutating func append(_ kept: [Int], of rows: PreparedRows, patients numbers: [UInt32]) {
    patients += numbers
    func add<Value>(_ source: [Value], to target: inout [Value]) {
      if kept.count == source.count {
        target += source
      } else {
        target.append(contentsOf: kept.lazy.map { source[$0] })
      }
    }
    add(rows.windows, to: &windows)
    add(rows.scores, to: &scores)
    add(rows.labels, to: &labels)
    for index in levels.indices { add(rows.levels[index], to: &levels[index]) }
    for index in cells.indices { add(rows.cells[index], to: &cells[index]) }
    if let found = rows.operations { operations?.append(contentsOf: kept.lazy.map { found[$0] }) }
    if keepsBaselines, let found = rows.baselines { add(found, to: &baselines) }
    if keepsSampleKeys, let found = rows.sampleKeys { add(found, to: &sampleKeys) }
  }

  /// Adds a row.
  mutating func append(_ record: RowRecord) {
    patients.append(record.patient)
    windows.append(record.window)
    scores.append(record.score)
    labels.append(record.label)
    for index in levels.indices { levels[index].append(record.levels[index]) }
    for index in cells.indices { cells[index].append(record.cells[index]) }
    operations?.append(record.operations)
    if keepsBaselines { baselines.append(record.baseline) }
    if keepsSampleKeys { sampleKeys.append(record.sampleKey) }
  }
}
