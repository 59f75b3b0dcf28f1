import Statistics
import Testing

@Suite struct GroupedRecalibrationTests {
  @Test func matchesTheGroupedFitOfStatsmodels() throws {
    for object in try ReferenceFile("calibration.json").objects("cases") {
      let name = try object.text("name")
      let expected = try object.numbers("fit")
      let bins = try calibrationBins(object)
      let result = try groupedRecalibration(bins)
      #expect(isClose(result.fit.intercept, expected[0], 1e-7), "\(name)")
      #expect(isClose(result.fit.slope, expected[1], 1e-7), "\(name)")
      #expect(isClose(result.fit.varianceIntercept, expected[2], 1e-7), "\(name)")
      #expect(isClose(result.fit.covariance, expected[3], 1e-7), "\(name)")
      #expect(isClose(result.fit.varianceSlope, expected[4], 1e-7), "\(name)")
      #expect(isClose(result.likelihoodRatio, try object.number("likelihoodRatio"), 1e-8), "\(name)")
      #expect(isClose(result.pValue, try object.number("likelihoodRatioP"), 1e-8), "\(name)")

      let distances = try object.numbers("distances")
      let errors = try logisticCalibrationErrors(
        bins, intercept: result.fit.intercept, slope: result.fit.slope)
      #expect(isClose(errors.logisticICI, distances[0], 1e-6), "\(name)")
      #expect(isClose(errors.logisticE50, distances[1], 1e-6), "\(name)")
      #expect(isClose(errors.logisticE90, distances[2], 1e-6), "\(name)")
      #expect(isClose(errors.logisticEMax, distances[3], 1e-6), "\(name)")
    }
  }

  @Test func theOrderOfBinsDoesNotMatterAndEqualMeansMeet() throws {
    let object = try #require(try ReferenceFile("calibration.json").objects("cases").first)
    let bins = try calibrationBins(object)
    let expected = try groupedRecalibration(bins)
    var generator = SplitMix(seed: 6)
    for _ in 0..<5 { #expect(try groupedRecalibration(bins.shuffled(using: &generator)) == expected) }
    // The same bins of two sites: as many rows again, the same fit, half the variance.
    let doubled = try groupedRecalibration(bins + bins)
    #expect(isClose(doubled.fit.slope, expected.fit.slope, 1e-9))
    #expect(isClose(doubled.fit.varianceSlope, expected.fit.varianceSlope / 2, 1e-9))
  }

  @Test func manyBinsComeNearTheSlopeOfTheRows() throws {
    // The reference's own fits of 20,000 rows, by 10, 20 and 100 bins: what the doc comment promises.
    for row in try ReferenceFile("calibration.json").table("slopes") {
      #expect(abs(row[1] / row[2] - 1) < (row[0] < 100 ? 0.03 : 0.005))
    }
  }

  @Test func theTestOfNoChangeFindsAChange() throws {
    var generator = SplitMix(seed: 8)
    var rows = ScoredRows(scores: [], labels: [])
    for _ in 0..<4_000 {
      let score = Double.random(in: 0.02..<0.98, using: &generator)
      rows.scores.append(score)
      rows.labels.append(Double.random(in: 0..<1, using: &generator) < score ? 1 : 0)
    }
    let edges = (0...50).map { Double($0) / 50 }
    #expect(try groupedRecalibration(calibrationBins(rows, edges: edges)).pValue > 0.001)
    rows.scores = rows.scores.map { $0 * $0 }
    #expect(try groupedRecalibration(calibrationBins(rows, edges: edges)).pValue < 1e-10)
  }

  @Test func whatCannotBeFittedSaysWhy() throws {
    func bins(_ scores: [Double], _ labels: [Int]) throws -> [CalibrationBin] {
      try calibrationBins(ScoredRows(scores: scores, labels: labels), edges: [0, 0.5, 1])
    }
    #expect(throws: StatisticsError.noEvents) { try groupedRecalibration(bins([0.2, 0.7], [1, 1])) }
    #expect(throws: StatisticsError.constantScore) { try groupedRecalibration(bins([0.2, 0.2], [1, 0])) }
    #expect(throws: StatisticsError.separation) { try groupedRecalibration(bins([0.2, 0.7], [0, 1])) }
    let fine = try bins([0.2, 0.7, 0.3, 0.8], [0, 1, 1, 0])
    #expect(throws: StatisticsError.self) { try logisticCalibrationErrors(fine, intercept: .nan, slope: 1) }
    #expect(throws: StatisticsError.self) {
      try logisticCalibrationErrors(fine, intercept: 0, slope: .infinity)
    }
    #expect(throws: StatisticsError.noTrials) { try logisticCalibrationErrors([], intercept: 0, slope: 1) }
    let extreme = try logisticCalibrationErrors(fine, intercept: -1e308, slope: 1e308)
    #expect(extreme.logisticICI.isFinite && extreme.logisticEMax <= 1)
  }
}
