import Statistics
import Testing

@Suite struct AUROCTests {
  @Test func matchesPROCAndScikitLearn() throws {
    let sets = try ReferenceFile("scores.json").objects("sets")
    let fits = try ReferenceFile("fits.json").objects("sets")
    for (set, fit) in zip(sets, fits) {
      let name = try set.text("name")
      let rows = try ScoredRows(set)
      let result = try auroc(try rankIntegers(sortedGroups: rows.counts))
      #expect(isClose(result.value, try set.number("auroc"), 1e-12), "scikit-learn, \(name)")
      #expect(isClose(result.value, try fit.number("auroc"), 1e-12), "pROC, \(name)")
      #expect(isClose(result.variance, try fit.number("variance"), 1e-10), "pROC, \(name)")
      #expect(result.method == .logitDeLong)
      #expect(result.interval.contains(result.value) && result.interval.width > 0)
      let precision = try averagePrecision(sortedGroups: rows.counts)
      #expect(isClose(precision, try set.number("averagePrecision"), 1e-12), "scikit-learn, \(name)")
    }
  }

  @Test func integersEqualThoseOfEveryPairCompared() throws {
    var generator = SplitMix(seed: 11)
    for _ in 0..<60 {
      let rows = ScoredRows.random(rows: 5 + Int(generator.next() % 30), levels: 9, using: &generator)
      let c = rows.positives.map { x in
        rows.negatives.reduce(Int128(0)) { $0 + ($1 < x ? 2 : $1 == x ? 1 : 0) }
      }
      let d = rows.negatives.map { x in
        rows.positives.reduce(Int128(0)) { $0 + ($1 > x ? 2 : $1 == x ? 1 : 0) }
      }
      let expected = RankIntegers(
        positives: c.count, negatives: d.count,
        sumPositive: c.reduce(0, +), sumSquaredPositive: c.reduce(0) { $0 + $1 * $1 },
        sumNegative: d.reduce(0, +), sumSquaredNegative: d.reduce(0) { $0 + $1 * $1 })
      #expect(try rankIntegers(sortedGroups: rows.counts) == expected)
    }
  }

  @Test func perfectSeparationTakesNewcombesInterval() throws {
    let integers = try ranks([(0, 15), (12, 0)])
    let result = try auroc(integers)
    #expect(result.value == 1 && result.variance == 0 && result.method == .newcombe5)
    #expect(result.interval.upper == 1)
    // The defining equation (1 − θ)² = z²θ(1 − θ)[1 + N*(1−θ)/(2−θ) + N*θ/(1+θ)]/(mn) holds at the end.
    let theta = result.interval.lower
    let size = 12.5
    let right =
      standardNormal975 * standardNormal975 * theta * (1 - theta)
      * (1 + size * (1 - theta) / (2 - theta) + size * theta / (1 + theta)) / 180
    #expect(isClose((1 - theta) * (1 - theta), right, 1e-12))
    #expect(theta > 0.5 && theta < 1)
    #expect(try newcombe5Interval(integers) == result.interval)
    #expect(throws: StatisticsError.self) { try newcombe5Interval(integers, z: 0) }

    let reversed = try auroc(try ranks([(12, 0), (0, 15)]))
    #expect(reversed.value == 0 && reversed.interval.lower == 0)
    #expect(isClose(reversed.interval.upper, 1 - theta, 1e-12))
  }

  @Test func aConstantScoreIsAHalfWithAWideInterval() throws {
    let result = try auroc(try ranks([(10, 10)]))
    #expect(result.value == 0.5 && result.variance == 0 && result.method == .newcombe5)
    #expect(isClose(result.interval.lower + result.interval.upper, 1, 1e-14))
    #expect(result.interval.lower < 0.35)
  }

  @Test func aSingleRowOfAClassIsRefused() throws {
    for counts in [[(1, 5)], [(5, 1)], [(0, 0)], [(0, 9)], []] {
      let integers = try ranks(counts)
      #expect(throws: StatisticsError.tooFewObservations(required: 2)) { try auroc(integers) }
    }
  }

  @Test func negativeAndOversizedCountsAreRefused() {
    #expect(throws: StatisticsError.countExceedsTrials) {
      try ranks([(3, -1)])
    }
    #expect(throws: StatisticsError.self) {
      try ranks([(.max, 1), (1, 1)])
    }
    #expect(throws: StatisticsError.self) {
      try averagePrecision(sortedGroups: [(positives: Int.max, negatives: 1), (positives: 1, negatives: 1)])
    }
    #expect(throws: StatisticsError.noEvents) { try averagePrecision(sortedGroups: [(0, 4)]) }
  }

  @Test func integersThatNoRowsHaveAreRefused() throws {
    let good = try ranks([(1, 3), (2, 2), (3, 1)])
    #expect(try auroc(good).value > 0.5)
    func isRefused(_ change: (inout RankIntegers) -> Void) -> Bool {
      var bad = good
      change(&bad)
      return (try? auroc(bad)) == nil
    }
    #expect(isRefused { $0.sumPositive += 1 })
    #expect(
      isRefused {
        $0.sumNegative = -1; $0.sumPositive = -1
      })
    #expect(
      isRefused {
        $0.sumPositive = .max; $0.sumNegative = .max
      })
    #expect(isRefused { $0.sumSquaredPositive = 0 })
    #expect(isRefused { $0.sumSquaredNegative = .max })
    #expect(isRefused { $0.sumSquaredPositive = .min })
    #expect(isRefused { $0.positives = .max })
    #expect(isRefused { $0.negatives = -4 })
  }

  @Test func theLargestLegalClassesDoNotOverflow() throws {
    let half = maximumRowCount / 2
    let integers = try ranks([
      (half / 2, half / 2), (half / 2, half / 4),
    ])
    let result = try auroc(integers)
    // Half of the positives tie with ⅔ of the negatives; the others beat those and tie with the last third.
    #expect(isClose(result.value, 0.5 * (0.5 * 2 / 3) + 0.5 * (2.0 / 3 + 0.5 / 3), 1e-8))
    #expect(result.variance > 0)
  }
}
