import Statistics
import Testing

@Suite struct MurphyDecompositionTests {
  private func total(_ terms: MurphyDecomposition) -> Double {
    terms.reliability - terms.resolution + terms.uncertainty + terms.withinBinVariance
      - terms.withinBinCovariance
  }

  @Test func termsMatchRawRows() throws {
    for object in try ReferenceFile("calibration.json").objects("cases") {
      let name = try object.text("name")
      let result = try murphyDecomposition(calibrationBins(object))
      let expected = try object.numbers("murphy")
      #expect(isClose(result.reliability, expected[0], 1e-9), "\(name)")
      #expect(isClose(result.resolution, expected[1], 1e-9), "\(name)")
      #expect(isClose(result.uncertainty, expected[2], 1e-9), "\(name)")
      #expect(isClose(result.withinBinVariance, expected[3], 1e-9), "\(name)")
      #expect(isClose(result.withinBinCovariance, expected[4], 1e-9), "\(name)")
      #expect(isClose(result.brierScore, try object.number("brier"), 1e-12), "\(name)")
    }
  }

  @Test func theIdentityHoldsForAnyRowsAndEdges() throws {
    var generator = SplitMix(seed: 301)
    for round in 0..<200 {
      var rows = ScoredRows.random(rows: 8 + round, levels: 97, using: &generator)
      rows.scores = rows.scores.map { $0 * $0 }
      let cuts = Set((0..<(generator.next() % 12)).map { _ in Double(1 + generator.next() % 98) / 99 })
      let bins = try calibrationBins(rows, edges: [0] + cuts.sorted() + [1])
      let result = try murphyDecomposition(bins)
      #expect(isClose(total(result), result.brierScore, 1e-9), "round \(round)")
      let direct = zip(rows.scores, rows.labels).reduce(0) {
        $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1))
      }
      // Fixed point moves a mean of squared errors by up to 2·2⁻³³.
      #expect(isClose(result.brierScore, direct / Double(rows.scores.count), 0, floor: 3e-10))
    }
  }

  @Test func oneScoreABinLeavesNothingInside() throws {
    let rows = ScoredRows(scores: [0.25, 0.25, 0.75, 0.75], labels: [0, 1, 1, 1])
    let result = try murphyDecomposition(calibrationBins(rows, edges: [0, 0.5, 1]))
    #expect(result.withinBinVariance == 0 && result.withinBinCovariance == 0)
    // (2 · 0.25² + 2 · 0.25²)/4, (2 · 0.25² + 2 · 0.25²)/4 and 0.75 · 0.25, by hand.
    #expect(result.reliability == 0.0625 && result.resolution == 0.0625 && result.uncertainty == 0.1875)
  }

  @Test func impossibleBinsAreRefused() throws {
    let good = CalibrationBin(
      rows: 3, events: 1, sumScores: 3 << 30, sumSquares: 3 << 28, sumEventScores: 1 << 30)
    #expect(throws: Never.self) { try murphyDecomposition([good]) }
    for bin in impossibleBins {
      #expect(throws: StatisticsError.self, "\(bin)") { try murphyDecomposition([good, bin]) }
      #expect(throws: StatisticsError.self, "\(bin)") { try expectedCalibrationError([bin, good]) }
      #expect(throws: StatisticsError.self, "\(bin)") { try groupedRecalibration([good, bin]) }
      #expect(throws: StatisticsError.self, "\(bin)") {
        try logisticCalibrationErrors([good, bin], intercept: 0, slope: 1)
      }
    }
    #expect(throws: StatisticsError.noTrials) { try murphyDecomposition([]) }
    let most = Int128(maximumRowCount) << 32
    let full = CalibrationBin(
      rows: maximumRowCount, events: maximumRowCount, sumScores: most, sumSquares: most, sumEventScores: most)
    #expect(try murphyDecomposition([full]).brierScore == 0)
    #expect(throws: StatisticsError.self) { try murphyDecomposition([full, full]) }
  }
}
