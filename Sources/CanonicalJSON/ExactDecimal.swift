/// A binary64 with the one text that a document may write for it: thresholds, bin edges, limits.
///
/// The text is the shortest plain decimal that reads back as the same binary64: no exponent, no trailing
/// zero, no minus zero, at most 40 characters. Two sites that parse it compare scores with the same number.
///
/// - Source: `protocols/json.md`, section "Decimals"; shortest digits as in Steele & White (1990).
package struct ExactDecimal: Sendable {
  /// The one spelling.
  package let text: String
  /// The number; never minus zero.
  package let value: Double

  private static let longestText = 40

  /// Reads the spelling of a document.
  ///
  /// - Throws: `DecimalError` for any text that is not the shortest plain form of a binary64.
  package init(parsing text: String) throws(DecimalError) {
    _ = try PlainDecimal(parsing: text, maximumLength: Self.longestText)
    guard let value = Double(text), value.isFinite else { throw .malformed }
    let shortest = try ExactDecimal(value)
    guard shortest.text.hasSameBytes(as: text) else { throw .notShortest }
    self = shortest
  }

  /// The spelling of a number; minus zero becomes zero.
  ///
  /// - Throws: `DecimalError.notFinite`, or `.tooLong` when the plain form needs more than 40 characters.
  package init(_ double: Double) throws(DecimalError) {
    guard double.isFinite else { throw .notFinite }
    value = double == 0 ? 0 : double
    text = try Self.plainText(of: value)
  }

  /// Moves the point of the standard library's shortest digits (`1.25e-07`) to where it belongs.
  private static func plainText(of value: Double) throws(DecimalError) -> String {
    let parts = Array(value.magnitude.description.utf8)
      .split(separator: 0x65, maxSplits: 1, omittingEmptySubsequences: false)
    let exponent = parts.count == 2 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    let mantissa = parts[0].split(separator: 0x2E, omittingEmptySubsequences: false)
    var digits = Array(mantissa.joined())
    // The number is 0.d1d2d3… × 10^point.
    var point = mantissa[0].count + exponent
    guard abs(point) <= longestText else { throw .tooLong(limit: longestText) }
    let leadingZeros = digits.prefix { $0 == 0x30 }.count
    digits.removeFirst(min(leadingZeros, digits.count - 1))
    point -= leadingZeros
    while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
    if digits == [0x30] { return "0" }
    var text: [UInt8] = value < 0 ? [0x2D] : []
    if point <= 0 {
      text += [0x30, 0x2E] + repeatElement(0x30, count: -point) + digits
    } else if point >= digits.count {
      text += digits + repeatElement(0x30, count: point - digits.count)
    } else {
      text += digits[..<point] + [0x2E] + digits[point...]
    }
    guard text.count <= longestText else { throw .tooLong(limit: longestText) }
    return String(decoding: text, as: UTF8.self)
  }
}

extension ExactDecimal: Hashable, Comparable {
  /// Equal numbers; the text follows from the number.
  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool { left.value == right.value }

  /// Order of the numbers.
  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool { left.value < right.value }

  /// Hashes the number.
  package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension ExactDecimal: CustomStringConvertible {
  /// The one spelling.
  package var description: String { text }
}
