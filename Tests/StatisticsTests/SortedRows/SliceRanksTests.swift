import Statistics
import Testing

@Suite struct SliceRanksTests {
  @Test("every slice's ranks and precision are those of its own rows", arguments: [10, 97, 100_000])
  func slicesAreThoseOfTheirOwnRows(_ steps: Double) throws {
    let sliced = SlicedRows.random(3000, levels: 4, steps: steps, seed: 5)
    let found = try sliced.sorted().ranks(levels: sliced.levels, levelCount: 5)
    for level in 0..<4 {
      let groups = sliced.groups(of: level)
      let counts = groups.map { (positives: $0.positives, negatives: $0.negatives) }
      #expect(found[level].ranks == (try rankIntegers(sortedGroups: counts)))
      // To the bit: the terms are the same and in the same order.
      #expect(found[level].averagePrecision == (try averagePrecision(sortedGroups: counts)))
      #expect(found[level].distinctScores == groups.count)
    }
    #expect(found[4].ranks == (try rankIntegers(sortedGroups: [])))
    #expect(found[4].averagePrecision == nil && found[4].distinctScores == 0)
  }

  @Test func oneClassHasNoPrecisionOrAWholeOne() throws {
    let negatives = try SortedScores(scores: [0.1, 0.2, 0.2], outcomes: [.negative, .negative, .unknown])
    let none = try #require(try negatives.ranks(levels: [0, 0, 0], levelCount: 1).first)
    #expect(none.averagePrecision == nil && none.ranks.negatives == 2 && none.ranks.positives == 0)
    let positives = try SortedScores(scores: [0.1, 0.2], outcomes: [.positive, .positive])
    let whole = try #require(try positives.ranks(levels: [0, 0], levelCount: 1).first)
    #expect(whole.averagePrecision == 1 && whole.ranks.sumPositive == 0)
  }

  @Test func placementsOfManyRowsDoNotWrap() throws {
    // 60,000 positives above 60,000 negatives: squares sum to 8.6·10¹⁴, placements to 7.2·10⁹.
    let half = 60_000
    let sorted = try SortedScores(
      scores: (0..<2 * half).map { Double($0) / Double(2 * half) },
      outcomes: (0..<2 * half).map { $0 < half ? .negative : .positive })
    let found = try sorted.ranks(levels: Array(repeating: 0, count: 2 * half), levelCount: 1)
    let expected = try rankIntegers(
      sortedGroups: (0..<2 * half).map { (positives: $0 < half ? 0 : 1, negatives: $0 < half ? 1 : 0) })
    #expect(found.first?.ranks == expected)
  }

  @Test func rowsThatDoNotAscendAreRefused() throws {
    let none: [SortedScores.RowOutcome] = [.unknown, .unknown]
    #expect(try SortedScores(scores: [0, 1], outcomes: none).count == 2)
    for scores in [[0.2, 0.1], [0.5, 1.5], [-0.5, 0.5], [.nan, 0.5], [0.5, .nan]] {
      #expect(throws: StatisticsError.self) { try SortedScores(scores: scores, outcomes: none) }
    }
    #expect(throws: StatisticsError.self) { try SortedScores(scores: [0.5], outcomes: none) }
  }

  @Test func levelsOfOtherRowsAreRefused() throws {
    let sorted = try SortedScores(scores: [0.1, 0.2], outcomes: [.positive, .negative])
    #expect(try sorted.ranks(levels: [0, 1], levelCount: 2).count == 2)
    #expect(throws: StatisticsError.self) { try sorted.ranks(levels: [0], levelCount: 2) }
    #expect(throws: StatisticsError.self) { try sorted.ranks(levels: [0, 2], levelCount: 2) }
    let ranks = try sorted.ranks(levels: [0, 1], levelCount: 2)
    #expect(throws: StatisticsError.self) {
      try sorted.recalibrations(levels: [0, 2], ranks: ranks) { _ in true }
    }
  }
}
