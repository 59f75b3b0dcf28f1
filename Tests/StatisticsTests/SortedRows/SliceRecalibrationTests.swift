import Statistics
import Testing

@Suite struct SliceRecalibrationTests {
  private func fits(_ sliced: SlicedRows) throws -> [RecalibrationResult?] {
    let sorted = try sliced.sorted()
    let ranks = try sorted.ranks(levels: sliced.levels, levelCount: sliced.levelCount)
    return try sorted.recalibrations(levels: sliced.levels, ranks: ranks) { $0.ranks.positives > 0 }
  }

  @Test func smallSlicesAreFittedToTheBit() throws {
    let sliced = SlicedRows.random(5000, levels: 3, seed: 21)
    for (level, fit) in try fits(sliced).enumerated() {
      #expect(try #require(fit).get() == (try recalibrate(scores: sliced.groups(of: level))))
    }
  }

  @Test(
    "a large slice's fit is that of its rows far beyond the decimals that are written",
    arguments: [(0.3, 0.8, 2.0), (-4, 1.7, 3), (2, 0.05, 0.5), (0, 1, 7), (1.5, -0.9, 2)])
  func largeSlicesAreFittedAsTheirRows(_ intercept: Double, _ slope: Double, _ spread: Double) throws {
    let sliced = SlicedRows.random(
      60_000, levels: 3, intercept: intercept, slope: slope, spread: spread, seed: 22)
    for (level, fit) in try fits(sliced).enumerated() {
      let fit = try #require(fit).get()
      let exact = try recalibrate(scores: sliced.groups(of: level))
      // Eight decimals are written, of variances of some 1e-4 twelve.
      #expect(isClose(fit.calibrationInTheLarge, exact.calibrationInTheLarge, 1e-12))
      #expect(isClose(fit.calibrationInTheLargeSE, exact.calibrationInTheLargeSE, 1e-12))
      #expect(isClose(fit.intercept, exact.intercept, 1e-12) && isClose(fit.slope, exact.slope, 1e-12))
      #expect(isClose(fit.varianceIntercept, exact.varianceIntercept, 1e-11))
      #expect(isClose(fit.covariance, exact.covariance, 1e-11))
      #expect(isClose(fit.varianceSlope, exact.varianceSlope, 1e-11))
      #expect(fit.clipped == exact.clipped && fit.iterations == exact.iterations)
    }
  }

  @Test func aSlopeTooSteepForMomentsIsFittedOnTheRows() throws {
    let sliced = SlicedRows.random(30_000, levels: 2, intercept: 1, slope: 6, spread: 0.4, seed: 23)
    for (level, fit) in try fits(sliced).enumerated() {
      let fit = try #require(fit).get()
      #expect(fit == (try recalibrate(scores: sliced.groups(of: level))) && fit.slope > 4)
    }
  }

  @Test func largeSlicesWithoutAFitSayWhy() throws {
    func rows(_ score: (Int) -> Double, _ isEvent: (Int) -> Bool) -> SlicedRows {
      SlicedRows(
        rows: (0..<10_000).map { (score($0), isEvent($0) ? .positive : .negative, 0) }, levelCount: 2)
    }
    func reason(_ sliced: SlicedRows) throws -> StatisticsError? {
      do {
        _ = try #require(try fits(sliced)[0]).get()
        return nil
      } catch let error as StatisticsError { return error }
    }
    let even = { (row: Int) in Double(row) / 10_000 }
    #expect(try reason(rows(even) { $0 % 3 == 0 }) == nil)
    #expect(try reason(rows(even) { $0 >= 5000 }) == .separation)
    #expect(try reason(rows(even) { $0 < 5000 }) == .separation)
    #expect(try reason(rows(even) { _ in true }) == .noEvents)
    // Different scores below the clip are one score to the fit.
    #expect(try reason(rows({ Double($0) * 1e-11 }) { $0 % 3 == 0 }) == .constantScore)
    // Rates of 10, 30 and 60 % inside 0.002: the slope is some hundreds.
    #expect(
      try reason(rows({ 0.5 + 0.002 * Double($0) / 10_000 }) { $0 % 10 < 1 + 5 * $0 / 10_000 })
        == .noConvergence("recalibration slope beyond 50"))
  }

  @Test func theOrderOfEqualScoresChangesNothing() throws {
    let sliced = SlicedRows.random(40_000, levels: 2, steps: 20_000, seed: 24)
    var other = sliced
    other.rows = sliced.rows.reversed()
    other.rows.sort { $0.score < $1.score }
    let places = sliced.rows.indices
    let moved = places.contains {
      sliced.rows[$0].outcome != other.rows[$0].outcome || sliced.rows[$0].level != other.rows[$0].level
    }
    #expect(moved, "ties stand in another order")
    for (one, two) in zip(try fits(sliced), try fits(other)) {
      let same = try #require(one).get() == #require(two).get()
      #expect(same)
    }
  }

  @Test func whatIsNotWantedIsNotFitted() throws {
    let sliced = SlicedRows.random(20_000, levels: 2, seed: 25)
    let sorted = try sliced.sorted()
    let ranks = try sorted.ranks(levels: sliced.levels, levelCount: 2)
    let fits = try sorted.recalibrations(levels: sliced.levels, ranks: ranks) { $0 == ranks[1] }
    #expect(fits[0] == nil && fits[1] != nil)
  }
}
