/// The common-effect mean of independent estimates, weighted by the inverse of their variances.
///
/// Shape: estimates and standard errors in the caller's documented order; mean and its standard error out.
/// One estimate is returned as it is.
///
/// - Throws: `StatisticsError.tooFewStudies` without estimates; `.noVariance` when a standard error is not
///   positive; `.invalidArgument` when the lists differ in length.
/// - Source: Borenstein et al. (2010), Res. Synth. Methods 1, 97–111.
package func inverseVarianceMean(
  _ estimates: [Double], standardErrors: [Double]
) throws(StatisticsError) -> (mean: Double, standardError: Double) {
  guard estimates.count == standardErrors.count else { throw .invalidArgument("standard errors") }
  guard let first = estimates.first, let firstError = standardErrors.first else {
    throw .tooFewStudies(found: 0, required: 1)
  }
  guard standardErrors.allSatisfy({ $0 > 0 && $0.isFinite }) else { throw .noVariance }
  if estimates.count == 1 { return (first, firstError) }
  let weights = standardErrors.map { 1 / ($0 * $0) }
  let total = neumaierSum(weights) { $0 }
  let mean = neumaierSum(zip(weights, estimates)) { $0 * $1 } / total
  return (mean, (1 / total).squareRoot())
}
