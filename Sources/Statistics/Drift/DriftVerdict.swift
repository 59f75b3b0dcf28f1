/// What can be said of a drift: two claims and the lack of rows for either.
package enum DriftVerdict: Sendable, Equatable {
  /// The drift is as large as matters, and chance does not explain it.
  case drift
  /// The drift is smaller than matters, whatever the sample hides.
  case stable
  /// The rows do not decide between the two.
  case underpowered

  /// Decides from an effect, its p value and its upper limit.
  ///
  /// Drift needs both: at least the practical limit, and a p value below `level`. Stable needs the upper limit
  /// below the practical limit. The caller has divided the level among the tests, here and in the upper limit.
  package init(effect: Double, pValue: Double, upperLimit: Double, practicalLimit: Double, level: Double) {
    if effect >= practicalLimit && pValue < level {
      self = .drift
    } else if upperLimit < practicalLimit {
      self = .stable
    } else {
      self = .underpowered
    }
  }
}

/// An index of drift with its noise, its upper limit and the verdict.
package struct DriftAssessment: Sendable, Equatable {
  /// The index, in nats.
  package let index: Double
  /// The index that chance alone exceeds in 1 % of samples without drift.
  package let noiseQuantile99: Double
  /// The index that chance alone exceeds with probability `alpha`/`tests`.
  package let noiseQuantile: Double
  /// The probability that chance alone reaches the index.
  package let pValue: Double
  /// A conservative upper limit of the true index at the level `alpha`/`tests`.
  package let upperLimit: Double
  /// The verdict.
  package let verdict: DriftVerdict
}

/// Judges the drift of a histogram against a signed reference over the same bins.
///
/// Shape: two lists of counts of equal length B ≥ 2 in; the index, what chance makes of it and a verdict of three
/// out. Units: nats. All tests of one look share `alpha` by Bonferroni: `tests` is how many there are.
///
/// The upper limit is (√index + z·SE/(2√index))², SE by the delta method, and never below the noise quantile. The
/// index is close to a square form, so its root is about normal with a steady variance, and its upward bias of about
/// (B − 1)(1/n + 1/m), which is not taken off, makes the limit conservative. The floor is there because an index
/// below the noise says only that the drift is within it. In 1,152 simulated cases (95 % and 99.5 %, 2 to 20 bins, 50
/// to 1,000 rows, shifts, spikes and emptied bins) the limit held the true index at its level, within the error of
/// 4,000 samples, in all but one: 93.9 % for 95 % where a bin expects 3 of 50 rows. With more than 5 bins it is too
/// long rather than too short. The script of the reference values repeats a part of the cases.
///
/// - Throws: `StatisticsError.invalidArgument` unless `practicalLimit` is positive and finite, `alpha` in
///   1e-6...0.5 and `tests` in 1...10 000; otherwise as `populationStabilityIndex`.
/// - Source: Yurdakul & Naranjo (2020), J. Risk Model Valid. 14(4), 89–100, for the noise; the delta method on the
///   root for the limit.
package func assessDrift(
  _ index: DriftIndex, current: [Int], reference: [Int], practicalLimit: Double, alpha: Double = 0.05,
  tests: Int = 1
) throws(StatisticsError) -> DriftAssessment {
  guard practicalLimit > 0, practicalLimit.isFinite else {
    throw .invalidArgument("practical limit not positive and finite")
  }
  guard alpha >= 1e-6, alpha <= 0.5 else { throw .invalidArgument("alpha outside 1e-6...0.5") }
  guard tests >= 1, tests <= 10_000 else { throw .invalidArgument("tests outside 1...10000") }
  let pair = try HistogramPair(current: current, reference: reference)
  let level = alpha / Double(tests)
  let value = index.value(pair)
  let pValue = try index.pValue(pair)
  let noise = try index.noiseQuantile(pair, tail: level)
  let root = value.squareRoot()
  // Without any difference only the noise is left to say how large it may be.
  let halfWidth = root > 0 ? -normalQuantile(level) * index.variance(pair).squareRoot() / (2 * root) : 0
  let upper = max(noise, (root + halfWidth) * (root + halfWidth))
  return DriftAssessment(
    index: value, noiseQuantile99: try index.noiseQuantile(pair, tail: 0.01), noiseQuantile: noise,
    pValue: pValue, upperLimit: upper,
    verdict: DriftVerdict(
      effect: value, pValue: pValue, upperLimit: upper, practicalLimit: practicalLimit, level: level))
}
