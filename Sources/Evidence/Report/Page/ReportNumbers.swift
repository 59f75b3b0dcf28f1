import CanonicalJSON

/// How the page writes numbers: three decimals, rounded from the written ones half to even.
enum ReportNumbers {
  /// Decimals of results on the page.
  static let decimals = 3

  /// The number with a true minus sign.
  static func text(_ number: FixedDecimal, decimals: Int = decimals) -> String {
    signed(units(of: number, at: decimals), scale: decimals)
  }

  /// The number with as many decimals, from three on, as show on which side of the limit it lies.
  static func text(_ number: FixedDecimal, besides limit: FixedDecimal) -> String {
    guard number != limit else { return text(number) }
    let limitText = text(limit, decimals: limit.scale)
    for decimals in decimals..<max(decimals, number.scale) {
      let short = text(number, decimals: decimals)
      if short != text(limit, decimals: decimals), short != limitText { return short }
    }
    return text(number, decimals: number.scale)
  }

  /// `0.790 to 0.834`.
  static func interval(_ lower: FixedDecimal, _ upper: FixedDecimal) -> String {
    "\(text(lower)) to \(text(upper))"
  }

  /// `0.790–0.834`, for columns; with a word where a minus sign would stand beside the dash.
  static func narrowInterval(
    _ lower: FixedDecimal, _ upper: FixedDecimal, decimals: Int = decimals
  ) -> String {
    let (low, high) = (text(lower, decimals: decimals), text(upper, decimals: decimals))
    return lower.units < 0 ? "\(low) to \(high)" : "\(low)–\(high)"
  }

  /// A share as `12.3 %`.
  static func percent(_ share: FixedDecimal) -> String { points(share) + "\u{A0}%" }

  /// A difference of shares in percentage points.
  static func points(_ difference: FixedDecimal) -> String {
    signed(units(of: difference, at: 3), scale: 1)
  }

  /// The size of a difference of shares in percentage points, without its sign.
  static func pointsAside(_ difference: FixedDecimal) -> String {
    let units = units(of: difference, at: 3)
    return signed(units < 0 ? -units : units, scale: 1)
  }

  /// `p = 0.031`, or `p < 0.001` where three decimals would show nothing.
  static func pValue(_ number: FixedDecimal) -> String {
    units(of: number, at: 3) == 0 ? "p\u{A0}<\u{A0}0.001" : "p\u{A0}=\u{A0}\(text(number))"
  }

  /// `p 0.031` without the letter, for columns.
  static func narrowPValue(_ number: FixedDecimal) -> String {
    units(of: number, at: 3) == 0 ? "<\u{A0}0.001" : text(number)
  }

  /// `2026-07-20 09:30:00 UTC`.
  static func time(_ time: UTCTime) -> String {
    time.text.split(separator: "T").joined(separator: " ").dropLast() + " UTC"
  }

  /// A share as a whole number out of 100.
  static func outOfHundred(_ share: FixedDecimal) -> String {
    signed(units(of: share, at: 2), scale: 0)
  }

  /// A count with a thin space between groups of three digits.
  static func count(_ count: Int) -> String {
    let digits = Array(String(count.magnitude))
    var text = count < 0 ? "\u{2212}" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "\u{202F}" }
      text.append(digit)
    }
    return text
  }

  /// A count and its noun: `1 site`, `3 sites`.
  static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// The number in units of its last shown decimal; one with fewer decimals is filled up.
  private static func units(of number: FixedDecimal, at decimals: Int) -> Int128 {
    let rounded = number.rounded(to: decimals)
    return rounded.units * powerOfTen(decimals - rounded.scale)
  }

  private static func signed(_ units: Int128, scale: Int) -> String {
    let digits = String(units.magnitude)
    let sign = units < 0 ? "\u{2212}" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
    return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
  }

  private static func powerOfTen(_ exponent: Int) -> Int128 {
    (0..<max(0, exponent)).reduce(Int128(1)) { power, _ in power * 10 }
  }
}
