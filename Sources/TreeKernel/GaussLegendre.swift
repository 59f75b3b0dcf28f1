internal import Glibc

/// Points and weights of Gauss and Legendre on 0...1: exact for polynomials of degree `2 * count - 1`.
///
/// - Source: Newton's method on the recurrence of the Legendre polynomials, started from Tricomi's
///   approximation of the roots (Abramowitz and Stegun, 22.16.6 and 25.4.29).
func gaussLegendre(count: Int) -> (points: [Double], weights: [Double]) {
  var points: [Double] = []
  var weights: [Double] = []
  for index in 0..<count {
    var root = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
    var slope = 1.0
    for _ in 0..<100 {
      var (value, before) = (1.0, 0.0)
      for degree in 0..<count {
        let n = Double(degree)
        (value, before) = (((2 * n + 1) * root * value - n * before) / (n + 1), value)
      }
      slope = Double(count) * (root * value - before) / (root * root - 1)
      let change = value / slope
      root -= change
      if abs(change) < 1e-16 { break }
    }
    points.append((1 - root) / 2)
    weights.append(1 / ((1 - root * root) * slope * slope))
  }
  return (points, weights)
}
