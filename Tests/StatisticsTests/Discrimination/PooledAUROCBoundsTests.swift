import Statistics
import Testing

@Suite struct PooledAUROCBoundsTests {
  /// The rule of the sweep, written as the double loop over pairs of bins.
  private func bruteForce(_ histograms: [[HistogramBin]]) -> Interval {
    let bins = histograms.flatMap { $0 }
    var lower = 0.0
    var upper = 0.0
    var pairs = 0.0
    for p in bins {
      for n in bins {
        let weight = Double(p.positives * n.negatives)
        pairs += weight
        lower +=
          weight
          * (p.lower > n.upper || (p.lower == n.upper && !n.closedAbove) ? 1 : p.lower == n.upper ? 0.5 : 0)
        upper += weight * (p.upper > n.lower ? 1 : p.upper == n.lower && p.closedAbove ? 0.5 : 0)
      }
    }
    return Interval(lower: lower / pairs, upper: upper / pairs)
  }

  private func histogram(_ rows: ScoredRows, edges: [Double]) -> [HistogramBin] {
    var bins = zip(edges, edges.dropFirst()).map {
      HistogramBin(lower: $0, upper: $1, closedAbove: $1 == edges.last, positives: 0, negatives: 0)
    }
    for (score, label) in zip(rows.scores, rows.labels) {
      let index = bins.lastIndex { $0.lower <= score } ?? 0
      bins[index].positives += label
      bins[index].negatives += 1 - label
    }
    return bins
  }

  @Test func boundsContainTheTruthAndMatchEveryPairOfBins() throws {
    var generator = SplitMix(seed: 2)
    for round in 0..<80 {
      var sites: [ScoredRows] = []
      var histograms: [[HistogramBin]] = []
      for _ in 0...(round % 4) {
        var rows = ScoredRows.random(rows: 25, levels: 10, using: &generator)
        rows.scores = rows.scores.map { $0 == 0.9 ? 1 : $0 }
        let cuts = Set((0..<(1 + generator.next() % 6)).map { _ in Double(1 + generator.next() % 9) / 10 })
        histograms.append(histogram(rows, edges: [0] + cuts.sorted() + [1]))
        sites.append(rows)
      }
      let all = ScoredRows(scores: sites.flatMap(\.scores), labels: sites.flatMap(\.labels))
      let truth = try auroc(try rankIntegers(sortedGroups: all.counts)).value
      let bounds = try pooledAUROCBounds(histograms)
      #expect(bounds.contains(truth), "round \(round): \(bounds) without \(truth)")
      let expected = bruteForce(histograms)
      #expect(isClose(bounds.lower, expected.lower, 1e-13) && isClose(bounds.upper, expected.upper, 1e-13))
    }
  }

  @Test func oneBinSaysNothingAndPointBinsSayEverything() throws {
    let one = HistogramBin(lower: 0, upper: 1, closedAbove: true, positives: 4, negatives: 6)
    #expect(try pooledAUROCBounds([[one]]) == Interval(lower: 0, upper: 1))
    let points = [0.2, 0.4].map {
      HistogramBin(lower: $0, upper: $0, closedAbove: true, positives: 1, negatives: 1)
    }
    #expect(try pooledAUROCBounds([points]) == Interval(lower: 0.5, upper: 0.5))
  }

  @Test func aSharedClosedEdgeCountsAsATie() throws {
    // The negative may score 1 exactly, so the positive at 1 is not surely above it.
    let negative = HistogramBin(lower: 0.5, upper: 1, closedAbove: true, positives: 0, negatives: 1)
    let positive = HistogramBin(lower: 1, upper: 1, closedAbove: true, positives: 1, negatives: 0)
    #expect(try pooledAUROCBounds([[negative], [positive]]) == Interval(lower: 0.5, upper: 1))
    var open = negative
    open.closedAbove = false
    #expect(try pooledAUROCBounds([[open], [positive]]) == Interval(lower: 1, upper: 1))
  }

  @Test func tenThousandBinsAreFast() throws {
    let bins = (0..<10_000).map {
      HistogramBin(
        lower: Double($0) / 10_000, upper: Double($0 + 1) / 10_000, closedAbove: $0 == 9_999,
        positives: $0 % 3,
        negatives: $0 % 5)
    }
    let bounds = try pooledAUROCBounds(Array(repeating: bins, count: 5))
    #expect(bounds.lower < bounds.upper && bounds.width < 3e-4)
  }

  @Test func damagedBinsAreRefused() {
    let good = HistogramBin(lower: 0, upper: 1, closedAbove: true, positives: 2, negatives: 2)
    func error(_ change: (inout HistogramBin) -> Void) -> StatisticsError? {
      var bin = good
      change(&bin)
      do { _ = try pooledAUROCBounds([[bin]]) } catch { return error }
      return nil
    }
    #expect(error { _ in } == nil)
    #expect(error { $0.positives = 0 } == .noEvents)
    #expect(error { $0.negatives = 0 } == .noEvents)
    #expect(error { $0.negatives = -1 } == .countExceedsTrials)
    #expect(error { $0.positives = .max } != nil)
    #expect(error { $0.lower = 2 } != nil)
    #expect(
      error {
        $0.lower = 1; $0.closedAbove = false
      } != nil)
    #expect(error { $0.upper = .nan } != nil)
    #expect(throws: StatisticsError.noEvents) { try pooledAUROCBounds([]) }
  }
}
