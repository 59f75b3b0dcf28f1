import Statistics
import Testing

@Suite struct ExpectedCalibrationErrorTests {
  @Test func matchesRawRows() throws {
    var debiased = 0
    for object in try ReferenceFile("calibration.json").objects("cases") {
      let name = try object.text("name")
      let result = try expectedCalibrationError(calibrationBins(object))
      #expect(isClose(result.value, try object.number("ece"), 1e-9), "\(name)")
      #expect(isClose(result.expectedIfCalibrated, try object.number("expected"), 1e-9), "\(name)")
      if let square = try object.numbers("debiased").first {
        debiased += 1
        #expect(isClose(try #require(result.debiasedSquare), square, 1e-9), "\(name)")
      } else {
        #expect(result.debiasedSquare == nil, "\(name)")
      }
    }
    #expect(debiased == 2)
  }

  @Test func theExpectedErrorIsWhatSimulationFinds() throws {
    for object in try ReferenceFile("calibration.json").objects("calibrated") {
      let scores = try object.numbers("scores")
      let size = scores.count / 10
      let bins = try (0..<10).map { bin in
        var sums = PowerSums()
        for score in scores[(bin * size)..<((bin + 1) * size)] { try sums.add(score) }
        return try CalibrationBin(positive: PowerSums(), negative: sums)
      }
      let expected = try expectedCalibrationError(bins).expectedIfCalibrated
      let simulated = try object.number("simulated")
      // Half an event a bin is where the normal approximation is worst: 8 % there, 1 % with bins of 50 rows.
      #expect(isClose(expected, simulated, size == 20 ? 0.08 : 0.01))
      // Of no use with the observed rates, which are 0 in most such bins.
      if size == 20 { #expect(try object.number("withObservedRates") < 0.6 * simulated) }
    }
  }

  @Test func mergingSitesNeverRaisesIt() throws {
    var generator = SplitMix(seed: 302)
    let edges = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    for _ in 0..<100 {
      let sites = (0..<3).map { _ in ScoredRows.random(rows: 30, levels: 50, using: &generator) }
      let each = try sites.map { try expectedCalibrationError(calibrationBins($0, edges: edges)).value }
      let all = ScoredRows(scores: sites.flatMap(\.scores), labels: sites.flatMap(\.labels))
      let pooled = try expectedCalibrationError(calibrationBins(all, edges: edges)).value
      #expect(pooled <= each.reduce(0, +) / 3 + 1e-12)
    }
  }

  @Test func emptyBinsCountForNothing() throws {
    let rows = ScoredRows(scores: [0.25, 0.25, 0.75, 0.75], labels: [0, 1, 1, 1])
    let few = try expectedCalibrationError(calibrationBins(rows, edges: [0, 0.5, 1]))
    let many = try expectedCalibrationError(calibrationBins(rows, edges: [0, 0.1, 0.2, 0.5, 0.9, 1]))
    #expect(few == many && few.value == 0.25)
    #expect(throws: StatisticsError.noTrials) { try expectedCalibrationError([]) }
  }
}
