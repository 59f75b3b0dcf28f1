/// The within-site AUROC while strata come in: pairs are formed only inside each stratum.
///
/// Shape: the rank integers of each stratum in, one estimate in 0...1 out. Units: as `auroc`.
/// A = Σ m n A_k / Σ m n, variance by independence of the strata. Placements and pairs are integers; the
/// variance is a sum in the order in which strata are added, on which only its last place depends.
package struct StrataAUROC: Sendable, Equatable {
  /// How many strata are in.
  package private(set) var strata = 0
  private var only: RankIntegers?
  private var placements: Int128 = 0
  private var doubledPairs: Int128 = 0
  /// Σ (2mn)²·Var.
  private var weightedVariance = NeumaierSum()
  private var problem: StatisticsError?

  /// No stratum.
  package init() {}

  /// Adds a stratum; one that has no AUROC leaves the whole without one.
  package mutating func add(_ stratum: RankIntegers) {
    strata += 1
    only = strata == 1 ? stratum : nil
    do throws(StatisticsError) {
      try stratum.check()
      placements = try placements.checkedSum(stratum.sumPositive)
      doubledPairs = try doubledPairs.checkedSum(stratum.doubledPairs)
      let pairs = stratum.doubledPairs.nearestDouble
      weightedVariance.add(pairs * pairs * stratum.deLongVariance)
    } catch {
      problem = problem ?? error
    }
  }

  /// Adds the strata of another whole.
  package mutating func add(_ other: StrataAUROC) {
    guard other.strata > 0 else { return }
    if strata == 0 { only = other.only } else if strata == 1 { only = nil }
    strata += other.strata
    problem = problem ?? other.problem
    do throws(StatisticsError) {
      placements = try placements.checkedSum(other.placements)
      doubledPairs = try doubledPairs.checkedSum(other.doubledPairs)
    } catch {
      problem = problem ?? error
    }
    weightedVariance.add(other.weightedVariance.value)
  }

  /// The area with a logit interval; of a single stratum as `auroc` gives it.
  ///
  /// - Throws: `StatisticsError.noTrials` without a stratum; `.noVariance` when two or more strata have an area of 0
  ///   or 1 or no variance between them; and as `auroc` for each stratum.
  package func estimate(z: Double = standardNormal975) throws(StatisticsError) -> AUROC {
    guard strata > 0 else { throw .noTrials }
    if let only { return try auroc(only, z: z) }
    try checkMultiplier(z)
    let (area, variance) = try areaOverStrata()
    return try AUROC(area: area, variance: variance, z: z)
  }

  /// The log odds of the area and their variance, as `estimate` has them, without an interval.
  ///
  /// - Returns: nil where `estimate` throws, or the area is 0 or 1 or has no variance.
  package var logOdds: (value: Double, variance: Double)? {
    guard strata > 0, let (area, variance) = try? areaOverStrata(), area > 0, area < 1, variance > 0
    else { return nil }
    let slope = area * (1 - area)
    return (logit(area), variance / (slope * slope))
  }

  private func areaOverStrata() throws(StatisticsError) -> (area: Double, variance: Double) {
    if let problem { throw problem }
    if let only { return (only.area, only.deLongVariance) }
    let pairs = doubledPairs.nearestDouble
    return (placements.nearestDouble / pairs, weightedVariance.value / pairs / pairs)
  }
}
