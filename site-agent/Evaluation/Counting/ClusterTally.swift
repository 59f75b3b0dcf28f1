import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Patient-level sums of each ratio at each threshold, for one stratum (statistics.md §2, C7).
struct ClusterTally {
  private let thresholds: [Threshold]
  private var sums: [Sums]
  // The patient at hand.
  private var positives = 0
  private var negatives = 0
  private var flaggedPositives: [Int]
  private var flaggedNegatives: [Int]

  /// A decision threshold, and the first interval of the grid that lies at or above it.
  struct Threshold {
    let value: ExactDecimal
    let interval: Int
  }

  // All six stay in 64 bits: each is at most the square of the number of rows, below 2⁶².
  private struct Sums {
    var clusters = 0
    var successes = 0
    var trials = 0
    var squaredSuccesses = 0
    var products = 0
    var squaredTrials = 0

    mutating func add(_ x: Int, of k: Int) {
      guard k > 0 else { return }
      clusters += 1
      successes += x
      trials += k
      squaredSuccesses += x * x
      products += x * k
      squaredTrials += k * k
    }
  }

  init(_ thresholds: [Threshold]) {
    self.thresholds = thresholds
    sums = Array(repeating: Sums(), count: thresholds.count * ClusterMeasure.allCases.count)
    flaggedPositives = Array(repeating: 0, count: thresholds.count)
    flaggedNegatives = flaggedPositives
  }

  /// Adds a labelled row of the patient at hand. Thresholds ascend, so the first that is not reached ends it.
  mutating func add(isPositive: Bool, interval: Int) {
    if isPositive { positives += 1 } else { negatives += 1 }
    for index in thresholds.indices {
      guard interval >= thresholds[index].interval else { break }
      if isPositive { flaggedPositives[index] += 1 } else { flaggedNegatives[index] += 1 }
    }
  }

  /// Closes the patient at hand.
  mutating func endPatient() {
    guard positives + negatives > 0 else { return }
    for index in thresholds.indices {
      let flagged = flaggedPositives[index] + flaggedNegatives[index]
      let spared = negatives - flaggedNegatives[index]
      let base = index * ClusterMeasure.allCases.count
      for (offset, measure) in ClusterMeasure.allCases.enumerated() {
        switch measure {
        case .sensitivity: sums[base + offset].add(flaggedPositives[index], of: positives)
        case .specificity: sums[base + offset].add(spared, of: negatives)
        case .positivePredictiveValue: sums[base + offset].add(flaggedPositives[index], of: flagged)
        case .negativePredictiveValue: sums[base + offset].add(spared, of: positives + negatives - flagged)
        case .flagRate: sums[base + offset].add(flagged, of: positives + negatives)
        }
      }
      flaggedPositives[index] = 0
      flaggedNegatives[index] = 0
    }
    positives = 0
    negatives = 0
  }

  /// The sums by threshold and measure; a ratio without trials is left out.
  var records: [ClusterRecord] {
    thresholds.indices.flatMap { index in
      ClusterMeasure.allCases.enumerated().compactMap { offset, measure in
        let sums = sums[index * ClusterMeasure.allCases.count + offset]
        guard sums.trials > 0 else { return nil }
        return ClusterRecord(
          threshold: thresholds[index].value, measure: measure,
          sums: ClusterSums(
            clusters: sums.clusters, sumSuccesses: sums.successes, sumTrials: sums.trials,
            sumSquaredSuccesses: sums.squaredSuccesses, sumProducts: sums.products,
            sumSquaredTrials: sums.squaredTrials))
      }
    }
  }
}
