import Foundation
import Statistics
import Testing

@Suite struct DriftVerdictTests {
  @Test func assessmentsMatchScipyAndNumericalDerivatives() throws {
    let kinds: [String: DriftIndex] = [
      "populationStability": .populationStability, "kullbackLeibler": .kullbackLeibler,
      "jensenShannon": .jensenShannon,
    ]
    for row in try ReferenceFile("drift_more.json").objects("assessments") {
      let kind = try #require(kinds[try row.text("name")])
      let result = try assessDrift(
        kind, current: [30, 50, 20], reference: [300, 600, 100], practicalLimit: 0.1, tests: 4)
      #expect(isClose(result.index, try row.number("index"), 1e-10))
      #expect(isClose(result.pValue, try row.number("pValue"), 1e-9))
      #expect(isClose(result.noiseQuantile99, try row.number("noise99"), 1e-10))
      #expect(isClose(result.noiseQuantile, try row.number("noise"), 1e-10))
      // The reference's derivatives are good to about eight digits.
      #expect(isClose(result.upperLimit, try row.number("upper"), 1e-7))
    }
  }

  @Test func theLimitHoldsTheTrueIndexAtItsLevel() throws {
    // The claim of the doc comment, as the reference script simulates it: 95 % less 1.5 % for the worst case and
    // for 4,000 samples, and never below the plain delta method.
    for row in try ReferenceFile("drift_more.json").objects("limits") {
      #expect(try row.number("held") > 0.935)
      #expect(try row.number("held") >= row.number("plain"))
    }
    // The module's own limit on samples of its own.
    var generator = SplitMix(seed: 90)
    let shares = [0.1, 0.1, 0.1, 0.1, 0.25, 0.05, 0.1, 0.1, 0.06, 0.04]
    let truth = shares.reduce(0) { $0 + ($1 - 0.1) * log($1 / 0.1) }
    var held = 0
    for _ in 0..<400 {
      var current = Array(repeating: 0, count: 10)
      for _ in 0..<300 {
        var place = Double.random(in: 0..<1, using: &generator)
        let bin = shares.firstIndex {
          place -= $0
          return place < 0
        }
        current[bin ?? 9] += 1
      }
      var reference = Array(repeating: 0, count: 10)
      for _ in 0..<3_000 { reference[Int(generator.next() % 10)] += 1 }
      let result = try assessDrift(
        .populationStability, current: current, reference: reference, practicalLimit: 0.1)
      held += result.upperLimit >= truth ? 1 : 0
    }
    #expect(held >= 375)
  }

  private func verdict(
    _ current: [Int], _ reference: [Int], limit: Double = 0.1, tests: Int = 1
  ) throws -> DriftVerdict {
    try assessDrift(
      .populationStability, current: current, reference: reference, practicalLimit: limit, tests: tests
    ).verdict
  }

  @Test func threeVerdictsAreReached() throws {
    let reference = Array(repeating: 1_000, count: 10)
    // The same shares: enough rows to say so, and too few.
    #expect(try verdict(Array(repeating: 100, count: 10), reference) == .stable)
    #expect(try verdict(Array(repeating: 5, count: 10), reference) == .underpowered)
    let moved = [300, 200, 100, 100, 100, 50, 50, 50, 25, 25]
    #expect(try verdict(moved, reference) == .drift)
    // Beyond noise, but smaller than matters.
    let little = [110, 110, 110, 110, 110, 90, 90, 90, 90, 90].map { $0 * 100 }
    #expect(try verdict(little, reference.map { $0 * 100 }) == .stable)
    // Larger than matters, but within noise of fifty rows and the more so of a hundred tests.
    let few = [9, 7, 6, 5, 5, 5, 4, 4, 3, 2]
    #expect(try verdict(few, reference) == .underpowered)
    #expect(try verdict([16, 8, 5, 5, 5, 3, 3, 2, 2, 1], reference) == .drift)
    #expect(try verdict([16, 8, 5, 5, 5, 3, 3, 2, 2, 1], reference, tests: 10_000) == .underpowered)
  }

  @Test func theVerdictFollowsItsRule() {
    func verdict(_ effect: Double, _ pValue: Double, _ upper: Double) -> DriftVerdict {
      DriftVerdict(effect: effect, pValue: pValue, upperLimit: upper, practicalLimit: 0.1, level: 0.05)
    }
    #expect(verdict(0.1, 0.049, 0.3) == .drift)
    #expect(verdict(0.0999, 0.001, 0.3) == .underpowered)
    #expect(verdict(0.1, 0.05, 0.3) == .underpowered)
    #expect(verdict(0.05, 0.001, 0.0999) == .stable)
    #expect(verdict(0.05, 0.5, 0.1) == .underpowered)
    // Not a number decides nothing.
    #expect(verdict(.nan, .nan, .nan) == .underpowered)
  }

  @Test func argumentsOutsideTheirRangeAreRefused() {
    func assess(limit: Double = 0.1, alpha: Double = 0.05, tests: Int = 1) throws -> DriftAssessment {
      try assessDrift(
        .jensenShannon, current: [5, 5], reference: [6, 5], practicalLimit: limit, alpha: alpha, tests: tests)
    }
    #expect(throws: Never.self) { try assess() }
    for limit in [0, -1, .nan, .infinity] {
      #expect(throws: StatisticsError.self) { try assess(limit: limit) }
    }
    for alpha in [0, 1e-7, 0.6, .nan] { #expect(throws: StatisticsError.self) { try assess(alpha: alpha) } }
    for tests in [0, -1, 10_001] { #expect(throws: StatisticsError.self) { try assess(tests: tests) } }
  }
}
