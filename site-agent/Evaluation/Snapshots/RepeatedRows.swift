import ColumnFiles

/// Finds rows, and encounters, that stand in a dataset more than once; 32 MiB, however many rows there are.
struct RepeatedRows: Sendable {
  /// Up to so many different rows, every repeated one is found.
  static let exactRows = 1 << 20

  private var rows = RepeatSample(capacity: exactRows)
  private var encounters = RepeatSample(capacity: exactRows)
  private var sums: [UInt64] = []
  /// Whether an encounter stands there twice.
  var hasRepeatedEncounters: Bool { encounters.repeated > 0 }

  /// What was found among the rows.
  var found: DatasetProfile.RepeatedRows {
    DatasetProfile.RepeatedRows(found: rows.repeated, oneIn: Int((1 / rows.sample.share).rounded()))
  }

  /// Takes the rows of a chunk.
  ///
  /// - Parameter encounters: the place of the column in which each encounter has to stand once.
  mutating func take(_ count: Int, of columns: [EncodedColumn], encounters column: Int?) {
    sums = Array(repeating: 0, count: count)
    for column in columns { column.addShares(to: &sums) }
    rows.insert(all: sums)
    guard let column else { return }
    let empty = [UInt8]().withUnsafeBufferPointer(CellHash.hash)
    encounters.insert(all: columns[column].hashes.filter { $0 != empty })
  }
}
