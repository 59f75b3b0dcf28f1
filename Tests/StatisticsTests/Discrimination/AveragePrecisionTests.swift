import Statistics
import Testing

@Suite struct AveragePrecisionTests {
  @Test func matchesScikitLearnWithTies() throws {
    for set in try ReferenceFile("paired.json").objects("scores") {
      let rows = ScoredRows(scores: try set.numbers("candidate"), labels: try set.integers("labels"))
      let value = try averagePrecision(sortedGroups: rows.counts)
      #expect(isClose(value, try set.number("averagePrecision"), 1e-12))
    }
  }

  @Test func intervalsMatchThirtyDigits() throws {
    for row in try ReferenceFile("paired.json").table("precisionIntervals") {
      let positives = try #require(Int(exactly: row[1]))
      let interval = try averagePrecisionInterval(row[0], positives: positives)
      #expect(isClose(interval.lower, row[2], 1e-12) && isClose(interval.upper, row[3], 1e-12))
    }
    #expect(throws: StatisticsError.noVariance) { try averagePrecisionInterval(1, positives: 5) }
    #expect(throws: StatisticsError.noEvents) { try averagePrecisionInterval(0.5, positives: 0) }
    for value in [0, -1, 1.5, .nan] {
      #expect(throws: StatisticsError.self) { try averagePrecisionInterval(value, positives: 5) }
    }
  }

  @Test func boundsOfLargeCountsMatchTheDigammaFunction() throws {
    for row in try ReferenceFile("paired.json").objects("precisionBounds") {
      let negatives = try row.integers("negatives")
      let intervals = try row.integers("positives").enumerated().map { ($1, negatives[$0]) }
      let bounds = try averagePrecisionBounds(intervals)
      #expect(isClose(bounds.lower, try row.number("lower"), 1e-12))
      #expect(isClose(bounds.upper, try row.number("upper"), 1e-12))
    }
  }

  @Test func boundsHoldTheTruthOfPooledRowsAndAreReached() throws {
    var generator = SplitMix(seed: 61)
    for round in 0..<150 {
      let rows = ScoredRows.random(rows: 12 + round, levels: 40, using: &generator)
      let edges = Set((0..<(1 + generator.next() % 9)).map { _ in Double(generator.next() % 40) / 40 })
        .sorted()
      var intervals = Array(repeating: (positives: 0, negatives: 0), count: edges.count + 1)
      // Inside an interval: first all positives tied on top, then negatives on top and no ties.
      var best: [(positives: Int, negatives: Int)] = []
      var worst: [(positives: Int, negatives: Int)] = []
      for (score, label) in zip(rows.scores, rows.labels) {
        let index = edges.count(where: { $0 <= score })
        intervals[index].positives += label
        intervals[index].negatives += 1 - label
      }
      for interval in intervals {
        best += [(0, interval.negatives), (interval.positives, 0)]
        worst += Array(repeating: (1, 0), count: interval.positives) + [(0, interval.negatives)]
      }
      let bounds = try averagePrecisionBounds(intervals)
      let truth = try averagePrecision(sortedGroups: rows.counts)
      #expect(bounds.lower <= truth + 1e-12 && truth <= bounds.upper + 1e-12, "round \(round)")
      #expect(isClose(bounds.upper, try averagePrecision(sortedGroups: best), 1e-12))
      #expect(isClose(bounds.lower, try averagePrecision(sortedGroups: worst), 1e-12))
    }
  }

  @Test func boundsOfDamagedCountsAreRefused() {
    #expect(throws: StatisticsError.noEvents) { try averagePrecisionBounds([]) }
    #expect(throws: StatisticsError.noEvents) { try averagePrecisionBounds([(0, 5)]) }
    #expect(throws: StatisticsError.countExceedsTrials) { try averagePrecisionBounds([(-1, 5)]) }
    #expect(throws: StatisticsError.self) { try averagePrecisionBounds([(.max, 5), (1, 1)]) }
    #expect(throws: Never.self) { try averagePrecisionBounds([(maximumRowCount, maximumRowCount)]) }
    #expect(throws: StatisticsError.self) {
      try averagePrecisionBounds(Array(repeating: (1, 1), count: 100_001))
    }
  }
}
