import Statistics
import Testing

@Suite struct AlphaSpendingTests {
  @Test func matchesSimpsonsRuleAndScipy() throws {
    let rows = try ReferenceFile("looks.json").table("alphaSpending")
    #expect(rows.map(\.count) == [1, 2, 3, 4, 5, 12, 24, 200])
    for row in rows {
      let found = try alphaSpendingMultipliers(planned: row.count)
      let differences = zip(found, row).map { abs($0 - $1) }
      let worst = differences.max() ?? .infinity
      // The grid of the reference is coarser for two hundred looks, so that it can be computed at all.
      #expect(
        found.count == row.count && worst < (row.count < 200 ? 1e-9 : 2e-8),
        "\(row.count) looks differ by \(worst)")
    }
  }

  @Test(
    "the values that are printed for few looks",
    arguments: [
      [1.960], [2.963, 1.969], [4.333, 2.963, 2.359, 2.014], [4.877, 3.357, 2.680, 2.290, 2.031],
    ])
  func printedValues(expected: [Double]) throws {
    let found = try alphaSpendingMultipliers(planned: expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-3 }, "\(found)")
  }

  @Test func theyFallAndStayAboveTheUsualOne() throws {
    for planned in [2, 7, 60, 200] {
      let found = try alphaSpendingMultipliers(planned: planned)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0 > $1 })
      #expect(found.allSatisfy { $0 > standardNormal975 && $0 < 40 })
    }
  }

  @Test func twoHundredLooksDoNotTakeLong() throws {
    let duration = try ContinuousClock().measure { _ = try alphaSpendingMultipliers(planned: 200) }
    // A release build takes 0.06 s; tests are not optimised and share the machine.
    #expect(duration < .seconds(10), "\(duration)")
  }

  @Test func aSmallerErrorWidensEveryLook() throws {
    let usual = try alphaSpendingMultipliers(planned: 6)
    let strict = try alphaSpendingMultipliers(planned: 6, alpha: 0.001)
    #expect(zip(usual, strict).allSatisfy { $0 < $1 })
    // 200 looks at an error of 1e-6 would spend e^−2500 at the first.
    #expect(throws: StatisticsError.self) { try alphaSpendingMultipliers(planned: 200, alpha: 1e-6) }
    #expect(try alphaSpendingMultipliers(planned: 40, alpha: 1e-6).allSatisfy { $0.isFinite && $0 > 4.89 })
  }

  @Test func damagedArgumentsAreRefused() {
    for planned in [Int.min, -1, 0, 201, Int.max] {
      #expect(throws: StatisticsError.self) { try alphaSpendingMultipliers(planned: planned) }
    }
    for alpha in [0, 1, -0.5, Double.nan] {
      #expect(throws: StatisticsError.self) { try alphaSpendingMultipliers(planned: 2, alpha: alpha) }
    }
  }
}
