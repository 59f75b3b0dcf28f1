import ColumnFiles
import Cryptography
import Models

/// A table of a dataset, read row by row from front to back, once.
///
/// Only the step to the next row is dispatched: the cells of the current row stand in `row`, in the same form for
/// every kind of source. Rules: `protocols/site-files.md`, section "Tables".
protocol TableSource: AnyObject {
  /// The column names.
  var header: [String] { get }
  /// The cells of the current row.
  var row: RowBuffer { get }
  /// The bytes of the files as they are stored, for progress.
  var size: Int { get }
  /// How many of them have been read.
  var bytesTaken: Int { get }
  /// How many rows have been taken, where that says how far the reading is and `bytesTaken` does not.
  var rowsTaken: Int? { get }
  /// Called now and then during a long step, by a source that has some.
  var whileReading: (() -> Void)? { get set }
  /// The digest of each file as it is stored, in the order in which they were given; empty until `next` has returned
  /// `end`.
  var digests: [Digest] { get }
  /// What was left out on the way and is worth a look.
  var notes: Set<TableNote> { get }

  /// Takes the next row.
  ///
  /// - Throws: `TableError` where the rest of the files cannot be divided into rows.
  func next() throws(TableError) -> NextRow

  /// Adds rows to a chunk until it is full or the table ends; whether it ended.
  ///
  /// - Throws: as `next`.
  func fill(_ chunk: RowChunk) throws(TableError) -> Bool
}

/// What the step to the next row found.
enum NextRow {
  case row
  /// A row that the rules do not allow; its cells are not to be used.
  case unreadableRow
  case end
}

/// The current row of a table: bytes, and where each cell stands in them.
final class RowBuffer {
  #if FUZZING
    /// As short as a file of scripts/fuzz has to be to get past it.
    static let longestRow = 1 << 12
  #else
    /// The most bytes of one row.
    static let longestRow = 1 << 20
  #endif

  var bytes: [UInt8]
  var cells: [Range<Int>] = []

  init(capacity: Int = 0) { bytes = [UInt8](repeating: 0, count: capacity) }

  /// A cell. Let go of it before the next row is taken, or the bytes are copied.
  func cell(_ column: Int) -> Cell { bytes[cells[column]] }

  /// Empties the row, for a source that writes its cells one after the other.
  func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
  }

  /// Writes one more cell.
  func append(_ cell: some Sequence<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: cell)
    cells.append(start..<bytes.count)
  }
}

extension TableSource {
  var notes: Set<TableNote> { [] }
  var rowsTaken: Int? { nil }
  var whileReading: (() -> Void)? {
    get { nil }
    set { _ = newValue }
  }

  func fill(_ chunk: RowChunk) throws(TableError) -> Bool {
    while !chunk.isFull {
      if try takeRow(into: chunk) { return true }
    }
    return false
  }

  /// Adds the next row to a chunk that is not full; whether the table ended instead.
  func takeRow(into chunk: RowChunk) throws(TableError) -> Bool {
    switch try next() {
    case .row: chunk.append(row.cells, of: row.bytes)
    case .unreadableRow: chunk.appendUnreadable()
    case .end: return true
    }
    return false
  }
}

/// Refuses a header in which two columns have the same name.
func refuseColumnsAlike(_ header: [String], path: String) throws(TableError) {
  var firstPlace: [Cell: Int] = [:]
  for (index, name) in header.enumerated() {
    if let first = firstPlace.updateValue(index, forKey: Cell(name.utf8)) {
      throw .columnsAlike(path: path, first: first + 1, second: index + 1)
    }
  }
}
