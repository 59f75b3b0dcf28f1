import Glibc

/// The regularised lower incomplete gamma function P(a, x) for a > 0, x ≥ 0.
///
/// By its series below a + 1 and by the continued fraction of the upper function above.
///
/// - Source: DLMF 8.7.1 and 8.9.2.
package func regularizedLowerIncompleteGamma(_ x: Double, a: Double) -> Double {
  guard x > 0 else { return 0 }
  let front = exp(a * log(x) - x - logGamma(a))
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    for step in 1...100_000 {
      term *= x / (a + Double(step))
      sum += term
      if term < sum * 1e-17 { break }
    }
    return front * sum
  }
  let tiny = 1e-300
  var b = x + 1 - a
  var c = 1 / tiny
  var d = 1 / b
  var fraction = d
  for step in 1...100_000 {
    let n = Double(step)
    let numerator = -n * (n - a)
    b += 2
    d = 1 / (abs(numerator * d + b) < tiny ? tiny : numerator * d + b)
    c = abs(b + numerator / c) < tiny ? tiny : b + numerator / c
    let change = d * c
    fraction *= change
    if abs(change - 1) < 1e-16 { break }
  }
  return 1 - front * fraction
}

/// The distribution function of chi squared.
package func chiSquaredCumulative(_ x: Double, degreesOfFreedom: Double) -> Double {
  regularizedLowerIncompleteGamma(x / 2, a: degreesOfFreedom / 2)
}

/// The quantile of chi squared.
///
/// - Throws: `StatisticsError.invalidArgument` unless p is in (0, 1) and the degrees of freedom positive.
package func chiSquaredQuantile(
  _ p: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  guard p > 0, p < 1, degreesOfFreedom > 0 else {
    throw .invalidArgument("probability or degrees of freedom")
  }
  var upper = degreesOfFreedom + 10
  while chiSquaredCumulative(upper, degreesOfFreedom: degreesOfFreedom) < p, upper < 1e12 { upper *= 2 }
  return bisect(from: 0, to: upper) { chiSquaredCumulative($0, degreesOfFreedom: degreesOfFreedom) < p }
}
