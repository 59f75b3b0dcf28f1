import Glibc

/// What the restricted likelihood of a random-effects model is made of at one τ².
///
/// With P the matrix that takes estimates to weighted residuals, (Py)ᵢ = wᵢ(yᵢ − μ), twice the derivative of
/// the log-likelihood is y′PPy − tr P and its slope in τ² is tr PP − 2 y′PPPy. As τ² grows P falls, and with
/// it each of these four: that bounds the derivative between two points, and proves where it has no root.
struct RestrictedLikelihood {
  let tauSquared: Double
  /// The mean μ, as the deviation from the estimate of the most precise study.
  let shift: Double
  /// W = Σw.
  let totalWeight: Double
  /// y′Py = Σw(y − μ)².
  let squaredDeviation: Double
  /// y′PPy = Σw²(y − μ)².
  let residuals: Double
  /// tr P = W − Σw²/W.
  let trace: Double
  /// y′PPPy.
  let residualsSlope: Double
  /// tr PP.
  let traceSlope: Double

  init(_ studies: StudySet, tauSquared: Double) {
    self.init(
      WeightedSums(studies.others, tauSquared: tauSquared), smallestVariance: studies.smallestVariance,
      tauSquared: tauSquared)
  }

  /// From the sums over all studies but the most precise, whose weight is `pivot` here.
  init(_ sums: WeightedSums, smallestVariance: Double, tauSquared: Double) {
    let pivot = 1 / (smallestVariance + tauSquared)
    let total = pivot + sums.w
    let inverse = 1 / total
    let mean = sums.wd * inverse
    self.tauSquared = tauSquared
    shift = mean
    totalWeight = total
    squaredDeviation = max(0, sums.wdd - mean * sums.wd)
    residuals = max(
      0, pivot * mean * (pivot * mean) + (sums.w2dd - 2 * mean * sums.w2d + mean * mean * sums.w2))
    // (pivot + R)² − pivot² − Σw², with pivot² taken out; no other weight is larger.
    trace = (2 * pivot * sums.w + (sums.w * sums.w - sums.w2)) * inverse
    // y′PPPy = Σw(u − ū)² of u = w(y − μ), as deviations from the u of the most precise study.
    let tilted = sums.w2d + mean * (pivot * sums.w - sums.w2)
    let spread =
      sums.w3dd + 2 * mean * (pivot * sums.w2d - sums.w3d)
      + mean * mean * (pivot * pivot * sums.w - 2 * pivot * sums.w2 + sums.w3)
    residualsSlope = max(0, spread - tilted * (tilted * inverse))
    // (Σw²·W² − 2Σw³·W + (Σw²)²)/W² multiplied out, where pivot⁴ and pivot³ cancel.
    let share = pivot * inverse
    let rest = sums.w * inverse
    let squares = sums.w2 * inverse
    let cubes = sums.w3 * inverse
    traceSlope =
      (pivot * rest) * (pivot * rest) + share * (3 * share * sums.w2 - 2 * cubes)
      + rest * (2 * share * sums.w2 - 2 * cubes) + rest * rest * sums.w2 + squares * squares
  }

  /// Twice the derivative of the restricted log-likelihood in τ².
  var score: Double { residuals - trace }
  /// The derivative of `score`.
  var slope: Double { traceSlope - 2 * residualsSlope }
  /// The Newton step towards the root of `trace / residuals - 1`, which is that of the score.
  var stepToRoot: Double {
    score * residuals / (2 * trace * residualsSlope - residuals * traceSlope)
  }
}

extension StudySet {
  /// The τ² ≥ 0 at which the restricted likelihood has its global maximum; the smallest where several tie.
  ///
  /// Intervals of τ² are halved until each is proved to hold no maximum, or to hold a falling score and hence
  /// at most one, which Newton steps then find. An interval too short to matter, or left when the budget
  /// ends, is judged by the signs at its ends.
  func restrictedMaximum(_ atZero: RestrictedLikelihood) -> RestrictedLikelihood {
    let ceiling = largestTauSquared(studies: count)
    guard ceiling > 0 else { return atZero }
    var maxima = atZero.score <= 0 ? [atZero] : []
    var pending = [(atZero, RestrictedLikelihood(self, tauSquared: ceiling))]
    var budget = 5000
    while let (low, high) = pending.popLast() {
      if high.residuals > low.trace || low.residuals < high.trace { continue }
      let middle = split(low.tauSquared, high.tauSquared)
      let isShort =
        high.tauSquared - low.tauSquared <= 1e-7 * (low.tauSquared + smallestVariance)
        || middle <= low.tauSquared || middle >= high.tauSquared
      if low.traceSlope < 2 * high.residualsSlope || isShort || budget == 0 {
        if low.score > 0, high.score <= 0 { maxima.append(peak(between: low, and: high)) }
        continue
      }
      if high.traceSlope > 2 * low.residualsSlope { continue }
      budget -= 1
      let between = RestrictedLikelihood(self, tauSquared: middle)
      pending.append((between, high))
      pending.append((low, between))
    }
    guard maxima.count > 1 else { return maxima.first ?? atZero }
    return highest(of: maxima)
  }

  /// Above it the score is negative: S/(v₁ + τ²)² bounds y′PPy, with S = Σ(y − ȳ)² and v₁ the least variance,
  /// and (K − 1)/(v₂ + τ²) is a lower bound of tr P, with v₂ the largest.
  ///
  /// With fewer `studies` than are in the set it holds for any so many of them that include the most precise.
  func largestTauSquared(studies: Int) -> Double {
    var sum = 0.0
    var squares = 0.0
    var largest = smallestVariance
    others.deviations.withUnsafeBufferPointer { deviations in
      var lanes = StudyLanes.Lanes.zero
      for deviation in deviations { lanes += deviation }
      sum = lanes.sum()
      lanes = .zero
      for deviation in deviations { lanes += deviation * deviation }
      squares = lanes.sum()
    }
    for variance in variances { largest = max(largest, variance) }
    let spread = max(0, squares - sum * (sum / Double(count))) / Double(studies - 1)
    let root = (spread * (spread + 4 * (largest - smallestVariance))).squareRoot()
    // A little more than the bound, for the rounding of it.
    return (spread + root) / 2 * (1 + 1e-9) - smallestVariance
  }

  /// The middle of two values of τ² on the scale of log(v + τ²) where they are far apart.
  func split(_ low: Double, _ high: Double) -> Double {
    let a = low + smallestVariance
    let b = high + smallestVariance
    return b < 4 * a ? low + (high - low) / 2 : (a * b).squareRoot() - smallestVariance
  }

  /// The root of the score between a point where it is positive and one where it is not.
  ///
  /// Newton steps on tr P / y′PPy − 1, which has the same root and, where sites are about equally precise, is
  /// about linear in τ².
  private func peak(
    between low: RestrictedLikelihood, and high: RestrictedLikelihood
  ) -> RestrictedLikelihood {
    var lower = low.tauSquared
    var upper = high.tauSquared
    var point = low
    for _ in 0..<200 {
      let newton = point.tauSquared + point.stepToRoot
      // A step out of the bracket, or no number, becomes a bisection.
      let isNewton = newton >= lower && newton <= upper
      let next = isNewton ? newton : lower + (upper - lower) / 2
      let isLast = isNewton && abs(next - point.tauSquared) <= 2e-8 * (next + smallestVariance)
      if next == point.tauSquared { break }
      point = RestrictedLikelihood(self, tauSquared: next)
      // The error of a Newton step is of the order of its square.
      if isLast || point.score == 0 { break }
      if point.score > 0 { lower = next } else { upper = next }
    }
    return point
  }

  private func highest(of maxima: [RestrictedLikelihood]) -> RestrictedLikelihood {
    var best = maxima[0]
    var bestLikelihood = -Double.infinity
    for point in maxima.sorted(by: { $0.tauSquared < $1.tauSquared }) {
      var logVariances = log(smallestVariance + point.tauSquared)
      for lanes in others.variances {
        for lane in lanes.indices where lanes[lane] < .infinity {
          logVariances += log(lanes[lane] + point.tauSquared)
        }
      }
      let likelihood = -0.5 * (logVariances + log(point.totalWeight) + point.squaredDeviation)
      if likelihood > bestLikelihood {
        best = point
        bestLikelihood = likelihood
      }
    }
    return best
  }
}
