import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Patient-level sums of each ratio at each threshold, for one stratum (statistics.md §2, C7).
///
/// What a patient of one row adds depends on the row's class and interval alone: such patients, most of all, are only
/// counted, and their sums are made at the end.
struct ClusterTally {
  private let thresholds: [Threshold]
  private var sums: [Sums]
  // Patients of one row by class and interval.
  private var alone: [Int]
  private let intervals: Int
  // The patient at hand. The first row waits whether another comes.
  private var first: (isPositive: Bool, interval: Int)?
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

    mutating func add(_ x: Int, of k: Int, patients: Int) {
      guard k > 0 else { return }
      clusters += patients
      successes += patients * x
      trials += patients * k
      squaredSuccesses += patients * (x * x)
      products += patients * (x * k)
      squaredTrials += patients * (k * k)
    }
  }

  init(_ thresholds: [Threshold], intervals: Int) {
    self.thresholds = thresholds
    self.intervals = intervals
    alone = Array(repeating: 0, count: 2 * intervals)
    sums = Array(repeating: Sums(), count: thresholds.count * ClusterMeasure.allCases.count)
    flaggedPositives = Array(repeating: 0, count: thresholds.count)
    flaggedNegatives = flaggedPositives
  }

  /// Adds a labelled row of the patient at hand.
  mutating func add(isPositive: Bool, interval: Int) {
    if let first {
      self.first = nil
      count(isPositive: first.isPositive, interval: first.interval)
    } else if positives + negatives == 0 {
      first = (isPositive, interval)
      return
    }
    count(isPositive: isPositive, interval: interval)
  }

  /// Adds a patient of one labelled row, while none is at hand.
  mutating func addPatient(isPositive: Bool, interval: Int) {
    alone[(isPositive ? 0 : intervals) + interval] += 1
  }

  // Thresholds ascend, so the first that is not reached ends it.
  private mutating func count(isPositive: Bool, interval: Int) {
    if isPositive { positives += 1 } else { negatives += 1 }
    for index in thresholds.indices {
      guard interval >= thresholds[index].interval else { break }
      if isPositive { flaggedPositives[index] += 1 } else { flaggedNegatives[index] += 1 }
    }
  }

  /// Closes the patient at hand.
  mutating func endPatient() {
    if let first {
      addPatient(isPositive: first.isPositive, interval: first.interval)
      self.first = nil
    } else if positives + negatives > 0 {
      close(patients: 1)
    }
  }

  /// Adds the sums of patients of one row.
  mutating func finish() {
    for place in alone.indices where alone[place] > 0 {
      count(isPositive: place < intervals, interval: place % intervals)
      close(patients: alone[place])
      alone[place] = 0
    }
  }

  private mutating func close(patients: Int) {
    for index in thresholds.indices {
      let flagged = flaggedPositives[index] + flaggedNegatives[index]
      let spared = negatives - flaggedNegatives[index]
      let base = index * ClusterMeasure.allCases.count
      for (offset, measure) in ClusterMeasure.allCases.enumerated() {
        switch measure {
        case .sensitivity: sums[base + offset].add(flaggedPositives[index], of: positives, patients: patients)
        case .specificity: sums[base + offset].add(spared, of: negatives, patients: patients)
        case .positivePredictiveValue:
          sums[base + offset].add(flaggedPositives[index], of: flagged, patients: patients)
        case .negativePredictiveValue:
          sums[base + offset].add(spared, of: positives + negatives - flagged, patients: patients)
        case .flagRate: sums[base + offset].add(flagged, of: positives + negatives, patients: patients)
        }
      }
      flaggedPositives[index] = 0
      flaggedNegatives[index] = 0
    }
    positives = 0
    negatives = 0
  }

  /// The sums by threshold and measure, after `finish`; a ratio without trials is left out.
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
