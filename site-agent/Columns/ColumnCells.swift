/// The cells of a column in a group: few different texts, numbers, or each its own text.
///
/// The texts are copied and checked when it is made; so nothing that is read later can lie outside.
public struct ColumnCells {
  /// Rows of the group.
  public let rows: Int
  @usableFromInline let encoding: BlockEncoding
  @usableFromInline let texts: [UInt8]
  @usableFromInline let ends: [Int]
  // The codes or words; empty for texts. Valid while the group is mapped.
  @usableFromInline let data: UnsafeRawBufferPointer

  /// Nil where the bytes are no block of so many rows.
  init?(_ bytes: UnsafeRawBufferPointer, rows: Int) {
    guard bytes.count >= 8, let encoding = BlockEncoding(rawValue: bytes[0]) else { return nil }
    let count = bytes.number(1)
    guard encoding == .texts ? count == rows : count <= BlockEncoding.maximumTexts,
      8 + 4 * count <= bytes.count
    else { return nil }
    var ends: [Int] = []
    ends.reserveCapacity(count)
    var last = 0
    for place in 0..<count {
      let end = bytes.number(2 + place)
      guard end >= last else { return nil }
      ends.append(end)
      last = end
    }
    let start = 8 + 4 * count
    let textEnd = (start + last + 7) / 8 * 8
    guard textEnd + (rows * encoding.width + 7) / 8 * 8 == bytes.count else { return nil }
    texts = Array(bytes[start..<(start + last)])
    data = UnsafeRawBufferPointer(rebasing: bytes[textEnd..<(textEnd + rows * encoding.width)])
    self.encoding = encoding
    self.ends = ends
    self.rows = rows
    guard hasSoundCells else { return nil }
  }

  // Every code and every mark of a text has to lead to one.
  private var hasSoundCells: Bool {
    switch encoding {
    case .texts: return true
    case .codes: return rows == 0 || Int(data.reduce(0, max)) < ends.count
    case .narrowDecimals, .wideDecimals:
      for row in 0..<rows {
        let word = self.word(row)
        if word & 15 == DecimalWord.textMark, !ends.indices.contains(Int(word >> 4)) { return false }
      }
      return true
    }
  }

  @inlinable
  func word(_ row: Int) -> Int64 {
    encoding == .narrowDecimals
      ? Int64(Int32(littleEndian: data.loadUnaligned(fromByteOffset: 4 * row, as: Int32.self)))
      : Int64(littleEndian: data.loadUnaligned(fromByteOffset: 8 * row, as: Int64.self))
  }

  @inlinable
  func text(_ place: Int) -> ArraySlice<UInt8> {
    texts[(place == 0 ? 0 : ends[place - 1])..<ends[place]]
  }

  /// The cell of a row.
  @inlinable
  public func cell(_ row: Int) -> ArraySlice<UInt8> {
    switch encoding {
    case .texts: return text(row)
    case .codes: return text(Int(data[row]))
    case .narrowDecimals, .wideDecimals:
      let word = self.word(row)
      if word & 15 == DecimalWord.textMark { return text(Int(word >> 4)) }
      var bytes: [UInt8] = []
      DecimalWord.append(word, to: &bytes)
      return bytes[...]
    }
  }

  /// Makes something of every cell, row after row.
  ///
  /// - Parameters:
  ///   - text: asked once for each different text where there are few.
  ///   - number: asked for cells that are numbers, and has to give what `text` would; without it their texts are made.
  ///   - take: is given the row and what was made.
  @inlinable
  public func map<Value>(
    text make: (ArraySlice<UInt8>) -> Value, number: ((Double) -> Value)?, take: (Int, Value) -> Void
  ) {
    switch encoding {
    case .texts: for row in 0..<rows { take(row, make(text(row))) }
    case .codes:
      let values = ends.indices.map { make(text($0)) }
      for row in 0..<rows { take(row, values[Int(data[row])]) }
    case .narrowDecimals, .wideDecimals:
      let values = ends.indices.map { make(text($0)) }
      DecimalWord.powersOfTen.withUnsafeBufferPointer { powers in
        for row in 0..<rows {
          let word = self.word(row)
          if word & 15 == DecimalWord.textMark {
            take(row, values[Int(word >> 4)])
          } else if let number {
            take(row, number(DecimalWord.number(word, powers)))
          } else {
            take(row, make(cell(row)))
          }
        }
      }
    }
  }
}
