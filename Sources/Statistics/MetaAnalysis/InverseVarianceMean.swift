/// The common-effect mean of independent estimates, weighted by the inverse of their variances, while they come
/// in.
///
/// Shape: estimates and standard errors in the caller's documented order; mean and its standard error out.
/// One estimate is returned as it is.
///
/// - Source: Borenstein et al. (2010), Res. Synth. Methods 1, 97–111.
package struct InverseVarianceMean: Sendable {
  private var count = 0
  private var first = (estimate: 0.0, standardError: 0.0)
  private var weights = NeumaierSum()
  private var weighted = NeumaierSum()
  private var isWithoutVariance = false

  /// No estimate.
  package init() {}

  /// Adds an estimate; a standard error that is not positive leaves the whole without a mean.
  package mutating func add(_ estimate: Double, standardError: Double) {
    count += 1
    guard standardError > 0, standardError.isFinite else {
      isWithoutVariance = true
      return
    }
    if count == 1 { first = (estimate, standardError) }
    let weight = 1 / (standardError * standardError)
    weights.add(weight)
    weighted.add(weight * estimate)
  }

  /// The mean and its standard error.
  ///
  /// - Throws: `StatisticsError.tooFewStudies` without estimates; `.noVariance` when a standard error is not
  ///   positive.
  package func mean() throws(StatisticsError) -> (mean: Double, standardError: Double) {
    guard count > 0 else { throw .tooFewStudies(found: 0, required: 1) }
    guard !isWithoutVariance else { throw .noVariance }
    if count == 1 { return (first.estimate, first.standardError) }
    return (weighted.value / weights.value, (1 / weights.value).squareRoot())
  }
}
