/// A number in one word: ± mantissa × 10^−scale, for texts that are written in the one way that a word stands for.
///
/// The upper bits are the signed mantissa, the lower four the scale, 0 to 14. Scale 15 marks a text that is no such
/// number; the mantissa then is its place in the block's texts. Format: `protocols/columns.md`, section "Blocks".
public enum DecimalWord {
  /// The scale that marks a text.
  @usableFromInline static let textMark: Int64 = 15
  /// The largest mantissa of a 32-bit word.
  static let largestNarrow: Int64 = 1 << 27 - 1
  /// The largest mantissa at all: a binary64 holds every one, so that one division rounds once.
  private static let largest: UInt64 = 1 << 53

  @usableFromInline static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// The word of a text: an optional minus, digits without a leading zero, and up to 14 digits behind a point.
  ///
  /// - Returns: nil for every other text, `-0` and `1e3` among them.
  @inline(__always)
  static func word(_ bytes: UnsafeRawPointer, count: Int) -> Int64? {
    guard count > 0, count <= 18 else { return nil }
    var position = 0
    let first = bytes.load(as: UInt8.self)
    let isNegative = first == 0x2D
    if isNegative { position = 1 }
    let start = position
    var mantissa: UInt64 = 0
    var pointAt = -1
    while position < count {
      let byte = bytes.load(fromByteOffset: position, as: UInt8.self)
      let digit = byte &- 0x30
      if digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
      } else if byte == 0x2E, pointAt < 0 {
        pointAt = position
      } else {
        return nil
      }
      position += 1
    }
    let wholeDigits = (pointAt < 0 ? count : pointAt) - start
    let scale = pointAt < 0 ? 0 : count - pointAt - 1
    guard wholeDigits > 0, scale <= 14, pointAt < 0 || scale > 0, mantissa <= largest else { return nil }
    if wholeDigits > 1, bytes.load(fromByteOffset: start, as: UInt8.self) == 0x30 { return nil }
    if isNegative, mantissa == 0 { return nil }
    let signed = isNegative ? -Int64(mantissa) : Int64(mantissa)
    return signed << 4 | Int64(scale)
  }

  /// The same for a text of at most eight bytes in one word, the first lowest: all digits at once.
  ///
  /// What differs from cell to cell, sign and zeros, is reckoned and not branched on.
  @inline(__always)
  static func word(short given: UInt64, count length: Int) -> Int64? {
    let sign: UInt64 = given & 0xFF == 0x2D ? 1 : 0
    let text = given &>> (8 &* sign)
    let count = length &- Int(sign)
    guard count > 0 else { return nil }
    // A zero byte where the point is; beyond the text there are zeros, which are no points.
    let points = text ^ 0x2E2E_2E2E_2E2E_2E2E
    let found = (points &- 0x0101_0101_0101_0101) & ~points & 0x8080_8080_8080_8080
    var body = text
    var scale = 0
    var digits = count
    if found != 0 {
      let place = found.trailingZeroBitCount >> 3
      let before: UInt64 = (1 &<< UInt64(8 &* place)) &- 1
      body = text & before | (text >> 8) & ~before
      digits = count &- 1
      scale = digits &- place
      guard place > 0, scale > 0 else { return nil }
    }
    // Leading zeros for the digits that are not there.
    let shift = UInt64(8 &* (8 &- digits))
    let aligned = body &<< shift | 0x3030_3030_3030_3030 & ((1 &<< shift) &- 1)
    let value = aligned ^ 0x3030_3030_3030_3030
    let noDigits = (value &+ 0x7676_7676_7676_7676 | value) & 0x8080_8080_8080_8080
    let pairs = (value &* 10 &+ value >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    let mantissa = (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
    let hasLeadingZero: UInt64 = body & 0xFF == 0x30 ? 1 : 0
    let hasLongWhole: UInt64 = digits &- scale > 1 ? 1 : 0
    let isZero: UInt64 = mantissa == 0 ? 1 : 0
    guard noDigits | hasLeadingZero & hasLongWhole | sign & isZero == 0 else { return nil }
    let signed = Int64(bitPattern: (mantissa ^ (0 &- sign)) &+ sign)
    return signed << 4 | Int64(truncatingIfNeeded: scale)
  }

  /// The number of a word that is no text: the binary64 nearest to the decimal.
  @inlinable
  public static func number(_ word: Int64, _ powers: UnsafeBufferPointer<Double>) -> Double {
    Double(word >> 4) / powers[Int(word & 15)]
  }

  /// Writes the text of a word that is no text mark.
  @usableFromInline
  static func append(_ word: Int64, to bytes: inout [UInt8]) {
    let scale = Int(word & 15)
    var rest = (word >> 4).magnitude
    var digits: [UInt8] = []
    while rest > 0 || digits.count <= scale {
      digits.append(0x30 + UInt8(rest % 10))
      rest /= 10
    }
    if word < 0 { bytes.append(UInt8(0x2D)) }
    for (place, digit) in digits.reversed().enumerated() {
      if scale > 0, place == digits.count - scale { bytes.append(UInt8(0x2E)) }
      bytes.append(digit)
    }
  }
}
