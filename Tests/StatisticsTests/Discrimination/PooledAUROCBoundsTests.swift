import Statistics
import Testing

@Suite struct PooledAUROCBoundsTests {
  /// One interval of one site: positions of its edges, and rows.
  private struct Bin {
    var from: Int
    var to: Int
    var positives = 0
    var negatives = 0
  }

  private func bounds(_ bins: [Bin], edges: Int) throws(StatisticsError) -> Interval {
    var positive = (from: Array(repeating: 0, count: edges), to: Array(repeating: 0, count: edges))
    var negative = positive
    for bin in bins {
      positive.from[bin.from] += bin.positives
      positive.to[bin.to] += bin.positives
      negative.from[bin.from] += bin.negatives
      negative.to[bin.to] += bin.negatives
    }
    return try pooledAUROCBounds(
      positiveFrom: positive.from, positiveTo: positive.to, negativeFrom: negative.from,
      negativeTo: negative.to)
  }

  /// The rule of the sweep, written as the double loop over pairs of bins.
  private func bruteForce(_ bins: [Bin]) -> Interval {
    var lower = 0.0
    var upper = 0.0
    var pairs = 0.0
    for p in bins {
      for n in bins {
        let weight = Double(p.positives * n.negatives)
        pairs += weight
        lower += p.from >= n.to ? weight : 0
        upper += p.to > n.from ? weight : 0
      }
    }
    return Interval(lower: lower / pairs, upper: upper / pairs)
  }

  private func bins(_ rows: ScoredRows, edges: [Int]) -> [Bin] {
    var bins = zip(edges, edges.dropFirst()).map { Bin(from: $0, to: $1) }
    for (score, label) in zip(rows.scores, rows.labels) {
      let index = bins.lastIndex { Double($0.from) / 10 <= score } ?? 0
      bins[index].positives += label
      bins[index].negatives += 1 - label
    }
    return bins
  }

  @Test func boundsContainTheTruthAndMatchEveryPairOfBins() throws {
    var generator = SplitMix(seed: 2)
    for round in 0..<80 {
      var sites: [ScoredRows] = []
      var all: [Bin] = []
      for _ in 0...(round % 4) {
        var rows = ScoredRows.random(rows: 25, levels: 10, using: &generator)
        rows.scores = rows.scores.map { $0 == 0.9 ? 1 : $0 }
        let cuts = Set((0..<(1 + generator.next() % 6)).map { _ in Int(1 + generator.next() % 9) })
        all += bins(rows, edges: [0] + cuts.sorted() + [10])
        sites.append(rows)
      }
      let pooled = ScoredRows(scores: sites.flatMap(\.scores), labels: sites.flatMap(\.labels))
      let truth = try auroc(try rankIntegers(sortedGroups: pooled.counts)).value
      let found = try bounds(all, edges: 11)
      #expect(found.contains(truth), "round \(round): \(found) without \(truth)")
      let expected = bruteForce(all)
      #expect(isClose(found.lower, expected.lower, 1e-13) && isClose(found.upper, expected.upper, 1e-13))
    }
  }

  @Test func oneBinSaysNothingAndSeparateBinsSayEverything() throws {
    #expect(
      try bounds([Bin(from: 0, to: 1, positives: 4, negatives: 6)], edges: 2) == Interval(lower: 0, upper: 1))
    let apart = [Bin(from: 0, to: 1, negatives: 3), Bin(from: 1, to: 2, positives: 2)]
    #expect(try bounds(apart, edges: 3) == Interval(lower: 1, upper: 1))
    let turned = [Bin(from: 0, to: 1, positives: 3), Bin(from: 1, to: 2, negatives: 2)]
    #expect(try bounds(turned, edges: 3) == Interval(lower: 0, upper: 0))
  }

  @Test func damagedCountsAreRefused() {
    func error(
      _ positiveFrom: [Int], _ positiveTo: [Int], _ negativeFrom: [Int], _ negativeTo: [Int]
    ) -> StatisticsError? {
      do {
        _ = try pooledAUROCBounds(
          positiveFrom: positiveFrom, positiveTo: positiveTo, negativeFrom: negativeFrom,
          negativeTo: negativeTo)
      } catch { return error }
      return nil
    }
    #expect(error([2, 0], [0, 2], [2, 0], [0, 2]) == nil)
    #expect(error([0, 0], [0, 0], [2, 0], [0, 2]) == .noEvents)
    #expect(error([2, 0], [0, 2], [0, 0], [0, 0]) == .noEvents)
    #expect(error([2, 0], [0, 2], [-1, 3], [0, 2]) == .countExceedsTrials)
    #expect(error([.max, 0], [0, .max], [2, 0], [0, 2]) != nil)
    // An interval with one end only.
    #expect(error([2, 0], [0, 1], [2, 0], [0, 2]) != nil)
    #expect(error([2, 0], [0, 2, 0], [2, 0], [0, 2]) != nil)
    #expect(error([], [], [], []) == .noEvents)
  }
}
