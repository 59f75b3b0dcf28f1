/// The bytes of one cell of a table; never copied into a string on the way to a number.
package typealias Cell = ArraySlice<UInt8>

/// The longest text that is read as a number; no program writes a binary64 with more.
private let longestNumber = 400

/// Reads a cell as a decimal number.
///
/// Shape: an optional sign, digits with at most one point and at least one digit, an optional exponent
/// (`e` or `E`, optional sign, digits). Nothing else is a number: no space, no thousands separator, no
/// decimal comma, no hexadecimal, no `inf` or `nan`.
/// Units: as in the cell. The result is the binary64 nearest to the decimal, ties to even.
///
/// - Returns: `nil` for any other text, and for numbers beyond the largest binary64.
/// - Source: `protocols/site-files.md`, section "Numbers"; the short way is exact because both operands of
///   its one rounding are (Clinger 1990, "How to read floating point numbers accurately").
package func parseNumber(_ cell: Cell) -> Double? {
  guard cell.count <= longestNumber, let decimal = cell.withUnsafeBufferPointer(DecimalText.init(scanning:))
  else {
    return nil
  }
  if let exact = decimal.exactValue { return exact }
  guard let value = Double(String(decoding: cell, as: UTF8.self)), value.isFinite else { return nil }
  return value
}

/// A number's text taken apart: ± mantissa × 10^exponent, as far as 19 digits carry.
private struct DecimalText {
  private var isNegative = false
  private var mantissa: UInt64 = 0
  private var exponent = 0
  private var isTruncated = false

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]

  init?(scanning bytes: UnsafeBufferPointer<UInt8>) {
    var position = 0
    if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
      isNegative = sign == 0x2D
      position = 1
    }
    var hasDigits = false
    var isFraction = false
    scan: while position < bytes.count {
      switch bytes[position] {
      case 0x30...0x39:
        hasDigits = true
        add(bytes[position] - 0x30, isFraction: isFraction)
      case 0x2E where !isFraction: isFraction = true
      default: break scan
      }
      position += 1
    }
    guard hasDigits else { return nil }
    if position == bytes.count { return }
    guard bytes[position] == 0x65 || bytes[position] == 0x45 else { return nil }
    guard addExponent(bytes[(position + 1)...]) else { return nil }
  }

  private mutating func add(_ digit: UInt8, isFraction: Bool) {
    guard mantissa < 1_000_000_000_000_000_000 else {
      isTruncated = true
      return
    }
    mantissa = mantissa * 10 + UInt64(digit)
    if isFraction { exponent -= 1 }
  }

  private mutating func addExponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var digits = text
    let isBelowOne = digits.first == 0x2D
    if isBelowOne || digits.first == 0x2B { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return false }
    var size = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return false }
      // Held far beyond what any binary64 needs and far below what could overflow.
      size = min(size * 10 + Int(digit - 0x30), 100_000)
    }
    exponent += isBelowOne ? -size : size
    return true
  }

  /// The value where one correctly rounded operation on exact numbers gives it.
  var exactValue: Double? {
    guard !isTruncated, mantissa <= 1 << 53, abs(exponent) <= 22 else { return nil }
    let whole = Double(mantissa)
    let magnitude = exponent < 0 ? whole / Self.powersOfTen[-exponent] : whole * Self.powersOfTen[exponent]
    return isNegative ? -magnitude : magnitude
  }
}
