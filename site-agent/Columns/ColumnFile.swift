internal import CanonicalJSON
package import Cryptography
internal import Glibc

/// A frozen table, column by column, in groups of rows. Any number of threads may read it.
///
/// A group is mapped while it is looked at, and only then: memory does not grow with the file.
/// Format: `protocols/columns.md`.
package final class ColumnFile: Sendable {
  package let footer: ColumnFooter
  private let file: ColumnFileHandle
  private let footerBytes: [UInt8]
  private let path: String

  init(_ file: ColumnFileHandle, footer: ColumnFooter, footerBytes: [UInt8], path: String) {
    self.file = file
    self.footer = footer
    self.footerBytes = footerBytes
    self.path = path
  }

  /// Opens a file and reads its footer. Digests are not compared: `verify` does that.
  ///
  /// - Throws: `ColumnFileError`.
  package convenience init(opening path: String) throws(ColumnFileError) {
    let file = try ColumnFileHandle(opening: path)
    let size = file.size
    let beginning = ColumnFileHandle.beginning
    guard size >= beginning.count + 16, file.read(beginning.count, at: 0) == beginning,
      let trailer = file.read(16, at: size - 16)
    else { throw .damaged(path: path, what: "it does not begin or end as one") }
    func number(_ start: Int) -> UInt64 {
      trailer[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard let start = Int(exactly: number(0)), let count = Int(exactly: number(8)),
      count <= ColumnFooter.limits.maximumBytes, start <= size - 16, start + count == size - 16,
      let bytes = file.read(count, at: start)
    else { throw .damaged(path: path, what: "it has no footer") }
    let footer: ColumnFooter
    do { footer = try ColumnFooter(parsing: bytes, within: start) } catch {
      throw .damaged(path: path, what: "its footer cannot be read")
    }
    self.init(file, footer: footer, footerBytes: bytes, path: path)
  }

  /// The keyed digest of the footer, and so of everything.
  ///
  /// - Throws: `ColumnFileError.digests`.
  package func digest(key: [UInt8]) throws(ColumnFileError) -> Digest {
    do { return try keyedDigest(of: footerBytes, key: key) } catch { throw .digests("\(error)") }
  }

  /// Gives a file that was just written its name, once its bytes are on the disk.
  ///
  /// - Throws: `ColumnFileError`.
  package func publish(as name: String) throws(ColumnFileError) {
    try file.publish(as: "\(path)/\(name)", in: path)
  }

  /// Maps a group and shows it.
  ///
  /// - Throws: `ColumnFileError` where its bytes are not what the footer says.
  package func withGroup<Result>(
    _ group: ColumnFooter.Group, of table: ColumnFooter.Table,
    _ body: (RowGroup) throws(ColumnFileError) -> Result
  ) throws(ColumnFileError) -> Result {
    // A file that was cut would end the process at the first look beyond its end.
    guard group.offset + group.size <= file.size else { throw .damaged(path: path, what: "it was cut off") }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = group.offset / page * page
    let size = group.offset + group.size - start
    guard size > 0, let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, off_t(start)),
      mapped != MAP_FAILED
    else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
    defer { munmap(mapped, size) }
    madvise(mapped, size, MADV_WILLNEED)
    let bytes = UnsafeRawBufferPointer(start: mapped + (group.offset - start), count: group.size)
    guard let opened = RowGroup(bytes, rows: group.rows, gaps: group.gaps, columns: table.columns.count)
    else {
      throw .damaged(path: path, what: "a group of rows is not as the footer says")
    }
    return try body(opened)
  }

  /// Reads everything and compares every digest.
  ///
  /// - Throws: `ColumnFileError.damaged` naming the column.
  package func verify(key: [UInt8], progress: (_ done: Int, _ of: Int) -> Void = { _, _ in })
    throws(ColumnFileError)
  {
    var index: KeyedDigestStream
    let names = footer.columns.map(\.name)
    let groups = footer.tables.reduce(0) { $0 + $1.groups.count }
    do { index = try KeyedDigestStream(key: key) } catch { throw .digests("\(error)") }
    var done = 0
    let columns = try ColumnDigests(count: names.count, key: key)
    for table in footer.tables {
      for group in table.groups {
        try withGroup(group, of: table) { group throws(ColumnFileError) in
          index.update(sizePrefix(group.head.count))
          index.update(group.head)
          for (place, column) in table.columns.enumerated() { columns.update(column, group.block(place)) }
        }
        done += 1
        progress(done, groups)
      }
    }
    guard index.finish() == footer.index else { throw .damaged(path: path, what: "its groups were changed") }
    for (name, (found, expected)) in zip(names, zip(columns.finish(), footer.columns.map(\.digest)))
    where found != expected { throw .damaged(path: path, what: "the column \(name) was changed") }
  }
}

/// One digest a column, of blocks that come in turn.
private struct ColumnDigests {
  // A list cannot hold what cannot be copied.
  private final class One {
    private var stream: KeyedDigestStream?

    init(key: [UInt8]) throws(CryptographyError) { stream = try KeyedDigestStream(key: key) }

    func update(_ block: UnsafeRawBufferPointer) {
      stream?.update(sizePrefix(block.count))
      stream?.update(block)
    }

    func finish() -> Digest? {
      guard let whole = stream.take() else { return nil }
      return whole.finish()
    }
  }

  private let columns: [One]

  init(count: Int, key: [UInt8]) throws(ColumnFileError) {
    do throws(CryptographyError) {
      var columns: [One] = []
      for _ in 0..<count { columns.append(try One(key: key)) }
      self.columns = columns
    } catch { throw .digests("\(error)") }
  }

  func update(_ column: Int, _ block: UnsafeRawBufferPointer) { columns[column].update(block) }

  func finish() -> [Digest?] { columns.map { $0.finish() } }
}
