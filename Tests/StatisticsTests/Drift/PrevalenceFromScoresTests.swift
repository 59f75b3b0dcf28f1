import Statistics
import Testing

@Suite struct PrevalenceFromScoresTests {
  private func classes(_ object: ReferenceObject) throws -> ClassHistograms {
    ClassHistograms(positives: try object.integers("positives"), negatives: try object.integers("negatives"))
  }

  @Test func estimatesMatchTheEndOfTheIteration() throws {
    for row in try ReferenceFile("drift_more.json").objects("labelShift") {
      let current = try row.integers("current")
      let likelihood = try prevalenceByLikelihood(current: current, reference: classes(row))
      #expect(isClose(likelihood.value, try row.number("em"), 1e-9))
      let truth = try row.number("truth")
      // Three standard errors; the intervals are cut to 0...1.
      #expect(abs(likelihood.value - truth) < 3 * (likelihood.standardError ?? 0))
      #expect(try #require(likelihood.interval).upper <= 1 && #require(likelihood.interval).lower >= 0)
    }
  }

  @Test func standardErrorsAreTheSpreadOfAllThreeHistograms() throws {
    let row = try #require(try ReferenceFile("drift_more.json").objects("labelShiftSpread").first)
    let current = try row.integers("current")
    let likelihood = try prevalenceByLikelihood(current: current, reference: classes(row))
    #expect(isClose(try #require(likelihood.standardError), try row.number("likelihood"), 0.05))
    // Drawn at 0.3, and rounded to whole rows.
    #expect(abs(likelihood.value - 0.3) < 0.01)
  }

  @Test func theEndsAreReachedAndNotPassed() throws {
    let reference = ClassHistograms(positives: [1, 9, 90], negatives: [90, 9, 1])
    #expect(try prevalenceByLikelihood(current: [50, 0, 0], reference: reference).value == 0)
    #expect(try prevalenceByLikelihood(current: [0, 0, 50], reference: reference).value == 1)
  }

  @Test func classesThatDoNotDifferSayNothing() throws {
    let same = ClassHistograms(positives: [10, 20], negatives: [10, 20])
    #expect(throws: StatisticsError.noVariance) {
      try prevalenceByLikelihood(current: [5, 5], reference: same)
    }
    for bad in [
      ClassHistograms(positives: [0, 0], negatives: [1, 1]),
      ClassHistograms(positives: [1, 1], negatives: [1]),
      ClassHistograms(positives: [-1, 2], negatives: [1, 1]), ClassHistograms(positives: [], negatives: []),
    ] {
      #expect(throws: StatisticsError.self) { try prevalenceByLikelihood(current: [5, 5], reference: bad) }
    }
  }
}
