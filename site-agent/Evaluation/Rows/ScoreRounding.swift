import CanonicalJSON
import EvaluationProtocols

extension ScorePrecision {
  /// Rounds a score once, before anything else is done with it.
  ///
  /// Shape: any finite number in, a finite number or an infinity out (`binary32` overflows to it).
  /// `decimals` rounds the shortest decimal that reads back as the score, a tie to the even digit, and
  /// gives the binary64 nearest to the result: 0.12345 with four decimals becomes 0.1234, because that is
  /// the decimal that people see, although the binary64 behind it lies a little above the tie.
  /// Minus zero becomes zero.
  ///
  /// - Source: `protocols/site-files.md`, section "Scores"; statistics.md §0, conventions.
  func round(_ score: Double) -> Double {
    switch self {
    case .binary64: score + 0
    case .binary32: Double(Float(score)) + 0
    case .decimals(let digits): roundToDecimals(score, digits)
    }
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]

private func roundToDecimals(_ score: Double, _ digits: Int) -> Double {
  // Anything beyond stays out of 0...1 whatever its digits, and is only counted.
  guard abs(score) < 2, powersOfTen.indices.contains(digits) else { return score }
  let scale = powersOfTen[digits]
  let scaled = abs(score) * scale
  let whole = scaled.rounded(.down)
  // The product is off by half a unit of its last place, and so is the binary64 from its shortest decimal;
  // away from a tie by more than both, the nearest whole number is the right one. `whole` and `scale` are
  // exact, so the division rounds once.
  let doubt = scaled * 0x1p-51 + 0x1p-1000
  let units: Double
  if abs(scaled - whole - 0.5) > doubt {
    units = scaled - whole < 0.5 ? whole : whole + 1
  } else {
    units = roundedUnits(abs(score), digits)
  }
  return (score < 0 ? -units : units) / scale + 0
}

/// The number of 10^-digits units nearest to the shortest decimal of a number in 0..<2, ties to even.
private func roundedUnits(_ magnitude: Double, _ digits: Int) -> Double {
  // Where the plain decimal is too long to write, the number is far below half a unit.
  guard let text = (try? ExactDecimal(magnitude))?.text else { return 0 }
  let parts = text.utf8.split(separator: 0x2E, maxSplits: 1)
  let fraction = parts.count == 2 ? Array(parts[1]) : []
  let kept = Array(parts[0]) + fraction.prefix(digits)
  var units = kept.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
  for _ in 0..<(digits - min(digits, fraction.count)) { units *= 10 }
  let rest = fraction.dropFirst(digits)
  guard let first = rest.first else { return Double(units) }
  let isTie = first == 0x35 && rest.dropFirst().allSatisfy { $0 == 0x30 }
  if isTie ? units % 2 == 1 : first >= 0x35 { units += 1 }
  return Double(units)
}
