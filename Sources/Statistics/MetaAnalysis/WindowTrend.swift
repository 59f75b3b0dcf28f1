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
  let pivot = try mostPreciseStudy(estimates, variances)
  guard estimates.count >= 2 else { throw .tooFewStudies(found: estimates.count, required: 2) }
  // Deviations from the window of the most precise estimate, where the weight is.
  let order = canonicalOrder(windows, estimates)
  var total = NeumaierSum()
  var moment = NeumaierSum()
  for index in order {
    let weight = 1 / variances[index]
    total.add(weight)
    moment.add(weight * (windows[index] - windows[pivot]))
  }
  let centre = moment.value / total.value
  var spread = NeumaierSum()
  var product = NeumaierSum()
  for index in order {
    let x = windows[index] - windows[pivot] - centre
    let weighted = 1 / variances[index] * x
    spread.add(weighted * x)
    product.add(weighted * (estimates[index] - estimates[pivot]))
  }
  guard spread.value > 0 else { throw .noVariance }
  return Estimate(value: product.value / spread.value, variance: 1 / spread.value, z: z)
}
