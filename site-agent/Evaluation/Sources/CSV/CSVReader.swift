import ColumnFiles
import Cryptography
import Glibc
import Models

/// Reads a table row by row, in memory that does not grow with the file.
///
/// Rules: `protocols/site-files.md`, section "CSV".
final class CSVReader: TableSource {
  /// The most bytes of one row, its line break included.
  static let longestRow = RowBuffer.longestRow

  /// The column names of the first line.
  private(set) var header: [String] = []
  // A row of the largest size and a whole chunk beside it, so that a row is seldom looked at twice.
  let row = RowBuffer(capacity: 2 * longestRow + RowChunk.slack)

  private let source: any TableBytes
  private let path: String
  private var filled = 0
  private var position = 0
  private var isAtEnd = false
  private var found = CSVRow()
  private var line = 1
  /// The line at which the current row begins.
  private var rowLine = 1
  private var headerCells: [Cell] = []
  /// Nil for a table of one column, in which a row may look like an empty line.
  private var plainLines: PlainLines?

  /// Opens a file, packed or not, and reads its header.
  ///
  /// - Throws: `TableError`.
  convenience init(opening path: String) throws(TableError) {
    try self.init(try unpackedBytes(of: TableFile(opening: path)))
  }

  /// Reads the header of a table.
  ///
  /// - Throws: `TableError`.
  init(_ source: any TableBytes) throws(TableError) {
    self.source = source
    path = source.file.path
    try refuseOtherEncodings()
    guard try findRow() else { throw .noHeader(path: path) }
    guard !found.isMalformed else { throw .headerUnreadable(path: path) }
    header = try row.cells.map { range throws(TableError) in
      guard let name = String(validating: row.bytes[range], as: UTF8.self) else {
        throw .headerUnreadable(path: path)
      }
      return name
    }
    try refuseColumnsAlike(header, path: path)
    headerCells = header.map { Cell($0.utf8) }
    plainLines = header.count > 1 ? PlainLines(header: headerCells) : nil
  }

  var size: Int { source.file.size }
  var bytesTaken: Int { source.file.taken }
  var digests: [Digest] { source.file.digest.map { [$0] } ?? [] }

  /// Takes the next row.
  ///
  /// - Throws: `TableError` where the rest of the file cannot be divided into rows.
  func next() throws(TableError) -> NextRow {
    guard try findRow() else { return .end }
    guard row.cells.count == header.count, !found.isMalformed, isUTF8 else { return .unreadableRow }
    // Files were joined: who knows what else their seams hide.
    guard !isHeader else { throw .headerRepeated(path: path, line: rowLine) }
    return .row
  }

  func fill(_ chunk: RowChunk) throws(TableError) -> Bool {
    while !chunk.isFull {
      takePlainLines(into: chunk)
      if !chunk.isFull, try takeRow(into: chunk) { return true }
    }
    return false
  }

  private func takePlainLines(into chunk: RowChunk) {
    guard let plainLines else { return }
    let range = position..<filled
    let found = row.bytes.withUnsafeBytes { bytes in
      chunk.appendRows(of: UnsafeRawBufferPointer(rebasing: bytes[range])) { plainLines.divide($0, into: $1) }
    }
    position += found.bytes
    line += found.rows
  }

  private var isHeader: Bool {
    for (range, name) in zip(row.cells, headerCells) {
      guard range.count == name.count, row.bytes[range] == name else { return false }
    }
    return true
  }

  private var isUTF8: Bool {
    guard found.hasHighBytes else { return true }
    return row.cells.allSatisfy { String(validating: row.bytes[$0], as: UTF8.self) != nil }
  }

  /// Finds the next row that is not an empty line; false at the end of the file.
  private func findRow() throws(TableError) -> Bool {
    while true {
      if position == filled, try !refill() { return false }
      let ending = row.bytes.withUnsafeBufferPointer { bytes in
        found.find(in: UnsafeBufferPointer(rebasing: bytes[..<filled]), from: position, isWhole: isAtEnd)
      }
      switch ending {
      case .quoteOpen: throw .quoteOpen(path: path, line: line)
      case .needsMore:
        guard filled - position <= Self.longestRow else { throw tooLong }
        _ = try refill()
      case .found:
        let size = found.end - position
        guard size <= Self.longestRow else { throw tooLong }
        position = found.end
        rowLine = line
        line += found.lineBreaks
        // A line break alone, LF or CRLF; an empty cell in quotes is longer.
        if found.cells.count == 1, found.cells[0].isEmpty, size <= 2 {
          skipLineFeeds()
          continue
        }
        if !found.escapedCells.isEmpty {
          row.bytes.withUnsafeMutableBufferPointer { found.removeEscapes(in: $0) }
        }
        swap(&row.cells, &found.cells)
        return true
      }
    }
  }

  /// Steps over the empty lines that follow one: a packed file can hold them by the gibibyte.
  private func skipLineFeeds() {
    let (start, end) = (position, filled)
    let count = row.bytes.withUnsafeBufferPointer { bytes in
      var place = start
      while place < end, bytes[place] == 0x0A { place += 1 }
      return place - start
    }
    position += count
    line += count
  }

  private var tooLong: TableError { .rowTooLong(path: path, line: line, limit: Self.longestRow) }

  /// Moves what is left to the front and reads more behind it; false when there is no more.
  private func refill() throws(TableError) -> Bool {
    guard !isAtEnd else { return false }
    let rest = filled - position
    let (start, source) = (position, source)
    let count = try row.bytes.withUnsafeMutableBufferPointer { bytes throws(TableError) in
      let bytes = UnsafeMutableRawBufferPointer(bytes)
      if start > 0, let base = bytes.baseAddress { memmove(base, base + start, rest) }
      let space = bytes[rest..<(bytes.count - RowChunk.slack)]
      return try source.read(into: UnsafeMutableRawBufferPointer(rebasing: space))
    }
    position = 0
    filled = rest + count
    isAtEnd = count == 0
    return count > 0
  }

  private func refuseOtherEncodings() throws(TableError) {
    while filled < 4, try refill() {}
    let beginning = row.bytes[..<min(filled, 4)]
    guard !beginning.contains(0), !beginning.starts(with: [0xFE, 0xFF]),
      !beginning.starts(with: [0xFF, 0xFE])
    else { throw .notText(path: path) }
    if beginning.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }
}
