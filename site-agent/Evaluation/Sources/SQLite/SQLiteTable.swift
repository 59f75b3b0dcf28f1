import CanonicalJSON
import Cryptography
import Storage

/// The result of a query over a database, as a table.
///
/// Rules: `protocols/site-files.md`, section "SQLite".
final class SQLiteTable: TableSource {
  let header: [String]
  let row = RowBuffer()
  private(set) var digests: [Digest] = []
  var whileReading: (() -> Void)?

  private let file: TableFile
  private let query: ForeignQuery
  private var rows = 0

  private static let mostRows = Int(Int32.max)

  /// Compiles the query; it runs as rows are taken.
  ///
  /// - Throws: `TableError`.
  init(_ file: TableFile, query lines: [String]) throws(TableError) {
    self.file = file
    do {
      query = try ForeignQuery(lines.joined(separator: "\n"), of: file.path)
    } catch { throw .query(path: file.path, .query(error)) }
    header = query.columns
    try refuseColumnsAlike(header, path: file.path)
  }

  var size: Int { file.size }
  /// The file is read once more at the end; what the query reads of it, and how often, is not known.
  var bytesTaken: Int { file.taken }
  var rowsTaken: Int? { rows }

  func next() throws(TableError) -> NextRow {
    do throws(QueryProblem) { if try step() { return try read() ? .row : .unreadableRow } } catch {
      throw .query(path: file.path, error)
    }
    guard digests.isEmpty else { return .end }
    try file.readToEnd()
    guard let digest = file.digest, file.isUnchanged else { throw .query(path: file.path, .changed) }
    digests = [digest]
    return .end
  }

  private func step() throws(QueryProblem) -> Bool {
    // A statement that has ended would begin again.
    guard digests.isEmpty else { return false }
    do { guard try query.step() else { return false } } catch { throw .query(error) }
    rows += 1
    if rows & 63 == 0 { whileReading?() }
    guard rows <= Self.mostRows else { throw .tooManyRows(limit: Self.mostRows) }
    return true
  }

  /// Writes the cells of the row; false where a text is none.
  private func read() throws(QueryProblem) -> Bool {
    row.removeAll()
    var isReadable = true
    for column in header.indices {
      switch query.kind(of: column) {
      case .null: row.append(EmptyCollection())
      case .integer(let integer): row.append(integer.description.utf8)
      case .real(let real): row.append(decimalText(of: real).utf8)
      case .text:
        do {
          let isText = try query.withText(of: column) { text in
            row.append(text)
            return isUTF8WithoutNUL(text)
          }
          if !isText { isReadable = false }
        } catch { throw .query(error) }
      case .blob: throw .blob(column: header[column], row: rows)
      }
      guard row.bytes.count <= RowBuffer.longestRow else {
        throw .rowTooLong(row: rows, limit: RowBuffer.longestRow)
      }
    }
    return isReadable
  }
}

/// The shortest decimal that reads back as the same number: without exponent, unless it were too long.
func decimalText(of real: Double) -> String {
  if real == 0 { return "0" }
  let text = real.description
  // The standard library writes the shortest digits, and ".0" or an exponent around some of them.
  if text.utf8.contains(0x65) { return (try? ExactDecimal(real))?.text ?? text }
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

private func isUTF8WithoutNUL(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  var high: UInt8 = 0
  var hasNUL = false
  for byte in text {
    high |= byte
    if byte == 0 { hasNUL = true }
  }
  return !hasNUL && (high < 0x80 || String(validating: text, as: UTF8.self) != nil)
}
