/// A number as the unevaluated sum of two doubles, good to about 31 digits.
///
/// The exponent of a tail of 1e-300 is near −690. Rounded to one double it would move the tail by 1e-13.
///
/// - Source: Dekker (1971), Numer. Math. 18, 224–242; Hida, Li & Bailey (2001), 15th IEEE Symp. Comput.
///   Arith.
struct DoubleDouble {
  private(set) var high: Double
  private(set) var low: Double

  init(_ value: Double) {
    high = value
    low = 0
  }

  /// The sum of `a` and a `b` that is not larger in magnitude, without loss.
  private init(ordered a: Double, _ b: Double) {
    high = a + b
    low = b - (high - a)
  }

  /// `a + b` without loss.
  init(sum a: Double, _ b: Double) {
    high = a + b
    let shadow = high - a
    low = (a - (high - shadow)) + (b - shadow)
  }

  /// `a × b` without loss, unless the low part underflows.
  init(product a: Double, _ b: Double) {
    high = a * b
    low = (-high).addingProduct(a, b)
  }

  /// The nearest double.
  var value: Double { high + low }

  static prefix func - (a: DoubleDouble) -> DoubleDouble {
    var negated = a
    negated.high.negate()
    negated.low.negate()
    return negated
  }

  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let highs = DoubleDouble(sum: a.high, b.high)
    let lows = DoubleDouble(sum: a.low, b.low)
    let partial = DoubleDouble(ordered: highs.high, highs.low + lows.high)
    return DoubleDouble(ordered: partial.high, partial.low + lows.low)
  }

  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(product: a.high, b.high)
    return DoubleDouble(ordered: product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let first = a.high / b.high
    let remainder = a - b * DoubleDouble(first)
    let second = remainder.high / b.high
    let rest = remainder - b * DoubleDouble(second)
    return DoubleDouble(ordered: first, second) + DoubleDouble(rest.high / b.high)
  }

  /// The number times 2 to the power `exponent`.
  func scaled(byPowerOfTwo exponent: Int) -> DoubleDouble {
    var scaled = self
    scaled.high = Double(sign: .plus, exponent: exponent, significand: high)
    scaled.low = Double(sign: .plus, exponent: exponent, significand: low)
    return scaled
  }
}

/// log(a / b) of two positive numbers, to about 1e-18 of 1 + |log(a / b)|.
func logOfRatio(_ a: DoubleDouble, _ b: DoubleDouble) -> DoubleDouble {
  // Significands first, so that no quotient overflows.
  var power = Int(a.high.exponent) - Int(b.high.exponent)
  var ratio =
    a.scaled(byPowerOfTwo: -Int(a.high.exponent)) / b.scaled(byPowerOfTwo: -Int(b.high.exponent))
  if ratio.high > 1.4142 {
    power += 1
    ratio = ratio.scaled(byPowerOfTwo: -1)
  } else if ratio.high < 0.7071 {
    power -= 1
    ratio = ratio.scaled(byPowerOfTwo: 1)
  }
  let one = DoubleDouble(1)
  let s = (ratio - one) / (ratio + one)
  let logTwo = DoubleDouble(sum: 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
  return DoubleDouble(Double(power)) * logTwo + s.scaled(byPowerOfTwo: 1)
    + DoubleDouble(2 * s.high * areaTangentRest(s.high * s.high))
}

/// atanh(s)/s − 1 = s²/3 + s⁴/5 + … from s², for s² ≤ 0.03.
func areaTangentRest(_ square: Double) -> Double {
  var power = square
  var sum = 0.0
  for j in 1..<100 {
    let next = sum + power / Double(2 * j + 1)
    if next == sum { break }
    sum = next
    power *= square
  }
  return sum
}
