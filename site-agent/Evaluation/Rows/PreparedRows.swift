import Models

/// What the rows of one group say by themselves, column by column; only patients and reasons still have to be counted.
struct PreparedRows: Sendable {
  let count: Int
  /// Rows of the group that cannot be read.
  let unreadable: Int
  /// The patients' identifiers; nil where the protocol names none.
  var patients: PatientCells?
  /// The first cohort rule that the row does not meet, `firstPerPatient` aside.
  var unmetRules: [UInt16]
  /// What the first row of a patient is found by, not-a-number where it is none; nil where no rule asks for it.
  var orders: [Double]?
  var outcomes: [RowOutcome]
  var windows: [UInt16]
  var scores: [Double]
  /// Rows scored a second time; or what is wrong with the model, and then the scores are not to be used.
  var check: Result<Int, ModelError> = .success(0)
  var labels: [RowLabel] = []
  /// One list an attribute.
  var levels: [[UInt8]] = []
  /// One list a histogram.
  var cells: [[UInt16]] = []
  /// Nil where the protocol has no operations.
  var operations: [RowOperations]?
  /// Nil where the protocol has no baseline.
  var baselines: [Double]?
  /// Nil where the protocol has no explanation.
  var sampleKeys: [SampleKey]?

  /// The mark of a row that meets every rule.
  static let meetsAll = UInt16.max

  /// Rows of which nothing is known yet.
  init(count: Int, unreadable: Int) {
    self.count = count
    self.unreadable = unreadable
    unmetRules = Array(repeating: Self.meetsAll, count: count)
    outcomes = Array(repeating: .counted, count: count)
    windows = Array(repeating: 0, count: count)
    scores = Array(repeating: 0, count: count)
  }

  /// One row.
  func record(_ row: Int, of patient: UInt32) -> RowRecord {
    RowRecord(
      patient: patient, outcome: outcomes[row], window: windows[row], score: scores[row], label: labels[row],
      levels: levels.map { $0[row] }, cells: cells.map { $0[row] },
      operations: operations?[row] ?? RowOperations(), baseline: baselines?[row] ?? .nan,
      sampleKey: sampleKeys?[row] ?? SampleKey())
  }
}

/// The identifiers of a group's rows one behind the other, with their hashes.
struct PatientCells: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private(set) var hashes: [Int] = []

  mutating func append(_ identifier: Cell) {
    bytes += identifier
    ends.append(bytes.count)
    hashes.append(PatientIndex.hash(identifier))
  }

  /// The identifier of a row.
  subscript(row: Int) -> Cell { bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]] }
}
