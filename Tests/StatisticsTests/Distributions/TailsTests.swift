import Statistics
import Testing

/// Both tails and their quantiles, from one half down to 1e-300, against 60 digits.
///
/// The plan asks for 1e-13; the worst error over these grids is 1e-14, so twice that is allowed.
@Suite struct TailsTests {
  private let tolerance = 2e-14
  private let reference: ReferenceFile

  init() throws { reference = try ReferenceFile("tails.json") }

  private func isExact(_ actual: Double, _ expected: Double) -> Bool {
    isClose(actual, expected, tolerance, floor: 0)
  }

  @Test func logGammaIsExactAtItsZerosToo() throws {
    for row in try reference.exactTable("logGamma") {
      #expect(isExact(try logGamma(row[0]), row[1]), "at \(row[0])")
    }
    #expect(try logGamma(1) == 0 && logGamma(2) == 0)
    for x in [0, -1, Double.nan, .infinity] {
      #expect(throws: StatisticsError.self) { try logGamma(x) }
    }
  }

  @Test func normalTailsKeepTheirDigits() throws {
    for row in try reference.exactTable("normalSurvival") {
      #expect(isExact(normalSurvival(row[0]), row[1]), "above \(row[0])")
      #expect(normalCumulative(-row[0]) == normalSurvival(row[0]))
    }
    for row in try reference.exactTable("normalQuantile") {
      #expect(isExact(normalQuantile(row[0]), row[1]), "p \(row[0])")
    }
    #expect(normalSurvival(.infinity) == 0 && normalSurvival(-.infinity) == 1 && normalSurvival(.nan).isNaN)
  }

  @Test func studentTailsKeepTheirDigits() throws {
    for row in try reference.exactTable("studentTSurvival") {
      #expect(isExact(try studentTSurvival(row[0], degreesOfFreedom: row[1]), row[2]), "\(row)")
      #expect(isExact(try studentTCumulative(-row[0], degreesOfFreedom: row[1]), row[2]), "\(row)")
    }
    for row in try reference.exactTable("studentTQuantile") {
      #expect(isExact(try studentTQuantile(row[0], degreesOfFreedom: row[1]), row[2]), "\(row)")
    }
  }

  @Test func chiSquaredTailsKeepTheirDigits() throws {
    for row in try reference.exactTable("chiSquared") {
      #expect(isExact(try chiSquaredCumulative(row[0], degreesOfFreedom: row[1]), row[2]), "\(row)")
      #expect(isExact(try chiSquaredSurvival(row[0], degreesOfFreedom: row[1]), row[3]), "\(row)")
    }
    for row in try reference.exactTable("chiSquaredQuantile") {
      let quantile = try chiSquaredQuantile(
        row[0], tail: row[1] == 0 ? .lower : .upper, degreesOfFreedom: row[2])
      #expect(isExact(quantile, row[3]), "\(row)")
    }
  }

  @Test func betaTailsKeepTheirDigitsForABillionRows() throws {
    for row in try reference.exactTable("beta") {
      let lower = try regularizedIncompleteBeta(row[0], row[1], row[2])
      let upper = try regularizedIncompleteBeta(row[0], tail: .upper, row[1], row[2])
      #expect(isExact(lower, row[3]), "\(row)")
      #expect(isExact(upper, row[4]), "\(row)")
    }
    for row in try reference.exactTable("betaQuantile") {
      let quantile = try betaQuantile(row[0], tail: row[1] == 0 ? .lower : .upper, row[2], row[3])
      #expect(isExact(quantile, row[4]), "\(row)")
    }
  }

  @Test func quantilesUndoTailsForABillionRows() throws {
    // Shapes too large for the reference: the tail of the quantile is p, as far as x can say.
    for (a, b) in [(1e9, 0.5), (12.0, 1e9), (1e9, 1e6), (4e8, 1e9)] {
      for p in [1e-200, 1e-6, 0.025, 0.4] {
        let x = try betaQuantile(p, tail: .lower, a, b)
        let below = try regularizedIncompleteBeta(x.nextDown, a, b)
        let above = try regularizedIncompleteBeta(x.nextUp, a, b)
        #expect(below <= p * (1 + 1e-13) && above >= p * (1 - 1e-13), "\(p) of \(a), \(b)")
      }
    }
  }

  @Test func quantilesBelowTheSmallestNumbersAreRefused() {
    // The lower 1e-300 quantile with one degree of freedom is near 1e-600.
    #expect(throws: StatisticsError.self) { try chiSquaredQuantile(1e-300, degreesOfFreedom: 1) }
    #expect(throws: StatisticsError.self) { try betaQuantile(1e-300, tail: .lower, 0.5, 3) }
    #expect(throws: StatisticsError.self) { try betaQuantile(0, tail: .upper, 1, 1) }
    #expect(throws: StatisticsError.self) { try betaQuantile(.nan, tail: .upper, 1, 1) }
    #expect(throws: StatisticsError.self) { try chiSquaredSurvival(-1, degreesOfFreedom: 3) }
  }
}
