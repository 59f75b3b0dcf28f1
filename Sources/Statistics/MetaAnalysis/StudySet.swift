/// Estimates of one statistic at several sites with their sampling variances, ready to be averaged.
///
/// Shape: one estimate and one variance a study, in any order. Everything computed from a set is the same to
/// the last bit whatever that order was, because sums are taken in an order made from the numbers alone.
/// Units: those of the estimates (log odds, log ratio, …), squared for the variances.
package struct StudySet: Sendable {
  /// The estimates as they were given.
  package let estimates: [Double]
  /// The variances as they were given.
  package let variances: [Double]
  /// The place of the most precise study, in the order given.
  let pivot: Int
  /// All studies but the most precise one, in lanes.
  let others: StudyLanes

  /// Makes a set of one study or more.
  ///
  /// - Throws: `StatisticsError.tooFewStudies` without a study; `.invalidArgument` when the lists differ in
  ///   length, there are more than 1,000,000, an estimate is beyond ±1e50, or a variance is outside
  ///   1e-50...1e50.
  package init(estimates: [Double], variances: [Double]) throws(StatisticsError) {
    let pivot = try mostPreciseStudy(estimates, variances)
    self.estimates = estimates
    self.variances = variances
    self.pivot = pivot
    self.others = StudyLanes(
      order: canonicalOrder(estimates, variances), without: pivot, estimates, variances)
  }

  /// Number of studies, K.
  package var count: Int { estimates.count }

  var smallestVariance: Double { variances[pivot] }

  /// The set without the study at `index`.
  func removing(_ index: Int) throws(StatisticsError) -> StudySet {
    var estimates = estimates
    var variances = variances
    estimates.remove(at: index)
    variances.remove(at: index)
    return try StudySet(estimates: estimates, variances: variances)
  }

  func require(_ least: Int) throws(StatisticsError) {
    guard count >= least else { throw .tooFewStudies(found: count, required: least) }
  }
}

/// The place of the study with the smallest variance, and of several such of one with the smallest estimate.
///
/// - Throws: as `StudySet`.
func mostPreciseStudy(_ estimates: [Double], _ variances: [Double]) throws(StatisticsError) -> Int {
  guard estimates.count == variances.count else {
    throw .invalidArgument("as many variances as estimates are needed")
  }
  guard !estimates.isEmpty else { throw .tooFewStudies(found: 0, required: 1) }
  guard estimates.count <= 1_000_000 else { throw .invalidArgument("more than 1000000 studies") }
  // The limits keep every product below the largest double.
  for index in estimates.indices {
    guard abs(estimates[index]) <= 1e50 else { throw .invalidArgument("estimate beyond 1e50") }
    guard variances[index] >= 1e-50, variances[index] <= 1e50 else {
      throw .invalidArgument("variance outside 1e-50...1e50")
    }
  }
  var pivot = 0
  for index in variances.indices
  where variances[index] < variances[pivot]
    || variances[index] == variances[pivot] && estimates[index] < estimates[pivot]
  {
    pivot = index
  }
  return pivot
}

/// Studies four abreast: deviations from an origin, and variances.
struct StudyLanes: Sendable {
  typealias Lanes = SIMD4<Double>

  private(set) var deviations: [Lanes]
  /// Infinite in lanes without a study, which so get no weight.
  private(set) var variances: [Lanes]

  /// The studies but the one at `pivot`, from whose estimate deviations are taken.
  init(order: [Int], without pivot: Int, _ estimates: [Double], _ variances: [Double]) {
    let groups = (order.count + 2) / 4
    deviations = Array(repeating: Lanes(repeating: 0), count: groups)
    self.variances = Array(repeating: Lanes(repeating: .infinity), count: groups)
    let origin = estimates[pivot]
    deviations.withUnsafeMutableBytes { deviations in
      self.variances.withUnsafeMutableBytes { spreads in
        let deviations = deviations.bindMemory(to: Double.self)
        let spreads = spreads.bindMemory(to: Double.self)
        var place = 0
        for index in order where index != pivot {
          deviations[place] = estimates[index] - origin
          spreads[place] = variances[index]
          place += 1
        }
      }
    }
  }
}
