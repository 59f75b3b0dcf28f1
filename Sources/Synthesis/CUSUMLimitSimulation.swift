package import CanonicalJSON
package import EvaluationProtocols
import Statistics

/// A simulated limit of a protocol's CUSUM, as it is written.
package struct SimulatedCUSUMLimit: Sendable {
  /// An alarm is a sum of at least this; four decimals.
  package let limit: FixedDecimal
  /// The mean number of windows to a false alarm with this limit, as simulated; one decimal.
  package let runLength: FixedDecimal
  /// The Monte-Carlo standard error of `runLength`; one decimal.
  package let standardError: FixedDecimal
}

extension EvaluationProtocol {
  /// The limit of the protocol's CUSUM for a run length without a false alarm, simulated from its score profile.
  ///
  /// Shape: the rows of a window in; a limit out. A row's score is the middle of its cell of the profile, since the
  /// profile holds no scores: where a cell is wide the limit is a rough one. The same protocol and numbers give the same
  /// limit; it takes 2000 runs, fewer where run length and cells are many.
  ///
  /// - Parameter runLength: windows to a false alarm in the mean; nil for that of the protocol.
  /// - Throws: `CUSUMSimulationError`.
  /// - Source: `cusumLimit` of the module Statistics.
  package func simulateCUSUMLimit(
    rowsPerWindow: Int, runLength: Int? = nil
  ) throws(CUSUMSimulationError) -> SimulatedCUSUMLimit {
    guard let plan = analysis.cusum else { throw .noCUSUM }
    guard let bins = scoreProfileBins else { throw .noScoreProfile }
    let target = Double(runLength ?? plan.runLength)
    let affordable = 2e7 / (target * Double(max(bins.count, 1)))
    do {
      let found = try cusumLimit(
        bins: bins, rowsPerWindow: rowsPerWindow, oddsRatio: plan.oddsRatio.value, targetRunLength: target,
        runs: Int(min(2000, affordable)), seed: 1)
      return SimulatedCUSUMLimit(
        limit: try FixedDecimal(found.limit, scale: 4),
        runLength: try FixedDecimal(found.runLength, scale: 1),
        standardError: try FixedDecimal(found.standardError, scale: 1))
    } catch { throw .simulation("\(error)") }
  }

  /// What a linter says of the protocol's limit, given the rows of a window; nil where it is high enough.
  ///
  /// - Throws: `CUSUMSimulationError`.
  package func warningOfCUSUMLimit(rowsPerWindow: Int) throws(CUSUMSimulationError) -> String? {
    let found = try simulateCUSUMLimit(rowsPerWindow: rowsPerWindow)
    guard let plan = analysis.cusum, let simulated = Double(found.limit.text), plan.limit.value < simulated
    else { return nil }
    return
      "analysis.cusum.limit \(plan.limit.text) is below \(found.limit.text), the limit simulated for a false alarm "
      + "in \(plan.runLength) windows of \(rowsPerWindow) rows: false alarms will come sooner than stated"
  }

  private var scoreProfileBins: [(rows: Int, meanScore: Double)]? {
    for profile in drift.profiles {
      guard case .score(let edges) = profile.source else { continue }
      let bounds = [0] + edges.map(\.value) + [1]
      // Cells without a row say nothing, and each costs time.
      return zip(profile.counts, zip(bounds, bounds.dropFirst()))
        .map { (rows: $0, meanScore: ($1.0 + $1.1) / 2) }
        .filter { $0.rows > 0 }
    }
    return nil
  }
}

/// Why a limit could not be simulated.
package enum CUSUMSimulationError: Error, Equatable {
  case noCUSUM
  case noScoreProfile
  /// Why, in words.
  case simulation(String)
}

extension CUSUMSimulationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noCUSUM: "the protocol has no analysis.cusum"
    case .noScoreProfile: "the protocol has no drift profile of the score, which says what scores to expect"
    case .simulation(let reason): "the limit cannot be simulated: \(reason)"
    }
  }

  /// What the author of the protocol can do.
  package var remedy: String {
    switch self {
    case .noCUSUM: "add analysis.cusum with the odds ratio to look for"
    case .noScoreProfile: "add a drift profile of the score, with counts of a dataset"
    case .simulation:
      "ask for a shorter run length, or take a profile with fewer cells and scores between 0 and 1"
    }
  }
}
