import Glibc

/// The binomial probability of `count` successes in `trials`, for 0 ≤ count ≤ trials and a probability
/// strictly between 0 and 1.
///
/// - Source: Loader (2000), Fast and accurate computation of binomial probabilities.
func binomialTerm(_ count: Int, of trials: Int, probability p: Double) -> Double {
  let x = Double(count)
  let n = Double(trials)
  if count == 0 { return exp(n * log1p(-p)) }
  if count == trials { return exp(n * log(p)) }
  let exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - devianceTerm(x, n * p)
    - devianceTerm(n - x, n * (1 - p))
  return exp(exponent) * (n / (2 * Double.pi * x * (n - x))).squareRoot()
}
