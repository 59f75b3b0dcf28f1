/// A model's recalibration on one site's rows: CITL, and intercept and slope with their covariance.
package struct RecalibrationFit: Sendable, Equatable {
  /// Intercept with the slope held at 1.
  package let calibrationInTheLarge: Double
  package let calibrationInTheLargeError: Double
  /// Joint fit y ~ intercept + slope · logit(p).
  package let intercept: Double
  package let slope: Double
  package let interceptVariance: Double
  package let covariance: Double
  package let slopeVariance: Double
  package let iterations: Int
  /// Rows whose score was moved to 1e-6 or 1 − 1e-6 before the logit.
  package let clipped: Int
}

/// Rows with one score.
package struct ScoreGroup: Sendable, Equatable {
  package let score: Double
  package let positives: Int
  package let negatives: Int

  /// A distinct score and its labelled rows.
  package init(score: Double, positives: Int, negatives: Int) {
    self.score = score
    self.positives = positives
    self.negatives = negatives
  }
}

/// Fits the recalibration of a score.
///
/// Shape: one entry a distinct score, ascending, so that the result does not depend on the order of rows.
/// Deterministic: compensated sums in that order.
///
/// - Throws: `StatisticsError.noEvents`, `.noNonEvents`, `.constantScore`, `.separation`, `.notConverged`.
/// - Source: Cox (1958), Biometrika 45, 562–565; statistics.md §5: IRLS with step halving from (0, 1), stop
///   at a largest step below 1e-10; separation where |slope| > 50 or the condition number exceeds 1e12.
package func recalibrate(_ groups: [ScoreGroup]) throws(StatisticsError) -> RecalibrationFit {
  let positives = groups.reduce(0) { $0 + $1.positives }
  let negatives = groups.reduce(0) { $0 + $1.negatives }
  guard positives > 0 else { throw .noEvents }
  guard negatives > 0 else { throw .noNonEvents }
  let rows = groups.map(LogitRow.init)
  let clipped = groups.reduce(0) { total, group in
    let isClipped = group.score < LogitRow.clip || group.score > 1 - LogitRow.clip
    return isClipped ? total + group.positives + group.negatives : total
  }
  let large = try calibrationInTheLarge(rows)
  guard let first = rows.first, rows.contains(where: { $0.x != first.x }) else { throw .constantScore }
  try requireOverlap(rows)
  let joint = try jointFit(rows)
  return RecalibrationFit(
    calibrationInTheLarge: large.value, calibrationInTheLargeError: large.error,
    intercept: joint.a, slope: joint.b, interceptVariance: joint.varianceA, covariance: joint.covariance,
    slopeVariance: joint.varianceB, iterations: joint.iterations, clipped: clipped)
}

private struct LogitRow {
  static let clip = 1e-6

  let x: Double
  let positives: Double
  let count: Double

  init(_ group: ScoreGroup) {
    x = logit(min(max(group.score, LogitRow.clip), 1 - LogitRow.clip))
    positives = Double(group.positives)
    count = Double(group.positives + group.negatives)
  }
}

// Root of Σ(y − expit(a + x)) = 0, which falls in a: Newton's step inside a bracket, else bisection.
private func calibrationInTheLarge(
  _ rows: [LogitRow]
) throws(StatisticsError) -> (value: Double, error: Double) {
  func evaluate(_ a: Double) -> (score: Double, weight: Double) {
    var score = NeumaierSum()
    var weight = NeumaierSum()
    for row in rows {
      let mean = expit(a + row.x)
      score.add(row.positives - row.count * mean)
      weight.add(row.count * mean * (1 - mean))
    }
    return (score.total, weight.total)
  }
  var lower = -40.0
  var upper = 40.0
  var a = 0.0
  for _ in 0..<200 {
    let here = evaluate(a)
    if here.score > 0 { lower = a } else { upper = a }
    var next = a + here.score / here.weight
    if !(next > lower && next < upper) { next = lower + (upper - lower) / 2 }
    let step = abs(next - a)
    a = next
    if step <= 1e-13 * max(1, abs(a)) { break }
  }
  let weight = evaluate(a).weight
  guard weight > 0 else { throw .notConverged }
  return (a, (1 / weight).squareRoot())
}

// Complete or quasi-complete separation: no score of one class lies strictly beyond the other's.
private func requireOverlap(_ rows: [LogitRow]) throws(StatisticsError) {
  let events = rows.filter { $0.positives > 0 }.map(\.x)
  let nonEvents = rows.filter { $0.count > $0.positives }.map(\.x)
  guard let lowEvent = events.first, let highEvent = events.last, let lowOther = nonEvents.first,
    let highOther = nonEvents.last
  else { throw .separation }
  if lowEvent >= highOther || highEvent <= lowOther { throw .separation }
}

private struct JointFit {
  let a: Double
  let b: Double
  let varianceA: Double
  let covariance: Double
  let varianceB: Double
  let iterations: Int
}

private func jointFit(_ rows: [LogitRow]) throws(StatisticsError) -> JointFit {
  func logLikelihood(_ a: Double, _ b: Double) -> Double {
    var sum = NeumaierSum()
    for row in rows {
      let eta = a + b * row.x
      // y·η − n·log(1 + e^η), written so that e^η cannot overflow.
      let softplus = max(eta, 0) + log1pExponential(-abs(eta))
      sum.add(row.positives * eta - row.count * softplus)
    }
    return sum.total
  }
  var a = 0.0
  var b = 1.0
  var likelihood = logLikelihood(a, b)
  for iteration in 1...25 {
    let system = NormalEquations(rows, a: a, b: b)
    guard let step = system.step else { throw .separation }
    var scale = 1.0
    var candidate = logLikelihood(a + step.a, b + step.b)
    var halvings = 0
    while !(candidate >= likelihood - 1e-12 * abs(likelihood)), halvings < 40 {
      scale /= 2
      halvings += 1
      candidate = logLikelihood(a + scale * step.a, b + scale * step.b)
    }
    a += scale * step.a
    b += scale * step.b
    likelihood = candidate
    if abs(b) > 50 { throw .separation }
    if max(abs(scale * step.a), abs(scale * step.b)) < 1e-10 {
      let final = NormalEquations(rows, a: a, b: b)
      let determinant = final.determinant
      guard determinant > 0 else { throw .separation }
      return JointFit(
        a: a, b: b, varianceA: final.h11 / determinant, covariance: -final.h01 / determinant,
        varianceB: final.h00 / determinant, iterations: iteration)
    }
  }
  throw .notConverged
}

// Gradient and Hessian of the log-likelihood at (a, b).
private struct NormalEquations {
  let h00: Double
  let h01: Double
  let h11: Double
  private let g0: Double
  private let g1: Double

  init(_ rows: [LogitRow], a: Double, b: Double) {
    var sums = (g0: NeumaierSum(), g1: NeumaierSum(), h00: NeumaierSum(), h01: NeumaierSum(), h11: NeumaierSum())
    for row in rows {
      let mean = expit(a + b * row.x)
      let residual = row.positives - row.count * mean
      let weight = row.count * mean * (1 - mean)
      sums.g0.add(residual)
      sums.g1.add(residual * row.x)
      sums.h00.add(weight)
      sums.h01.add(weight * row.x)
      sums.h11.add(weight * row.x * row.x)
    }
    g0 = sums.g0.total
    g1 = sums.g1.total
    h00 = sums.h00.total
    h01 = sums.h01.total
    h11 = sums.h11.total
  }

  var determinant: Double { h00 * h11 - h01 * h01 }

  /// Newton's step; nil where the condition number exceeds 1e12.
  var step: (a: Double, b: Double)? {
    let trace = h00 + h11
    let root = max(0, trace * trace / 4 - determinant).squareRoot()
    let smallest = trace / 2 - root
    guard determinant > 0, smallest > 0, (trace / 2 + root) / smallest < 1e12 else { return nil }
    return ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
  }
}
