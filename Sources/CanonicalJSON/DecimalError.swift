/// Why a text or a number is not the decimal that a format asks for.
package enum DecimalError: Error, Equatable {
  /// Not `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, or minus zero.
  case malformed
  /// A well-formed decimal, but not the shortest one of its binary64.
  case notShortest
  /// The plain form needs more than `limit` characters.
  case tooLong(limit: Int)
  /// Another number of decimals than the format's.
  case wrongScale(expected: Int)
  /// Not a number, or infinite.
  case notFinite
  /// Beyond 10^18 in magnitude.
  case outOfRange
  /// A scale outside 0...18.
  case unsupportedScale(Int)
}

extension DecimalError: CustomStringConvertible {
  /// The rule that was broken, without the number.
  package var description: String {
    switch self {
    case .malformed: "not a plain decimal number"
    case .notShortest: "not the shortest decimal of its binary64 value"
    case .tooLong(let limit): "more than \(limit) characters as a plain decimal"
    case .wrongScale(let expected): "not a decimal with exactly \(expected) decimals"
    case .notFinite: "not a finite number"
    case .outOfRange: "beyond 10^18 in magnitude"
    case .unsupportedScale(let scale): "a scale of \(scale); 0 to 18 are supported"
    }
  }

  /// What to write instead.
  package var remedy: String {
    switch self {
    case .malformed: "write digits with an optional minus and point, such as \"0.25\""
    case .notShortest: "drop trailing zeros and digits beyond what a binary64 keeps"
    case .tooLong: "use a number of ordinary size"
    case .wrongScale(let expected): "write exactly \(expected) decimals"
    case .notFinite: "state in the status that the value is not evaluable"
    case .outOfRange: "check the units of the value"
    case .unsupportedScale: "use a scale from 0 to 18"
    }
  }
}

/// The parts of `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, shared by both kinds of decimal.
struct PlainDecimal {
  let isNegative: Bool
  let whole: [UInt8]
  let fraction: [UInt8]

  init(parsing text: String, maximumLength: Int) throws(DecimalError) {
    let bytes = Array(text.utf8.prefix(maximumLength + 1))
    guard bytes.count <= maximumLength else { throw .tooLong(limit: maximumLength) }
    isNegative = bytes.first == 0x2D
    let parts = bytes.dropFirst(isNegative ? 1 : 0)
      .split(separator: 0x2E, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } })
    else { throw .malformed }
    whole = Array(parts[0])
    fraction = parts.count == 2 ? Array(parts[1]) : []
    guard whole.count == 1 || whole[0] != 0x30 else { throw .malformed }
    let isZero = (whole + fraction).allSatisfy { $0 == 0x30 }
    guard !(isNegative && isZero) else { throw .malformed }
  }
}
