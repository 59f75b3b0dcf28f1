import Testing

@testable import Statistics

@Suite struct CalibrationMomentsTests {
  private static func moments(
    _ groups: [(score: Double, positives: Int, negatives: Int)]
  ) -> CalibrationMoments {
    var moments = CalibrationMoments()
    for group in groups {
      let logit = CalibrationGroups.clippedLogit(group.score)
      let cell = (logit * CalibrationMoments.perUnit).rounded(.down)
      for row in 0..<group.positives + group.negatives {
        moments.add(logit: logit, cell: cell, isPositive: row < group.positives)
        if group.score < CalibrationGroups.clip || group.score > 1 - CalibrationGroups.clip {
          moments.countClipped()
        }
      }
    }
    moments.finish()
    return moments
  }

  @Test func fitsOfMomentsMatchGlm() throws {
    let sets = try ReferenceFile("scores.json").objects("sets")
    let fits = try ReferenceFile("fits.json").objects("sets")
    var fitted = 0
    for (set, expected) in zip(sets, fits) {
      let name = try set.text("name")
      let slope = try expected.number("slope")
      let data = Self.moments(try ScoredRows(set).groups)
      guard let fit = try? recalibrate(data) else {
        #expect(abs(slope) > 1, "moments serve every slope up to 2, and steps that stay below: \(name)")
        continue
      }
      fitted += 1
      #expect(isClose(fit.calibrationInTheLarge, try expected.number("inTheLarge"), 1e-8), "\(name)")
      #expect(isClose(fit.calibrationInTheLargeSE, try expected.number("inTheLargeSE"), 1e-7), "\(name)")
      #expect(isClose(fit.intercept, try expected.number("intercept"), 1e-7), "\(name)")
      #expect(isClose(fit.slope, slope, 1e-7), "\(name)")
      #expect(isClose(fit.varianceIntercept, try expected.number("varianceIntercept"), 1e-7), "\(name)")
      #expect(isClose(fit.covariance, try expected.number("covariance"), 1e-7), "\(name)")
      #expect(isClose(fit.varianceSlope, try expected.number("varianceSlope"), 1e-7), "\(name)")
    }
    #expect(fitted > 0)
  }

  @Test(
    "the likelihood of moments is that of the rows, also in the tails",
    arguments: [(0, 1), (-3, 2), (12, 2), (-20, -2), (0.4, 0), (30, 0.5), (0, 1.3)] as [(Double, Double)])
  func theLikelihoodIsThatOfTheRows(_ intercept: Double, _ slope: Double) throws {
    let groups = SlicedRows.random(20_000, levels: 1, spread: 6, seed: 31).groups(of: 0)
    let moments = try Self.moments(groups).point(intercept: intercept, slope: slope)
    let rows = try CalibrationGroups(groups).point(intercept: intercept, slope: slope)
    // Relative to each number; where terms of both signs cancel, a little more.
    #expect(isClose(moments.logLikelihood, rows.logLikelihood, 1e-13))
    #expect(isClose(moments.weight, rows.weight, 1e-13))
    #expect(isClose(moments.spread, rows.spread, 1e-12))
    #expect(abs(moments.centre - rows.centre) < 1e-11)
    #expect(isClose(moments.gradientIntercept, rows.gradientIntercept, 1e-12))
    #expect(isClose(moments.gradientSlope, rows.gradientSlope, 1e-11))
  }

  @Test func aSteeperSlopeIsNotAnswered() throws {
    let data = Self.moments([(0.2, 1, 9), (0.5, 3, 3), (0.8, 9, 1)])
    #expect(throws: Never.self) { try data.point(intercept: 0, slope: -2) }
    #expect(throws: StatisticsError.self) { try data.point(intercept: 0, slope: 2.0.nextUp) }
    #expect(throws: StatisticsError.self) { try data.point(intercept: 0, slope: .nan) }
  }

  @Test func theEndsOfTheClassesAreKept() throws {
    let groups: [(score: Double, positives: Int, negatives: Int)] = [(0.1, 0, 4), (0.4, 2, 1), (0.9, 3, 0)]
    let data = Self.moments(groups)
    #expect(data.positives == 5 && data.negatives == 5)
    #expect(data.logitsOfPositives == logit(0.4)...logit(0.9))
    #expect(data.logitsOfNegatives == logit(0.1)...logit(0.4))
    #expect(data.isSeparated && !data.isConstant)
    #expect(Self.moments([]).isSeparated && Self.moments([]).isConstant)
  }
}
