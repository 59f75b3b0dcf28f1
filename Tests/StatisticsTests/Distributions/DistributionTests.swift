import Testing

import Statistics

/// Expected numbers were computed with mpmath in 30 digits.
@Suite struct DistributionTests {
  private let reference: ReferenceFile

  init() throws { reference = try ReferenceFile("distributions.json") }

  @Test func normalQuantileMatchesThirtyDigits() throws {
    for row in try reference.table("normalQuantile") {
      #expect(isClose(normalQuantile(row[0]), row[1], 1e-14, floor: 0), "p \(row[0])")
    }
    #expect(isClose(normalQuantile(0.975), standardNormal975, 2.3e-16, floor: 0))
  }

  @Test func normalCumulativeMatchesThirtyDigits() throws {
    // Far in the tail half a unit in the last place of x moves the result by x² units.
    for row in try reference.table("normalCumulative") {
      #expect(
        isClose(normalCumulative(row[0]), row[1], 3e-16 * (1 + row[0] * row[0]), floor: 0), "x \(row[0])")
    }
  }

  @Test func studentTMatchesThirtyDigits() throws {
    for row in try reference.table("studentTQuantile") {
      let quantile = try studentTQuantile(row[0], degreesOfFreedom: row[1])
      #expect(isClose(quantile, row[2], 1e-13, floor: 0), "p \(row[0]), \(row[1]) degrees of freedom")
    }
    for row in try reference.table("studentTCumulative") {
      let cumulative = try studentTCumulative(row[0], degreesOfFreedom: row[1])
      #expect(isClose(cumulative, row[2], 1e-13, floor: 0), "t \(row[0]), \(row[1]) degrees of freedom")
    }
  }

  @Test func studentTAgreesWithTheNormalForManyDegreesOfFreedom() throws {
    // The first correction is (z³ + z)/4ν (Abramowitz & Stegun 26.7.5), the next of order ν⁻².
    let z = standardNormal975
    let quantile = try studentTQuantile(0.975, degreesOfFreedom: 1e9)
    #expect(isClose(quantile, z + (z * z * z + z) / 4e9, 1e-13))
    #expect(try studentTQuantile(0.5, degreesOfFreedom: 3) == 0)
  }

  @Test func chiSquaredMatchesThirtyDigits() throws {
    for row in try reference.table("chiSquaredQuantile") {
      let quantile = try chiSquaredQuantile(row[0], degreesOfFreedom: row[1])
      #expect(isClose(quantile, row[2], 2e-13, floor: 0), "p \(row[0]), \(row[1]) degrees of freedom")
    }
    for row in try reference.table("chiSquaredCumulative") {
      let cumulative = try chiSquaredCumulative(row[0], degreesOfFreedom: row[1])
      #expect(isClose(cumulative, row[2], 1e-13, floor: 1e-300), "x \(row[0]), \(row[1]) degrees of freedom")
    }
  }

  @Test func incompleteBetaMatchesThirtyDigits() throws {
    for row in try reference.table("incompleteBeta") {
      let value = try regularizedIncompleteBeta(row[0], row[1], row[2])
      // Far in a tail an error of x is magnified by the larger shape.
      let tolerance = 1e-14 * (10 + max(row[1], row[2]) / 10)
      #expect(isClose(value, row[3], tolerance, floor: 0), "I at \(row[0]) of \(row[1]), \(row[2])")
    }
  }

  @Test func argumentsOutsideTheDomainAreRefused() {
    for p in [-0.1, 0, 1, 1.5, Double.nan] {
      #expect(throws: StatisticsError.self) { try studentTQuantile(p, degreesOfFreedom: 3) }
      #expect(throws: StatisticsError.self) { try chiSquaredQuantile(p, degreesOfFreedom: 3) }
    }
    for degreesOfFreedom in [-1, 0, Double.nan, .infinity] {
      #expect(throws: StatisticsError.self) { try studentTQuantile(0.9, degreesOfFreedom: degreesOfFreedom) }
      #expect(throws: StatisticsError.self) { try studentTCumulative(1, degreesOfFreedom: degreesOfFreedom) }
      #expect(throws: StatisticsError.self) {
        try chiSquaredQuantile(0.9, degreesOfFreedom: degreesOfFreedom)
      }
    }
    #expect(throws: StatisticsError.self) { try chiSquaredCumulative(-1, degreesOfFreedom: 2) }
    #expect(throws: StatisticsError.self) { try chiSquaredCumulative(.nan, degreesOfFreedom: 2) }
    #expect(throws: StatisticsError.self) { try regularizedIncompleteBeta(1.1, 1, 1) }
    #expect(throws: StatisticsError.self) { try regularizedIncompleteBeta(0.5, .nan, 1) }
    #expect(throws: StatisticsError.self) { try studentTCumulative(.nan, degreesOfFreedom: 2) }
    #expect(normalQuantile(0) == -.infinity && normalQuantile(1) == .infinity)
    #expect(normalQuantile(-0.1).isNaN && normalQuantile(.nan).isNaN)
  }
}
