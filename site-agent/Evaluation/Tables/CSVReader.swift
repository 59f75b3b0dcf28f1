import Cryptography
import Glibc
import Models

/// Reads a table row by row, in memory that does not grow with the file.
///
/// Rules: `protocols/site-files.md`, section "Tables".
final class CSVReader {
  /// The most bytes of one row, its line break included.
  static let longestRow = 1 << 20

  /// What was found.
  enum Next {
    case row
    /// A row that the rules do not allow; its cells are not to be used.
    case unreadableRow
    case end
  }

  /// The column names of the first line.
  private(set) var header: [String] = []
  /// The bytes of all rows taken so far.
  private(set) var bytesTaken = 0

  private let path: String
  private var file: TableFile
  // A row of the largest size and a whole chunk beside it, so that a row is seldom looked at twice.
  private var buffer = [UInt8](repeating: 0, count: 2 * longestRow)
  private var filled = 0
  private var position = 0
  private var isAtEnd = false
  private var row = CSVRow()
  private var line = 1

  /// Opens a file and reads its header.
  ///
  /// - Throws: `TableError`.
  init(opening path: String) throws(TableError) {
    self.path = path
    file = try TableFile(opening: path)
    try skipByteOrderMark()
    guard try findRow() else { throw .noHeader(path: path) }
    guard !row.isMalformed else { throw .headerUnreadable(path: path) }
    header = try row.cells.map { range throws(TableError) in
      guard let name = String(validating: buffer[range], as: UTF8.self) else {
        throw .headerUnreadable(path: path)
      }
      return name
    }
    try refuseColumnsAlike()
  }

  /// The size of the file when it was opened.
  var fileSize: Int { file.size }

  /// SHA-256 of the file, once `next` has returned `end`.
  var digest: Digest? { file.digest }

  /// Takes the next row.
  ///
  /// - Throws: `TableError` where the rest of the file cannot be divided into rows.
  func next() throws(TableError) -> Next {
    guard try findRow() else { return .end }
    let isUsable = row.cells.count == header.count && !row.isMalformed && isUTF8
    return isUsable ? .row : .unreadableRow
  }

  /// A cell of the current row. Let go of it before the next row is taken, or the buffer is copied.
  func cell(_ column: Int) -> Cell { buffer[row.cells[column]] }

  private var isUTF8: Bool {
    guard row.hasHighBytes else { return true }
    return row.cells.allSatisfy { String(validating: buffer[$0], as: UTF8.self) != nil }
  }

  /// Finds the next row that is not an empty line; false at the end of the file.
  private func findRow() throws(TableError) -> Bool {
    while true {
      if position == filled, try !refill() { return false }
      let ending = buffer.withUnsafeBufferPointer { bytes in
        row.find(in: UnsafeBufferPointer(rebasing: bytes[..<filled]), from: position, isWhole: isAtEnd)
      }
      switch ending {
      case .quoteOpen: throw .quoteOpen(path: path, line: line)
      case .needsMore:
        guard filled - position <= Self.longestRow else { throw tooLong }
        _ = try refill()
      case .found:
        let size = row.end - position
        guard size <= Self.longestRow else { throw tooLong }
        position = row.end
        bytesTaken += size
        line += row.lineBreaks
        // A line break alone, LF or CRLF; an empty cell in quotes is longer.
        if row.cells.count == 1, row.cells[0].isEmpty, size <= 2 { continue }
        if !row.escapedCells.isEmpty { buffer.withUnsafeMutableBufferPointer { row.removeEscapes(in: $0) } }
        return true
      }
    }
  }

  private var tooLong: TableError { .rowTooLong(path: path, line: line, limit: Self.longestRow) }

  /// Moves what is left to the front and reads more behind it; false when there is no more.
  private func refill() throws(TableError) -> Bool {
    guard !isAtEnd else { return false }
    let rest = filled - position
    let count = buffer.withUnsafeMutableBytes { bytes in
      if position > 0, let base = bytes.baseAddress { memmove(base, base + position, rest) }
      return file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[rest...]))
    }
    position = 0
    filled = rest
    guard let count else { throw .readFailed(path: path, reason: String(cString: strerror(errno))) }
    filled += count
    isAtEnd = count == 0
    return count > 0
  }

  private func skipByteOrderMark() throws(TableError) {
    while filled < 3, try refill() {}
    guard filled >= 3, buffer[..<3].elementsEqual([0xEF, 0xBB, 0xBF]) else { return }
    position = 3
    bytesTaken = 3
  }

  private func refuseColumnsAlike() throws(TableError) {
    var firstPlace: [Cell: Int] = [:]
    for (index, name) in header.enumerated() {
      if let first = firstPlace.updateValue(index, forKey: Cell(name.utf8)) {
        throw .columnsAlike(path: path, first: first + 1, second: index + 1)
      }
    }
  }
}
