import Cryptography
internal import Glibc

/// Writes a column file that has no name until it is whole: what ends on the way leaves nothing behind.
///
/// Format: `protocols/columns.md`.
package final class ColumnFileWriter {
  /// What the names of files begin with that are being written where the file system knows no files without names.
  package static let partialPrefix = ".partial-"

  private let folder: String
  private let file: ColumnFileHandle
  private let key: [UInt8]
  private var offset = 0
  private var tables: [ColumnFooter.Table] = []
  private var index: KeyedDigestStream

  /// Begins a file in a folder.
  ///
  /// - Throws: `ColumnFileError`.
  package init(in folder: String, key: [UInt8]) throws(ColumnFileError) {
    self.folder = folder
    self.key = key
    do { index = try KeyedDigestStream(key: key) } catch { throw .digests("\(error)") }
    file = try ColumnFileHandle(makingIn: folder)
    try write(ColumnFileHandle.beginning)
  }

  /// Begins the next table, with the places of its columns among those of the file.
  package func beginTable(columns: [Int]) { tables.append(ColumnFooter.Table(columns: columns)) }

  /// Writes a group of rows of the table at hand.
  ///
  /// - Parameters:
  ///   - rows: rows with cells.
  ///   - gaps: where rows that cannot be read stood: the number of rows with cells before each.
  ///   - blocks: one a column of the table, in its order.
  package func append(rows: Int, gaps: [UInt32], blocks: [[UInt8]]) throws(ColumnFileError) {
    var head: [UInt8] = []
    head.append(UInt32(rows))
    head.append(UInt32(gaps.count))
    head.append(UInt32(blocks.count))
    for block in blocks { head.append(UInt32(block.count)) }
    for gap in gaps { head.append(gap) }
    head.pad()
    index.update(sizePrefix(head.count))
    index.update(head)
    let start = offset
    try write(head)
    for block in blocks { try write(block) }
    tables[tables.count - 1].groups.append(
      ColumnFooter.Group(offset: start, size: offset - start, rows: rows, gaps: gaps.count))
  }

  /// Writes the footer; the file still has no name.
  ///
  /// - Parameter columns: names and digests of all columns of all tables.
  package consuming func finish(columns: [ColumnFooter.Column]) throws(ColumnFileError) -> ColumnFile {
    var empty: KeyedDigestStream
    do { empty = try KeyedDigestStream(key: key) } catch { throw .digests("\(error)") }
    swap(&empty, &index)
    let footer = ColumnFooter(columns: columns, tables: tables, index: empty.finish())
    let bytes = footer.encode()
    let start = offset
    try write(bytes)
    var trailer: [UInt8] = []
    for number in [start, bytes.count] { trailer += sizePrefix(number) }
    try write(trailer)
    return ColumnFile(file, footer: footer, footerBytes: bytes, path: folder)
  }

  private func write(_ bytes: [UInt8]) throws(ColumnFileError) {
    try file.write(bytes, in: folder)
    offset += bytes.count
  }
}
