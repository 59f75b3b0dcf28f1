import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The arithmetic identities of one released stratum.
struct StratumCheck {
  let stratum: ReleasedStratum
  let partition: Partition
  let grid: ScoreGrid
  let policy: DisclosurePolicy
  let place: String

  func run() throws(BrokenRule) {
    try require(
      (stratum.positive + stratum.negative).allSatisfy { $0 >= policy.minimumCell },
      "a count is below the minimum cell")
    if let unlabelled = stratum.unlabelled.value {
      try require(
        unlabelled.allSatisfy { $0 >= policy.minimumCell } || unlabelled.allSatisfy { $0 == 0 },
        "an unlabelled count is below the minimum cell")
    }
    // Beyond it the products below no longer fit 128 bits.
    try require(stratum.labelled <= maximumRowCount, "more labelled rows than a site can count")
    try ScoreSumsCheck(stratum: stratum, partition: partition, grid: grid, place: place).run()
    try RanksCheck(stratum: stratum, place: place).run()
    try checkFit()
    try checkAveragePrecision()
    try ClustersCheck(stratum: stratum, partition: partition, grid: grid, policy: policy, place: place).run()
    try checkPatients()
    if let paired = stratum.paired?.value {
      try PairedCheck(
        paired: paired, stratum: stratum, partition: partition, grid: grid, policy: policy, place: place
      ).run()
    }
  }

  private func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
    if !holds { throw BrokenRule(place: place, rule: rule) }
  }

  private func checkFit() throws(BrokenRule) {
    guard case .fitted(let fit) = stratum.fit else { return }
    try require(
      min(stratum.events, stratum.nonEvents) >= policy.minimumFitEvents,
      "a calibration fit stands below its minimum")
    try require(
      fit.calibrationInTheLargeError.units >= 0 && fit.interceptVariance.units >= 0
        && fit.slopeVariance.units >= 0, "a variance is negative")
    try require(fit.hasPossibleCovariance, "covariance matrix is not positive semidefinite")
  }

  // Every order of the rows that the counts allow differs only inside the intervals.
  private func checkAveragePrecision() throws(BrokenRule) {
    guard case .evaluated(let value) = stratum.averagePrecision else { return }
    try require(
      min(stratum.events, stratum.nonEvents) >= policy.minimumFitEvents,
      "average precision stands below its minimum")
    let intervals = zip(stratum.positive, stratum.negative).map { (positives: $0, negatives: $1) }
    let bounds = try? averagePrecisionBounds(intervals)
    let allowance = 1e-12
    try require(
      bounds.map { $0.lower - allowance <= value.value && value.value <= $0.upper + allowance } ?? false,
      "average precision contradicts the score intervals")
  }

  // Who has a labelled row has one in a class; the sums of a threshold count the same people.
  private func checkPatients() throws(BrokenRule) {
    try require(stratum.patients >= policy.minimumCell, "patients are below the minimum cell")
    let isPossible =
      policy.countsPatients
      ? stratum.patients <= stratum.labelled : stratum.patients == stratum.labelled
    try require(isPossible, "patients do not agree with the labelled rows")
    func patients(_ measure: ClusterMeasure) -> Int? {
      stratum.clusters.first { $0.measure == measure }?.sums.clusters
    }
    guard let sensitivity = patients(.sensitivity), let specificity = patients(.specificity) else { return }
    try require(
      stratum.clusters.allSatisfy { $0.measure != .flagRate || $0.sums.clusters == stratum.patients }
        && stratum.patients >= max(sensitivity, specificity)
        && stratum.patients <= sensitivity + specificity,
      "patients do not agree with the patient sums")
  }
}

extension SiteFit.Values {
  /// Whether the covariance is one that the two variances allow, each of the three rounded to its last place:
  /// (2|c| − 1)² ≤ (2v + 1)(2w + 1) in units of that place.
  fileprivate var hasPossibleCovariance: Bool {
    let covariance = 2 * covariance.units.magnitude
    guard covariance > 1 else { return true }
    let square = (covariance - 1).multipliedFullWidth(by: covariance - 1)
    let product = (2 * interceptVariance.units.magnitude + 1)
      .multipliedFullWidth(by: 2 * slopeVariance.units.magnitude + 1)
    return (square.high, square.low) <= (product.high, product.low)
  }
}
