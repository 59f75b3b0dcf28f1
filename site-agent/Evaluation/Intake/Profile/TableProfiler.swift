import CanonicalJSON
import Models

/// Looks at a dataset once, row by row, and counts what its columns hold and what looks like an identifier.
///
/// Memory: some kilobytes a column, and 32 MiB for telling rows apart; it does not grow with the rows.
struct TableProfiler: Sendable {
  /// Up to so many different rows, every repeated one is found.
  static let exactRows = 1 << 20

  private(set) var columns: [ColumnTally] = []
  private var places: [Int] = []
  private var nameHashes: [UInt64] = []
  private var rows = 0
  private var unreadable = 0
  private var rowHashes = HashSample(capacity: exactRows)
  /// The column in which each encounter has to stand once.
  private let encounterColumn: String?
  private var encounterPlace: Int?
  private var encounters = HashSample(capacity: exactRows)
  /// Whether an encounter stands there twice.
  var hasRepeatedEncounters: Bool { encounters.repeated > 0 }

  init(encounterColumn: String? = nil) { self.encounterColumn = encounterColumn }

  /// Begins the next file of the dataset. Columns of one name in several files are one column.
  mutating func begin(header: [String]) {
    places = header.map { name in
      if let place = columns.firstIndex(where: { $0.name.hasSameBytes(as: name) }) { return place }
      columns.append(ColumnTally(name))
      nameHashes.append(Array(name.utf8).withUnsafeBufferPointer(CellHash.hash))
      return columns.count - 1
    }
    encounterPlace = encounterColumn.flatMap { name in header.firstIndex { $0.hasSameBytes(as: name) } }
  }

  /// Takes a row whose cells cannot be told apart.
  mutating func takeUnreadableRow() { unreadable += 1 }

  /// Takes a row; `cell` gives the cells in the order of the header.
  mutating func take(_ cell: (Int) -> Cell) {
    rows += 1
    // A sum does not depend on the order of the columns, which may differ between files.
    var row: UInt64 = 0
    for (index, place) in places.enumerated() {
      let cell = cell(index)
      let hash = columns[place].take(cell)
      row &+= CellHash.combine(nameHashes[place], hash)
      if index == encounterPlace, !cell.isEmpty { _ = encounters.insert(hash) }
    }
    _ = rowHashes.insert(row)
  }

  /// What was found.
  var profile: DatasetProfile {
    DatasetProfile(
      rows: rows, unreadable: unreadable,
      columns: columns.map(ColumnProfile.init).sorted { $0.name.precedesInBytes($1.name) },
      repeated: DatasetProfile.RepeatedRows(
        found: rowHashes.repeated, oneIn: Int((1 / rowHashes.share).rounded())))
  }
}
