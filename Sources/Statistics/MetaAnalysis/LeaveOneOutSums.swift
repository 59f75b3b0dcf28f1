import Glibc

/// Sums over all studies at several τ², from which the restricted likelihood without any one study follows.
///
/// On a grid of τ² the sums prove for each study left out that the score has one root, or none; near the
/// maximum of the whole set, where those roots are, Chebyshev interpolation gives the sums between its nodes
/// to about 1e-15.
struct LeaveOneOutSums {
  private let set: StudySet
  /// From 0 up to a τ² above which no set has a root.
  private let grid: [(sums: WeightedSums, tauSquared: Double)]
  private let near: ChebyshevSums
  private let centre: (sums: WeightedSums, point: RestrictedLikelihood)

  init(_ set: StudySet) {
    self.set = set
    let atZero = RestrictedLikelihood(set, tauSquared: 0)
    let maximum = set.restrictedMaximum(atZero)
    let sums = WeightedSums(set.others, tauSquared: maximum.tauSquared)
    centre = (sums, maximum)
    grid = set.grid(from: atZero, to: max(0, set.largestTauSquared(studies: set.count - 1)))
    // As far as the farthest root seems to be, but not where interpolation would converge slowly.
    let scale = maximum.tauSquared + set.smallestVariance
    var reach = 0.0
    for index in set.estimates.indices where index != set.pivot {
      let point = set.likelihood(sums, at: maximum.tauSquared, without: index)
      let step = abs(point.score / point.slope)
      if step <= 0.2 * scale { reach = max(reach, step) }
    }
    near = ChebyshevSums(
      set, centre: maximum.tauSquared, reach: min(0.25 * scale, 1.2 * reach + 1e-6 * scale))
  }

  /// The maximum of the restricted likelihood without one study, or nil where these sums do not tell.
  func maximum(without index: Int) -> RestrictedLikelihood? {
    // Taking away a study that outweighs all others would cost digits.
    guard index != set.pivot, let first = grid.first else { return nil }
    let own = 1 / set.variances[index]
    guard own * own * own < 0.5 * first.sums.w3 else { return nil }
    var low = set.likelihood(first.sums, at: 0, without: index)
    let zero = low.score <= 0 ? low : nil
    var hasRoot = false
    for node in grid.dropFirst() {
      let high = set.likelihood(node.sums, at: node.tauSquared, without: index)
      if !(high.residuals > low.trace || low.residuals < high.trace) {
        guard low.traceSlope < 2 * high.residualsSlope else { return nil }
        if low.score > 0, high.score <= 0 {
          guard !hasRoot else { return nil }
          hasRoot = true
        }
      }
      low = high
    }
    if let zero { return hasRoot ? nil : zero }
    return hasRoot ? root(without: index) : nil
  }

  private func root(without index: Int) -> RestrictedLikelihood? {
    var point = set.likelihood(centre.sums, at: centre.point.tauSquared, without: index)
    for _ in 0..<20 {
      let next = point.tauSquared - point.score / point.slope
      guard point.slope < 0, next >= 0, near.range.contains(next) else { return nil }
      let step = abs(next - point.tauSquared)
      point = set.likelihood(near.sums(at: next), at: next, without: index)
      if step <= 1e-9 * (next + set.smallestVariance) { return point }
    }
    return nil
  }
}

/// The nine sums as polynomials in τ² over a short range.
private struct ChebyshevSums {
  let range: Interval
  private let centre: Double
  private let reach: Double
  private var coefficients: [SIMD16<Double>] = []

  init(_ set: StudySet, centre: Double, reach: Double) {
    range = Interval(lower: centre - reach, upper: centre + reach)
    self.centre = centre
    self.reach = reach
    // The nearest pole is at −v of the most precise study; the error falls by this factor with each node.
    let distance = (centre + set.smallestVariance) / reach
    let factor = distance + (distance * distance - 1).squareRoot()
    let nodes = max(4, min(24, Int(39 / log(factor)) + 1))
    let values = (0..<nodes).map { node in
      let x = cos(Double.pi * (Double(node) + 0.5) / Double(nodes))
      return WeightedSums(set.others, tauSquared: centre + reach * x).lanes
    }
    for degree in 0..<nodes {
      var sum = SIMD16<Double>.zero
      for node in 0..<nodes {
        let angle: Double = Double.pi * Double(degree) * (Double(node) + 0.5) / Double(nodes)
        sum += values[node] * cos(angle)
      }
      coefficients.append(sum * ((degree == 0 ? 1 : 2) / Double(nodes)))
    }
  }

  /// The sums at a τ² in `range`, by Clenshaw's recurrence.
  func sums(at tauSquared: Double) -> WeightedSums {
    let x = (tauSquared - centre) / reach
    var next = SIMD16<Double>.zero
    var afterNext = SIMD16<Double>.zero
    for degree in stride(from: coefficients.count - 1, to: 0, by: -1) {
      (next, afterNext) = (coefficients[degree] + (2 * x) * next - afterNext, next)
    }
    return WeightedSums(lanes: coefficients[0] + x * next - afterNext)
  }
}

extension StudySet {
  fileprivate func likelihood(
    _ sums: WeightedSums, at tauSquared: Double, without index: Int
  ) -> RestrictedLikelihood {
    let own = WeightedSums(
      deviation: estimates[index] - estimates[pivot], variance: variances[index], tauSquared: tauSquared)
    return RestrictedLikelihood(
      WeightedSums(lanes: sums.lanes - own.lanes), smallestVariance: smallestVariance, tauSquared: tauSquared)
  }

  /// Values of τ² so close that what is proved between two of them for the whole set has room to spare for
  /// sets that lack a study.
  fileprivate func grid(
    from atZero: RestrictedLikelihood, to ceiling: Double
  ) -> [(sums: WeightedSums, tauSquared: Double)] {
    func node(_ tauSquared: Double) -> (sums: WeightedSums, tauSquared: Double) {
      (WeightedSums(others, tauSquared: tauSquared), tauSquared)
    }
    var grid = [node(0)]
    guard ceiling > 0 else { return grid }
    var pending = [(atZero, RestrictedLikelihood(self, tauSquared: ceiling))]
    while let (low, high) = pending.popLast() {
      let isProved =
        high.residuals > 1.1 * low.trace || 1.1 * low.residuals < high.trace
        || 1.1 * low.traceSlope < 2 * high.residualsSlope
      let middle = split(low.tauSquared, high.tauSquared)
      if isProved || grid.count + pending.count > 100 || middle <= low.tauSquared || middle >= high.tauSquared
      {
        grid.append(node(high.tauSquared))
      } else {
        let between = RestrictedLikelihood(self, tauSquared: middle)
        pending.append((between, high))
        pending.append((low, between))
      }
    }
    return grid
  }
}
