/// The rows of one group, to be used only while it is mapped; everything it says was checked against its bytes.
package struct RowGroup {
  /// Rows with cells.
  package let rows: Int
  /// Where rows that could not be read stood: the number of rows with cells before each.
  package let gaps: [Int]
  private let bytes: UnsafeRawBufferPointer
  /// What stands before the blocks.
  let head: UnsafeRawBufferPointer
  private let starts: [Int]

  /// Nil where the bytes are no group of so many rows and columns.
  init?(_ bytes: UnsafeRawBufferPointer, rows: Int, gaps count: Int, columns: Int) {
    let words = 3 + columns + count
    let headSize = (4 * words + 7) / 8 * 8
    guard bytes.count >= headSize, bytes.number(0) == rows, bytes.number(1) == count,
      bytes.number(2) == columns
    else { return nil }
    var starts = [headSize]
    var end = headSize
    for column in 0..<columns {
      let size = bytes.number(3 + column)
      guard size >= 8, size % 8 == 0, size <= bytes.count - end else { return nil }
      end += size
      starts.append(end)
    }
    guard end == bytes.count else { return nil }
    gaps = (0..<count).map { bytes.number(3 + columns + $0) }
    guard gaps.allSatisfy({ $0 <= rows }) else { return nil }
    self.rows = rows
    self.bytes = bytes
    self.starts = starts
    head = UnsafeRawBufferPointer(rebasing: bytes[..<headSize])
  }

  func block(_ column: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[starts[column]..<starts[column + 1]])
  }

  /// The cells of a column of the table.
  ///
  /// - Throws: `ColumnFileError.damaged` where the block is none.
  package func cells(of column: Int) throws(ColumnFileError) -> ColumnCells {
    guard let cells = ColumnCells(block(column), rows: rows) else {
      throw .damaged(path: "at hand", what: "a block of column \(column + 1) is none")
    }
    return cells
  }
}

extension UnsafeRawBufferPointer {
  /// The 32-bit number at a place, the lowest byte first.
  @inline(__always)
  func number(_ place: Int) -> Int {
    Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
  }
}
