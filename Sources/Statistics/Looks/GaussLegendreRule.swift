import Glibc

/// Nodes and weights of Gauss–Legendre integration over −1...1.
///
/// Shape: a number of nodes in, as many nodes, ascending, and weights out. Exact for polynomials of degree below
/// twice the number.
/// - Source: zeros of the Legendre polynomial by Newton steps from Tricomi's approximation; Press et al. (2007),
///   Numerical Recipes, section 4.6.1.
struct GaussLegendreRule {
  let nodes: [Double]
  let weights: [Double]

  /// Makes the rule; fewer than one node count as one.
  init(nodes wanted: Int) {
    let count = max(1, wanted)
    var nodes: [Double] = []
    var weights: [Double] = []
    for index in 0..<count {
      var x = -cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        let value: Double
        (value, slope) = GaussLegendreRule.polynomial(count, at: x)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      nodes.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// The Legendre polynomial of a degree and its slope at `x`, by the three-term recurrence.
  private static func polynomial(_ degree: Int, at x: Double) -> (value: Double, slope: Double) {
    var previous = 1.0
    var current = x
    for k in stride(from: 2, through: degree, by: 1) {
      let n = Double(k)
      (previous, current) = (current, ((2 * n - 1) * x * current - (n - 1) * previous) / n)
    }
    return (current, Double(degree) * (x * current - previous) / (x * x - 1))
  }
}
