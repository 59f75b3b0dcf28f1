import Statistics
import Testing

@Suite struct PairedAUROCTests {
  private typealias Row = (candidate: Double, baseline: Double, hasOutcome: Bool)

  private func rows(_ set: ReferenceObject) throws -> [Row] {
    let candidate = try set.numbers("candidate")
    let baseline = try set.numbers("baseline")
    return try set.integers("labels").enumerated().map { (candidate[$0], baseline[$0], $1 == 1) }
  }

  @Test func matchesTheTestOfPROC() throws {
    let sets = try ReferenceFile("paired.json").objects("scores")
    let areas = try ReferenceFile("paired_areas.json").objects("areas")
    for (set, expected) in zip(sets, areas) {
      let name = try set.text("name")
      let ranks = try pairedRankIntegers(rows(set))
      #expect(ranks.crossPositive == Int128(try set.number("crossPositive")), "\(name)")
      #expect(ranks.crossNegative == Int128(try set.number("crossNegative")), "\(name)")
      let result = try pairedAUROC(ranks)
      #expect(isClose(result.candidate.value, try expected.number("candidate"), 1e-12), "\(name)")
      #expect(isClose(result.baseline.value, try expected.number("baseline"), 1e-12), "\(name)")
      #expect(isClose(result.candidate.variance, try expected.number("candidateVariance"), 1e-10), "\(name)")
      #expect(isClose(result.baseline.variance, try expected.number("baselineVariance"), 1e-10), "\(name)")
      #expect(isClose(result.covariance, try expected.number("covariance"), 1e-9), "\(name)")
      #expect(isClose(result.z, try expected.number("z"), 1e-9), "\(name)")
      #expect(isClose(result.pValue, try expected.number("pValue"), 1e-9), "\(name)")
      let interval = try #require(result.difference.interval)
      let limits = try expected.numbers("interval")
      #expect(isClose(interval.lower, limits[0], 1e-9) && isClose(interval.upper, limits[1], 1e-9), "\(name)")
    }
  }

  @Test func eachModelAloneHasTheIntegersOfTheUnpairedFunction() throws {
    for set in try ReferenceFile("paired.json").objects("scores") {
      let labels = try set.integers("labels")
      let paired = try pairedRankIntegers(rows(set))
      for (scores, expected) in [("candidate", paired.candidate), ("baseline", paired.baseline)] {
        let alone = ScoredRows(scores: try set.numbers(scores), labels: labels)
        #expect(try rankIntegers(sortedGroups: alone.counts) == expected)
      }
    }
  }

  @Test func theOrderOfRowsDoesNotMatter() throws {
    var generator = SplitMix(seed: 17)
    let set = try #require(try ReferenceFile("paired.json").objects("scores").first)
    let rows = try rows(set)
    let expected = try pairedRankIntegers(rows)
    for _ in 0..<5 { #expect(try pairedRankIntegers(rows.shuffled(using: &generator)) == expected) }
  }

  @Test func equalModelsHaveNoVarianceAndARealPairPassesTheCheck() throws {
    let rows: [Row] = [(0.1, 0.1, false), (0.4, 0.4, true), (0.4, 0.4, false), (0.9, 0.9, true)]
    let ranks = try pairedRankIntegers(rows)
    try ranks.check()
    #expect(throws: StatisticsError.noVariance) { try pairedAUROC(ranks) }
    #expect(throws: StatisticsError.tooFewObservations(required: 2)) {
      try pairedRankIntegers([(0.1, 0.2, true), (0.3, 0.2, false)]).check()
    }
    #expect(throws: StatisticsError.self) { try pairedRankIntegers([(0.1, .nan, true)]) }
    #expect(throws: StatisticsError.self) { try pairedRankIntegers([(0.1, 1.5, true)]) }
    #expect(try pairedRankIntegers([]).crossPositive == 0)
  }

  @Test func integersOfRowsAreNeverRefusedAndDamagedOnesAre() throws {
    var generator = SplitMix(seed: 4)
    for round in 0..<400 {
      let levels = Double(2 + generator.next() % 6)
      let rows: [Row] = (0..<(4 + round % 13)).map { row in
        (
          (Double(generator.next() % UInt64(levels)) / levels),
          Double(generator.next() % UInt64(levels)) / levels,
          row < 2 || (row > 3 && generator.next() % 2 == 0)
        )
      }
      let ranks = try pairedRankIntegers(rows)
      #expect(throws: Never.self) { try ranks.check() }
      // Beyond the Cauchy–Schwarz bound of its class, whichever way.
      for sign in [-1, 1] as [Int128] {
        var damaged = ranks
        damaged.crossPositive +=
          sign
          * (1 + Int128(4 * ranks.candidate.positives * ranks.candidate.negatives * ranks.candidate.negatives))
        #expect(throws: StatisticsError.self) { try damaged.check() }
      }
      var other = ranks
      other.baseline.positives += 1
      #expect(throws: StatisticsError.self) { try other.check() }
    }
  }

  @Test func theCheckIsTheExactInequality() throws {
    // Placements 0, 2 and 4 in both models: the products sum to 20 in the same order, to 4 in the opposite one.
    let one = RankIntegers(
      positives: 3, negatives: 2, sumPositive: 6, sumSquaredPositive: 20, sumNegative: 6,
      sumSquaredNegative: 20)
    func check(_ cross: Int128) -> StatisticsError? {
      let ranks = PairedRankIntegers(candidate: one, baseline: one, crossPositive: cross, crossNegative: 20)
      do { try ranks.check() } catch { return error }
      return nil
    }
    #expect(check(20) == nil && check(4) == nil)
    #expect(check(21) == .inconsistentSums("paired placements not positive semidefinite"))
    #expect(check(3) == .inconsistentSums("paired placements not positive semidefinite"))
    #expect(check(-1) == .inconsistentSums("paired placements out of range"))
    #expect(check(.max) != nil && check(.min) != nil)
  }

  @Test func integersFromElsewhereNeverTrap() {
    let extremes: [Int128] = [0, 1, 2, 4, 6, 20, -1, .max, .min, 1 << 63, 1 << 95, 1 << 126, 1 << 31]
    var generator = SplitMix(seed: 77)
    func wide() -> Int128 { extremes[Int(generator.next() % UInt64(extremes.count))] }
    func count() -> Int { [2, 3, 5, 0, -1, .max, .min, maximumRowCount][Int(generator.next() % 8)] }
    func ranks(_ positives: Int, _ negatives: Int) -> RankIntegers {
      let sum = wide()
      return RankIntegers(
        positives: positives, negatives: negatives, sumPositive: sum, sumSquaredPositive: wide(),
        sumNegative: sum,
        sumSquaredNegative: wide())
    }
    for _ in 0..<30_000 {
      let (positives, negatives) = (count(), count())
      let paired = PairedRankIntegers(
        candidate: ranks(positives, negatives), baseline: ranks(positives, negatives), crossPositive: wide(),
        crossNegative: wide())
      if let result = try? pairedAUROC(paired) {
        #expect(result.variance > 0 && result.pValue >= 0 && result.pValue <= 1)
      }
    }
  }

  @Test func theLargestClassesFit() throws {
    // All of them ranked alike by the candidate, and by the baseline the other way about.
    let m = Int128(maximumRowCount)
    func ranks(_ placement: Int128) -> RankIntegers {
      RankIntegers(
        positives: maximumRowCount, negatives: maximumRowCount, sumPositive: placement * m,
        sumSquaredPositive: placement * placement * m, sumNegative: placement * m,
        sumSquaredNegative: placement * placement * m)
    }
    let same = PairedRankIntegers(
      candidate: ranks(2 * m), baseline: ranks(2 * m), crossPositive: 4 * m * m * m,
      crossNegative: 4 * m * m * m)
    #expect(throws: Never.self) { try same.check() }
    let opposed = PairedRankIntegers(
      candidate: ranks(2 * m), baseline: ranks(0), crossPositive: 0, crossNegative: 0)
    #expect(throws: Never.self) { try opposed.check() }
    #expect(throws: StatisticsError.self) { try pairedAUROC(opposed) }
  }
}
