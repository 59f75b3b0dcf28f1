/// The trend of a site's estimates over time windows: the slope per window, by inverse-variance regression.
///
/// Shape: one window index, estimate and variance a window in; a slope with its Wald interval out.
/// Units: those of the estimates, per window (log odds a month, …). The windows share no rows, so that
/// estimates are independent; spread of the windows beyond their sampling variance is not in the standard
/// error. Over K ≥ 3 sites, the slopes and their squared standard errors are the studies of `randomEffects`:
/// site is then a random effect on the slope.
///
/// - Throws: `StatisticsError.tooFewStudies` with fewer than two windows; `.noVariance` when all windows are
///   the same; `.invalidArgument` when the lists differ in length, an index is beyond ±1e6, an estimate
///   beyond ±1e50, a variance outside 1e-50...1e50, or for a bad `z`.
/// - Source: Thompson & Higgins (2002), Statist. Med. 21, 1559–1573 (fixed-effect meta-regression).
package func windowTrend(
  windows: [Double], estimates: [Double], variances: [Double], z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  guard windows.count == estimates.count else {
    throw .invalidArgument("as many windows as estimates are needed")
  }
  guard windows.allSatisfy({ abs($0) <= 1e6 }) else { throw .invalidArgument("window index beyond 1e6") }
  try checkMultiplier(z)
  let set = try StudySet(estimates: estimates, variances: variances)
  guard set.count >= 2 else { throw .tooFewStudies(found: set.count, required: 2) }
  // Deviations from the window of the most precise estimate, where the weight is.
  let order = canonicalOrder(windows, estimates)
  let origin = (window: windows[set.pivot], estimate: estimates[set.pivot])
  func sum(_ term: (_ x: Double, _ y: Double, _ weight: Double) -> Double) -> Double {
    neumaierSum(order) {
      term(windows[$0] - origin.window, estimates[$0] - origin.estimate, 1 / variances[$0])
    }
  }
  let centre = sum { x, _, weight in weight * x } / sum { _, _, weight in weight }
  let spread = sum { x, _, weight in weight * (x - centre) * (x - centre) }
  guard spread > 0 else { throw .noVariance }
  let slope = sum { x, y, weight in weight * (x - centre) * y } / spread
  return Estimate(value: slope, variance: 1 / spread, z: z)
}
