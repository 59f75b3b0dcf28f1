import Glibc

/// Lines of a file, one after the other, in memory that does not grow with the file.
struct LineReader {
  /// The most bytes of one line, without its line break.
  static let longestLine = RowBuffer.longestRow

  /// The number of the line that was taken last, from 1.
  private(set) var line = 0
  let source: any TableBytes
  private var buffer = [UInt8](repeating: 0, count: 2 * longestLine)
  private var position = 0
  private var filled = 0
  private var isAtEnd = false

  init(_ source: any TableBytes) { self.source = source }

  /// The next line that is not empty, without its line break; nil at the end.
  mutating func next() throws(TableError) -> [UInt8]? {
    while true {
      if let end = lineEnd() {
        line += 1
        let bytes = try take(to: end)
        position = end + 1
        if let bytes { return bytes }
      } else {
        if try refill() { continue }
        // The last line needs no line break.
        guard position < filled else { return nil }
        line += 1
        let bytes = try take(to: filled)
        position = filled
        return bytes
      }
    }
  }

  private func lineEnd() -> Int? {
    buffer.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, let found = memchr(base + position, 0x0A, filled - position) else {
        return nil
      }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  private func take(to end: Int) throws(TableError) -> [UInt8]? {
    let hasReturn = end > position && buffer[end - 1] == 0x0D
    let bytes = buffer[position..<(hasReturn ? end - 1 : end)]
    guard bytes.count <= Self.longestLine else {
      throw .fhir(path: source.file.path, .lineTooLong(line: line, limit: Self.longestLine))
    }
    return bytes.isEmpty ? nil : Array(bytes)
  }

  /// Moves what is left to the front and reads more behind it; false when there is no more.
  private mutating func refill() throws(TableError) -> Bool {
    guard !isAtEnd else { return false }
    let rest = filled - position
    guard rest <= Self.longestLine + 1 else {
      throw .fhir(path: source.file.path, .lineTooLong(line: line + 1, limit: Self.longestLine))
    }
    let (start, source) = (position, source)
    let count = try buffer.withUnsafeMutableBufferPointer { bytes throws(TableError) in
      let bytes = UnsafeMutableRawBufferPointer(bytes)
      if start > 0, let base = bytes.baseAddress { memmove(base, base + start, rest) }
      return try source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[rest...]))
    }
    position = 0
    filled = rest + count
    isAtEnd = count == 0
    return count > 0
  }
}
