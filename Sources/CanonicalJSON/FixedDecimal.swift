/// A decimal with a fixed number of decimals: every result that a document writes.
///
/// Verdicts compare these, not the binary numbers behind them, so that another implementation that lands
/// on the same written decimals reaches the same verdict. Comparison is exact across scales; equality is of
/// the number, so 0.5 equals 0.500.
///
/// - Source: `protocols/json.md`, section "Decimals".
package struct FixedDecimal: Sendable {
  /// The number times 10^scale.
  package let units: Int128
  /// How many decimals are written, 0...18.
  package let scale: Int

  /// The most decimals; 10^18 × 10^18 stays far inside 128 bits.
  package static let maximumScale = 18
  private static let largestWhole: Int128 = 1_000_000_000_000_000_000

  /// The exact binary value rounded once, half to even.
  ///
  /// - Throws: `DecimalError.notFinite`, `.outOfRange` beyond 10^18, `.unsupportedScale`.
  package init(_ value: Double, scale: Int) throws(DecimalError) {
    guard (0...Self.maximumScale).contains(scale) else { throw .unsupportedScale(scale) }
    guard value.isFinite else { throw .notFinite }
    guard value.magnitude <= 1e18 else { throw .outOfRange }
    let magnitude = Self.rounded(value.magnitude, scale: scale)
    self.units = value < 0 ? -magnitude : magnitude
    self.scale = scale
  }

  /// Reads a text with exactly `scale` decimals; minus zero is refused.
  ///
  /// - Throws: `DecimalError`.
  package init(parsing text: String, scale: Int) throws(DecimalError) {
    guard (0...Self.maximumScale).contains(scale) else { throw .unsupportedScale(scale) }
    let plain = try PlainDecimal(parsing: text, maximumLength: 40)
    guard plain.fraction.count == scale else { throw .wrongScale(expected: scale) }
    try self.init(plain, scale: scale)
  }

  /// The same number with a fixed scale.
  ///
  /// - Throws: `DecimalError.wrongScale` when the number has more decimals, `.outOfRange` beyond 10^18.
  package init(exact: ExactDecimal, scale: Int) throws(DecimalError) {
    guard (0...Self.maximumScale).contains(scale) else { throw .unsupportedScale(scale) }
    let plain = try PlainDecimal(parsing: exact.text, maximumLength: 40)
    guard plain.fraction.count <= scale else { throw .wrongScale(expected: scale) }
    try self.init(plain, scale: scale)
  }

  private init(_ plain: PlainDecimal, scale: Int) throws(DecimalError) {
    // Nineteen digits hold 10^18; with the fraction there are at most 37, which 128 bits hold.
    guard plain.whole.count <= 19 else { throw .outOfRange }
    var magnitude = (plain.whole + plain.fraction).reduce(Int128(0)) { $0 * 10 + Int128($1 - 0x30) }
    magnitude *= Self.powerOfTen(scale - plain.fraction.count)
    guard magnitude <= Self.largestWhole * Self.powerOfTen(scale) else { throw .outOfRange }
    self.units = plain.isNegative ? -magnitude : magnitude
    self.scale = scale
  }

  /// The number with fewer decimals, half to even: for people, who read three. Fewer decimals than asked for
  /// stay as they are.
  package func rounded(to decimals: Int) -> FixedDecimal {
    guard (0..<scale).contains(decimals) else { return self }
    let unit = Self.powerOfTen(scale - decimals)
    let (quotient, remainder) = units.magnitude.quotientAndRemainder(dividingBy: UInt128(unit))
    let twice = remainder * 2
    let roundsUp = twice > UInt128(unit) || (twice == UInt128(unit) && quotient & 1 == 1)
    let magnitude = Int128(quotient + (roundsUp ? 1 : 0))
    return FixedDecimal(units: units < 0 ? -magnitude : magnitude, scale: decimals)
  }

  private init(units: Int128, scale: Int) {
    self.units = units
    self.scale = scale
  }

  /// The nearest binary64.
  package var value: Double {
    // Both are exact below 2^53, and one division rounds correctly.
    if units.magnitude < 1 << 53 { return Double(Int64(units)) / Double(Self.powersOfTen[scale]) }
    return Double(text) ?? 0
  }

  /// The one spelling: all decimals, no plus, no minus zero.
  package var text: String {
    let digits = String(units.magnitude)
    let sign = units < 0 ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
    return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
  }

  /// `value` is m × 2^e with m below 2^53, so m × 10^scale is below 2^113 and nothing here can overflow.
  private static func rounded(_ value: Double, scale: Int) -> Int128 {
    guard value != 0 else { return 0 }
    let exponent = max(Int(value.exponentBitPattern), 1) - 1075
    let implicitBit: UInt64 = value.isNormal ? 1 << 52 : 0
    let product = Int128(value.significandBitPattern | implicitBit) * powerOfTen(scale)
    guard exponent < 0 else { return product << exponent }
    let shift = -exponent
    guard shift < 120 else { return 0 }
    let quotient = product >> shift
    let remainder = product - quotient << shift
    let half: Int128 = 1 << (shift - 1)
    let roundsUp = remainder > half || (remainder == half && quotient & 1 == 1)
    return roundsUp ? quotient + 1 : quotient
  }

  /// 10^exponent for 0...18, from a table: every written number asks for one.
  private static func powerOfTen(_ exponent: Int) -> Int128 { Int128(powersOfTen[exponent]) }

  private static let powersOfTen: [Int64] = (0...maximumScale).map { exponent in
    (0..<exponent).reduce(Int64(1)) { power, _ in power * 10 }
  }

  /// The number as whole part (rounded down) and 18 decimals: comparable without a product that overflows.
  private var normalised: (whole: Int128, fraction: Int128) {
    let one = Self.powerOfTen(scale)
    var (whole, fraction) = units.quotientAndRemainder(dividingBy: one)
    if fraction < 0 {
      whole -= 1
      fraction += one
    }
    return (whole, fraction * Self.powerOfTen(Self.maximumScale - scale))
  }
}

extension FixedDecimal: Hashable, Comparable {
  /// Equal numbers, whatever their scales.
  package static func == (left: FixedDecimal, right: FixedDecimal) -> Bool {
    left.normalised == right.normalised
  }

  /// Order of the numbers, exact across scales.
  package static func < (left: FixedDecimal, right: FixedDecimal) -> Bool {
    left.normalised < right.normalised
  }

  /// Hashes the number, not its scale.
  package func hash(into hasher: inout Hasher) {
    let number = normalised
    hasher.combine(number.whole)
    hasher.combine(number.fraction)
  }
}

extension FixedDecimal: CustomStringConvertible {
  /// The one spelling.
  package var description: String { text }
}
