import Glibc

/// A limit of a risk-adjusted cumulative sum, found by simulation.
package struct CUSUMLimit: Sendable, Equatable {
  /// The run length is that of sums of at least this; a protocol's CUSUM signals above its limit, which differs
  /// only where a sum equals it.
  package let limit: Double
  /// The mean number of windows to a false alarm with this limit, as simulated; at least the target.
  package let runLength: Double
  /// The Monte-Carlo standard error of `runLength`.
  package let standardError: Double
}

/// The limit of a risk-adjusted cumulative sum with a stated in-control run length, by simulation.
///
/// Shape: the distribution of scores as bins (rows, mean score), the rows of a window, R and a run length in windows
/// in; a limit out. In control the scores are the true probabilities: a window draws its rows from the bins with
/// replacement and each row's outcome with the mean score of its bin. Deterministic: `SplitMix64` from `seed`, the
/// binomial numbers of a window in the order bins are given, rows before events.
///
/// A hundred pilot runs start at 0 and go on until the sum reaches log(run length) + 1, or for four run lengths, when
/// a run counts as censored; then `runs` runs go on until the sum is 0.5 above the limit of the pilot. The run length
/// of a limit is all windows over all alarms, which allows for the censored runs as for an exponential time. The
/// work is at most four times runs, target and bins, whatever the rows of a window.
///
/// exp of a window's increment has mean 1 in control, so that by Lorden's bound the run length of a limit h is at
/// least eʰ: log(run length) is always a safe limit, the simulated one is lower and finds a change sooner. Where
/// even the first positive increment comes later than the target, the limit is next to 0 and `runLength` above it.
///
/// - Throws: `StatisticsError.noTrials` when the bins hold no row; `.noVariance` when every score is 0 or 1;
///   `.countExceedsTrials` for a negative count; `.noConvergence` where the runs do not reach the target;
///   `.invalidArgument` for a score outside 0...1, a bad R, more than 1000 bins, a window of no row or too many, a
///   target outside 2...100 000, runs outside 100...100 000, or a product of runs, target and bins above 2·10⁷.
/// - Source: Steiner, Cook, Farewell & Treasure (2000), Biostatistics 1, 441–452; Lorden (1971), Ann. Math. Stat.
///   42, 1897–1908.
package func cusumLimit(
  bins: [(rows: Int, meanScore: Double)], rowsPerWindow: Int, oddsRatio: Double, targetRunLength: Double,
  runs: Int = 2000, seed: UInt64
) throws(StatisticsError) -> CUSUMLimit {
  guard targetRunLength >= 2, targetRunLength <= 100_000 else {
    throw .invalidArgument("run length outside 2...100000")
  }
  guard runs >= 100, runs <= 100_000 else { throw .invalidArgument("runs outside 100...100000") }
  let control = try InControlWindows(bins: bins, rowsPerWindow: rowsPerWindow, oddsRatio: oddsRatio)
  guard Double(runs) * targetRunLength * Double(control.bins.count) <= 2e7 else {
    throw .invalidArgument("simulation too large: fewer runs or bins")
  }
  let highest = log(targetRunLength) + 1
  let longest = Int((4 * targetRunLength).rounded(.up))
  var generator = SplitMix64(seed: seed)
  // A hundred runs say about where the limit is, so that the others need not go far beyond it: their run length is
  // good to 10 %, which is 0.1 in the limit.
  let pilot = SimulatedRuns(100, upTo: highest, longest: longest, control, &generator)
  let nearby = min(highest, (try pilot.limit(for: targetRunLength)) + 0.5)
  let simulated = SimulatedRuns(runs, upTo: nearby, longest: longest, control, &generator)
  let limit = try simulated.limit(for: targetRunLength)
  let reached = simulated.runLength(limit)
  guard reached.alarms > 0 else { throw .noConvergence("no false alarm in the simulated windows") }
  return CUSUMLimit(
    limit: limit, runLength: reached.mean, standardError: reached.mean / Double(reached.alarms).squareRoot())
}

/// Runs of the sum in control, each as far as the highest limit of interest.
private struct SimulatedRuns {
  private let highest: Double
  private var paths: [RecordPath] = []

  init(
    _ runs: Int, upTo highest: Double, longest: Int, _ control: InControlWindows,
    _ generator: inout SplitMix64
  ) {
    self.highest = highest
    for _ in 0..<runs {
      var path = RecordPath()
      var sum = 0.0
      while path.windows < longest, sum < highest {
        sum = max(0, sum + control.increment(&generator))
        path.append(sum)
      }
      paths.append(path)
    }
  }

  /// All windows over all alarms.
  func runLength(_ limit: Double) -> (mean: Double, alarms: Int) {
    var windows = 0
    var alarms = 0
    for path in paths {
      if let alarm = path.firstWindow(reaching: limit) {
        windows += alarm
        alarms += 1
      } else {
        windows += path.windows
      }
    }
    return (alarms == 0 ? .infinity : Double(windows) / Double(alarms), alarms)
  }

  /// The lowest limit whose run length is at least `target`.
  func limit(for target: Double) throws(StatisticsError) -> Double {
    guard runLength(highest).mean >= target else { throw .noConvergence("limit of the cumulative sum") }
    // More windows and fewer alarms the higher the limit: the mean rises, in steps at the records.
    var lower = 0.0
    var upper = highest
    while upper - lower > 1e-9 {
      let middle = (lower + upper) / 2
      if runLength(middle).mean < target { lower = middle } else { upper = middle }
    }
    return upper
  }
}

/// The records of one simulated sum: all that the time to any limit depends on.
private struct RecordPath {
  private(set) var windows = 0
  private var records: [(sum: Double, window: Int)] = []

  mutating func append(_ sum: Double) {
    windows += 1
    if sum > records.last?.sum ?? 0 { records.append((sum, windows)) }
  }

  func firstWindow(reaching limit: Double) -> Int? { records.first { $0.sum >= limit }?.window }
}

/// Windows of rows whose scores are their true probabilities.
private struct InControlWindows {
  struct Bin {
    /// The share of this bin among the rows of this and all later bins.
    var shareOfRest: Double
    var score: Double
    /// ln(1 − p + Rp).
    var term: Double
  }

  let bins: [Bin]
  private let rows: Int
  private let logRatio: Double

  init(
    bins given: [(rows: Int, meanScore: Double)], rowsPerWindow: Int, oddsRatio: Double
  ) throws(StatisticsError) {
    try checkOddsRatio(oddsRatio)
    try checkCount(rowsPerWindow)
    guard rowsPerWindow > 0 else { throw .invalidArgument("window without rows") }
    guard given.count <= 1000 else { throw .invalidArgument("more than 1000 bins") }
    var rest = try total(given.map(\.rows))
    guard rest > 0 else { throw .noTrials }
    var bins: [Bin] = []
    for bin in given where bin.rows > 0 {
      guard bin.meanScore >= 0, bin.meanScore <= 1 else { throw .invalidArgument("score outside 0...1") }
      bins.append(
        Bin(
          shareOfRest: Double(bin.rows) / Double(rest), score: bin.meanScore,
          term: log1p((oddsRatio - 1) * bin.meanScore)))
      rest -= bin.rows
    }
    guard bins.contains(where: { $0.score > 0 && $0.score < 1 }) else { throw .noVariance }
    self.bins = bins
    rows = rowsPerWindow
    logRatio = log1p(oddsRatio - 1)
  }

  /// One window's O ln R − Σ ln(1 − p + Rp).
  func increment(_ generator: inout SplitMix64) -> Double {
    var left = rows
    var increment = 0.0
    for bin in bins where left > 0 {
      let drawn = generator.binomial(trials: left, probability: bin.shareOfRest)
      let events = generator.binomial(trials: drawn, probability: bin.score)
      increment += Double(events) * logRatio - Double(drawn) * bin.term
      left -= drawn
    }
    return increment
  }
}
