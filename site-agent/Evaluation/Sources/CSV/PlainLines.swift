import ColumnFiles
import Models

/// Divides lines without quotes, the great majority, many at a time: eight bytes are looked at at once, and only at a
/// separator is anything done.
///
/// It takes what is surely a row and stops before whatever else there is, which `CSVRow` then looks at byte by byte; so
/// it has no rules of its own.
struct PlainLines {
  /// Cells of a row.
  private let columns: Int
  /// The names of the header with commas between: a line of the same bytes is no row.
  private let header: [UInt8]

  /// - Parameter header: at least two names.
  init(header: [Cell]) {
    columns = header.count
    self.header = Array(header.joined(separator: [Self.comma]))
  }

  private static let comma: UInt8 = 0x2C
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D
  private static let quote: UInt8 = 0x22
  /// Bytes looked at before anything is done.
  private static let block = 64

  /// Puts the rows at the beginning of some bytes into a chunk.
  ///
  /// - Parameter bytes: eight more may be read behind them.
  func divide(_ bytes: UnsafeRawBufferPointer, into room: ChunkRoom) -> DividedRows {
    var found = DividedRows()
    guard let base = bytes.baseAddress else { return found }
    var row = Row()
    var blockStart = 0
    while blockStart + Self.block <= bytes.count {
      guard var separators = Self.lowBytes(base + blockStart) else { return found }
      while separators != 0 {
        let position = blockStart &+ separators.trailingZeroBitCount
        separators &= separators &- 1
        switch base.load(fromByteOffset: position, as: UInt8.self) {
        case Self.comma:
          guard row.column < columns - 1 else { return found }
          room.put(
            column: row.column, row: found.rows, from: row.cellStart, to: position,
            word: CellHash.word(base + row.cellStart, count: position &- row.cellStart))
          row.column &+= 1
          row.cellStart = position &+ 1
        case Self.lineFeed:
          let hasReturn =
            position > row.cellStart
            && base.load(fromByteOffset: position - 1, as: UInt8.self) == Self.carriageReturn
          let end = hasReturn ? position - 1 : position
          guard row.column == columns - 1, position - row.start < CSVReader.longestRow,
            !isHeader(base + row.start, count: end - row.start)
          else { return found }
          room.put(
            column: row.column, row: found.rows, from: row.cellStart, to: end,
            word: CellHash.word(base + row.cellStart, count: end - row.cellStart))
          found.rows += 1
          found.bytes = position + 1
          found.cellBytes += end - row.start
          guard found.rows < room.rows, found.cellBytes < room.cellBytes else { return found }
          row = Row(start: position + 1, cellStart: position + 1)
        case Self.carriageReturn:
          guard position + 1 < bytes.count,
            base.load(fromByteOffset: position + 1, as: UInt8.self) == Self.lineFeed
          else { return found }
        case Self.quote, 0: return found
        default: break
        }
      }
      blockStart += Self.block
    }
    return found
  }

  /// The row at hand.
  private struct Row {
    var start = 0
    var column = 0
    var cellStart = 0
  }

  private func isHeader(_ line: UnsafeRawPointer, count: Int) -> Bool {
    guard count == header.count else { return false }
    return UnsafeRawBufferPointer(start: line, count: count).elementsEqual(header)
  }

  /// A bit for each of 64 bytes that is at or below the comma, as all separators are; nil where one is not ASCII.
  @inline(__always)
  private static func lowBytes(_ bytes: UnsafeRawPointer) -> UInt64? {
    let tops: UInt64 = 0x8080_8080_8080_8080
    var found: UInt64 = 0
    var high: UInt64 = 0
    for word in 0..<8 {
      let eight = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self))
      high |= eight
      // No byte borrows from its neighbour: each is at least 0x80 and loses 0x2D.
      let low = ~((eight | tops) &- 0x2D2D_2D2D_2D2D_2D2D) & tops
      // The eight top bits side by side.
      let bits = ((low >> 7) &* 0x0102_0408_1020_4080) >> 56
      found |= bits &<< UInt64(8 &* word)
    }
    return high & tops == 0 ? found : nil
  }
}
