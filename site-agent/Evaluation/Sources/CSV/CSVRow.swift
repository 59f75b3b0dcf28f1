/// One row found in a buffer of bytes: the ranges of its cells, and whether it can be used.
///
/// Grammar: RFC 4180 with LF as well as CRLF. What the grammar does not define makes the row unusable,
/// not the rest of the file.
struct CSVRow {
  /// The cells as ranges of the buffer, without the quotes around them.
  var cells: [Range<Int>] = []
  /// The cells that still hold doubled quotes.
  private(set) var escapedCells: [Int] = []
  /// Whether a quote or a carriage return stands where the grammar has none, or a NUL anywhere.
  private(set) var isMalformed = false
  /// Whether any byte is outside ASCII, so that UTF-8 has to be checked.
  private(set) var hasHighBytes = false
  /// Line breaks in the row, its own end included.
  private(set) var lineBreaks = 0
  /// Where the next row begins.
  private(set) var end = 0

  /// How a search for a row ended.
  enum Ending {
    case found
    /// The buffer ends before the row does.
    case needsMore
    /// The file ends inside quotes.
    case quoteOpen
  }

  private static let quote: UInt8 = 0x22
  private static let comma: UInt8 = 0x2C
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D

  /// Finds the row that begins at `start`; after `needsMore`, to be asked again with a longer buffer.
  mutating func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, isWhole: Bool) -> Ending {
    cells.removeAll(keepingCapacity: true)
    escapedCells.removeAll(keepingCapacity: true)
    isMalformed = false
    hasHighBytes = false
    lineBreaks = 0
    var position = start
    while true {
      let isQuoted = position < bytes.count && bytes[position] == Self.quote
      let ending = isQuoted ? quotedCell(bytes, &position, isWhole: isWhole) : plainCell(bytes, &position)
      guard ending == .found else { return ending }
      if position == bytes.count {
        // The last line of a file needs no line break.
        end = position
        return isWhole ? .found : .needsMore
      }
      let separator = bytes[position]
      position += 1
      if separator == Self.lineFeed {
        lineBreaks += 1
        end = position
        return .found
      }
    }
  }

  // Both kinds of cell leave `position` at a comma, at a line feed or at the end of the buffer.
  private mutating func plainCell(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Ending {
    let start = position
    var high: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      high |= byte
      // Everything special is at or below the comma.
      if byte <= Self.comma {
        if byte == Self.comma || byte == Self.lineFeed { break }
        if byte == Self.quote || byte == 0 { isMalformed = true }
        if byte == Self.carriageReturn, !endsLine(bytes, after: position) { isMalformed = true }
      }
      position += 1
    }
    if high >= 0x80 { hasHighBytes = true }
    let endsWithReturn = position > start && bytes[position - 1] == Self.carriageReturn
    cells.append(start..<(endsWithReturn ? position - 1 : position))
    return .found
  }

  private mutating func quotedCell(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, isWhole: Bool
  ) -> Ending {
    position += 1
    let start = position
    var hasEscapes = false
    var high: UInt8 = 0
    while true {
      while position < bytes.count, bytes[position] != Self.quote {
        let byte = bytes[position]
        high |= byte
        if byte <= Self.lineFeed {
          if byte == Self.lineFeed { lineBreaks += 1 }
          if byte == 0 { isMalformed = true }
        }
        position += 1
      }
      if position == bytes.count { return isWhole ? .quoteOpen : .needsMore }
      if position + 1 == bytes.count, !isWhole { return .needsMore }
      guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
      hasEscapes = true
      position += 2
    }
    if high >= 0x80 { hasHighBytes = true }
    if hasEscapes { escapedCells.append(cells.count) }
    cells.append(start..<position)
    position += 1
    if position < bytes.count, bytes[position] == Self.carriageReturn, endsLine(bytes, after: position) {
      position += 1
    }
    while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.lineFeed {
      isMalformed = true
      position += 1
    }
    return .found
  }

  private func endsLine(_ bytes: UnsafeBufferPointer<UInt8>, after position: Int) -> Bool {
    position + 1 == bytes.count || bytes[position + 1] == Self.lineFeed
  }

  /// Turns doubled quotes into single ones, in place: cells only get shorter.
  mutating func removeEscapes(in bytes: UnsafeMutableBufferPointer<UInt8>) {
    for cell in escapedCells {
      var target = cells[cell].lowerBound
      var source = target
      while source < cells[cell].upperBound {
        bytes[target] = bytes[source]
        source += bytes[source] == Self.quote ? 2 : 1
        target += 1
      }
      cells[cell] = cells[cell].lowerBound..<target
    }
    escapedCells.removeAll(keepingCapacity: true)
  }
}
