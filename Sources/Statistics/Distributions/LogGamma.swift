import Glibc

/// The natural logarithm of the gamma function of a positive number.
///
/// Shape: a number in, a number out; −∞ never, +∞ beyond 2.5e305. Units: nats.
/// Relative error below 1e-14 over 1e-300...2.5e305, at the zeros 1 and 2 too.
///
/// - Throws: `StatisticsError.invalidArgument` unless `x` is positive and finite.
/// - Source: `lgamma_r` of the C library, checked against mpmath.
package func logGamma(_ x: Double) throws(StatisticsError) -> Double {
  guard x > 0, x.isFinite else { throw .invalidArgument("log-gamma of a number not positive") }
  // lgamma writes the sign to a global variable; lgamma_r does not, so two threads may call it.
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}
