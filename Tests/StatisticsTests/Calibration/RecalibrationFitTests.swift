import Statistics
import Testing

@Suite struct RecalibrationFitTests {
  @Test func matchesGlmAndValProb() throws {
    let sets = try ReferenceFile("scores.json").objects("sets")
    let fits = try ReferenceFile("fits.json").objects("sets")
    for (set, expected) in zip(sets, fits) {
      let rows = try ScoredRows(set)
      let fit = try recalibrate(scores: rows.groups)
      let name = try set.text("name")
      #expect(isClose(fit.calibrationInTheLarge, try expected.number("inTheLarge"), 1e-8), "\(name)")
      #expect(isClose(fit.calibrationInTheLargeSE, try expected.number("inTheLargeSE"), 1e-7), "\(name)")
      #expect(isClose(fit.intercept, try expected.number("intercept"), 1e-7), "\(name)")
      #expect(isClose(fit.slope, try expected.number("slope"), 1e-7), "\(name)")
      #expect(isClose(fit.varianceIntercept, try expected.number("varianceIntercept"), 1e-7), "\(name)")
      #expect(isClose(fit.covariance, try expected.number("covariance"), 1e-7), "\(name)")
      #expect(isClose(fit.varianceSlope, try expected.number("varianceSlope"), 1e-7), "\(name)")
      if let rms = expected.object("valProb") {
        #expect(isClose(fit.intercept, try rms.number("intercept"), 1e-7), "\(name)")
        #expect(isClose(fit.slope, try rms.number("slope"), 1e-7), "\(name)")
      }
      #expect(fit.clipped == rows.scores.filter { $0 == 0 || $0 == 1 }.count)
      #expect(fit.converged && fit.iterations <= 10)

      let alone = try calibrationInTheLarge(scores: rows.groups)
      #expect(alone.value == fit.calibrationInTheLarge)
      #expect(try #require(alone.interval).contains(alone.value))
    }
  }

  @Test func fitsAtTheEdgeOfConvergenceMatchThirtyDigits() throws {
    for set in try ReferenceFile("extreme_fits.json").objects("sets") {
      let name = try set.text("name")
      let positives = try set.integers("positives")
      let negatives = try set.integers("negatives")
      let groups = try set.numbers("scores").enumerated().map { index, score in
        (score: score, positives: positives[index], negatives: negatives[index])
      }
      guard let fit = try? recalibrate(scores: groups) else {
        Issue.record("no fit: \(name)")
        continue
      }
      #expect(isClose(fit.calibrationInTheLarge, try set.number("inTheLarge"), 1e-11), "\(name)")
      #expect(isClose(fit.calibrationInTheLargeSE, try set.number("inTheLargeSE"), 1e-11), "\(name)")
      #expect(isClose(fit.intercept, try set.number("intercept"), 1e-9), "\(name)")
      #expect(isClose(fit.slope, try set.number("slope"), 1e-9), "\(name)")
      #expect(isClose(fit.varianceIntercept, try set.number("varianceIntercept"), 1e-9), "\(name)")
      #expect(isClose(fit.covariance, try set.number("covariance"), 1e-9), "\(name)")
      #expect(isClose(fit.varianceSlope, try set.number("varianceSlope"), 1e-9), "\(name)")
    }
  }

  @Test func aSlopeBeyondFiftyIsNotCalledSeparation() {
    // Rates of 10, 30 and 60 % inside 0.002: the classes overlap and the slope is 323.
    #expect(throws: StatisticsError.noConvergence("recalibration slope beyond 50")) {
      try recalibrate(scores: [(0.5, 10, 90), (0.501, 30, 70), (0.502, 60, 40)])
    }
  }

  @Test func aHundredThousandCalibratedScoresHaveSlopeOne() throws {
    var generator = SplitMix(seed: 23)
    let groups = (1...100_000).map { index in
      let score = Double(index) / 100_001
      let isEvent = Double.random(in: 0..<1, using: &generator) < score
      return (score: score, positives: isEvent ? 1 : 0, negatives: isEvent ? 0 : 1)
    }
    let fit = try recalibrate(scores: groups)
    #expect(abs(fit.slope - 1) < 4 * fit.varianceSlope.squareRoot())
    #expect(abs(fit.intercept) < 4 * fit.varianceIntercept.squareRoot())
    #expect(abs(fit.calibrationInTheLarge) < 4 * fit.calibrationInTheLargeSE)
  }

  @Test func calibratedGroupsNeedNoRecalibration() throws {
    // Shares equal to the scores: the score equations hold at (0, 1) exactly.
    let fit = try recalibrate(scores: [(0.1, 1, 9), (0.25, 5, 15), (0.5, 8, 8), (0.75, 30, 10)])
    #expect(
      abs(fit.intercept) < 1e-12 && abs(fit.slope - 1) < 1e-12 && abs(fit.calibrationInTheLarge) < 1e-12)
  }

  @Test func groupsWithoutRowsChangeNothing() throws {
    let plain = try recalibrate(scores: [(0.1, 1, 9), (0.4, 4, 4), (0.8, 9, 2)])
    let padded = try recalibrate(scores: [(0.1, 1, 9), (0.3, 0, 0), (0.4, 4, 4), (0.8, 9, 2), (0.9, 0, 0)])
    #expect(plain == padded)
  }

  @Test func extremeOffsetsConverge() throws {
    // All scores far too low: plain iterated least squares from 0 overshoots here.
    let rows: [(score: Double, positives: Int, negatives: Int)] = [
      (1e-6, 40, 1), (2e-5, 60, 2), (0.999, 50, 3),
    ]
    let fit = try recalibrate(scores: rows)
    var residual = 0.0
    var moment = 0.0
    for row in rows {
      let x = logit(row.score)
      let error =
        Double(row.positives) - Double(row.positives + row.negatives) * expit(fit.intercept + fit.slope * x)
      residual += error
      moment += error * x
    }
    #expect(abs(residual) < 1e-8 && abs(moment) < 1e-7)
  }

  @Test func separationIsRefusedExactly() throws {
    #expect(throws: StatisticsError.separation) { try recalibrate(scores: [(0.2, 0, 9), (0.8, 9, 0)]) }
    #expect(throws: StatisticsError.separation) { try recalibrate(scores: [(0.2, 5, 0), (0.8, 0, 7)]) }
    // Rows of both classes on the line itself are still a separation.
    #expect(throws: StatisticsError.separation) {
      try recalibrate(scores: [(0.2, 0, 9), (0.5, 3, 3), (0.8, 9, 0)])
    }
    // One row on the wrong side is not.
    #expect(try recalibrate(scores: [(0.2, 1, 9), (0.5, 3, 3), (0.8, 9, 0)]).slope > 1)
  }

  @Test func constantScoresAreRefusedAndStillHaveAnIntercept() throws {
    let constant: [(score: Double, positives: Int, negatives: Int)] = [(0.2, 4, 6)]
    #expect(throws: StatisticsError.constantScore) { try recalibrate(scores: constant) }
    let estimate = try calibrationInTheLarge(scores: constant)
    #expect(isClose(estimate.value, logit(0.4) - logit(0.2), 1e-12))
    #expect(isClose(try #require(estimate.standardError), (1 / 2.4).squareRoot(), 1e-12))
    // Different scores below the clip are one score to the fit.
    #expect(throws: StatisticsError.constantScore) { try recalibrate(scores: [(0, 3, 4), (1e-7, 5, 4)]) }
  }

  @Test func almostConstantScoresAreRefusedAsSingular() {
    #expect(throws: StatisticsError.self) {
      try recalibrate(scores: [(0.3, 3, 4), (0.3.nextUp, 5, 4), (0.3.nextUp.nextUp, 3, 4)])
    }
  }

  @Test func oneClassEmptyDataAndDisorderAreRefused() {
    #expect(throws: StatisticsError.noTrials) { try recalibrate(scores: []) }
    #expect(throws: StatisticsError.noTrials) { try recalibrate(scores: [(0.5, 0, 0)]) }
    #expect(throws: StatisticsError.noEvents) { try recalibrate(scores: [(0.2, 3, 0), (0.4, 2, 0)]) }
    #expect(throws: StatisticsError.noEvents) { try recalibrate(scores: [(0.2, 0, 3), (0.4, 0, 2)]) }
    #expect(throws: StatisticsError.self) { try recalibrate(scores: [(0.4, 3, 1), (0.2, 2, 1)]) }
    #expect(throws: StatisticsError.self) { try recalibrate(scores: [(0.2, 3, 1), (0.2, 2, 1)]) }
    #expect(throws: StatisticsError.self) { try recalibrate(scores: [(-0.1, 3, 1), (0.2, 2, 1)]) }
    #expect(throws: StatisticsError.self) { try recalibrate(scores: [(0.1, 3, 1), (.nan, 2, 1)]) }
    #expect(throws: StatisticsError.countExceedsTrials) {
      try recalibrate(scores: [(0.1, 3, -1), (0.2, 2, 1)])
    }
    #expect(throws: StatisticsError.self) { try recalibrate(scores: [(0.1, .max, 1), (0.2, 2, 1)]) }
  }
}
