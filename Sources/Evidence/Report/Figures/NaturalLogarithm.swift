/// ln x from additions, multiplications and divisions only.
///
/// The page is rendered again by whoever checks it and compared byte by byte. C libraries differ in the last
/// bit of `log`; IEEE 754 fixes the four operations.
///
/// Shape: one positive finite number in, one out. The relative error is below 1e-15; axes need 1e-4.
///
/// - Returns: `nil` for a number that has no logarithm.
/// - Source: ln m = 2 artanh((m − 1)/(m + 1)), series in Abramowitz & Stegun (1964), 4.1.27.
func naturalLogarithm(_ x: Double) -> Double? {
  guard x > 0, x.isFinite else { return nil }
  let ln2 = 0.693147180559945309417
  let z = (x.significand - 1) / (x.significand + 1)
  // z is below 1/3, so term 17 is below 1e-17 of the first.
  var sum = 0.0
  for power in stride(from: 35, through: 1, by: -2) { sum = sum * z * z + 1 / Double(power) }
  return Double(x.exponent) * ln2 + 2 * z * sum
}
