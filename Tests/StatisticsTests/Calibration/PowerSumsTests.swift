import Statistics
import Testing

@Suite struct PowerSumsTests {
  @Test func fixedPointRoundsHalvesToEven() {
    #expect(fixedPoint(0) == 0 && fixedPoint(1) == 1 << 32 && fixedPoint(0.5) == 1 << 31)
    #expect(fixedPoint(0x1p-33) == 0)
    #expect(fixedPoint(0x3p-33) == 2)
    // 0.1 × 2³² = 429496729.6
    #expect(fixedPoint(0.1) == 429_496_730)
  }

  @Test func sumsDoNotDependOnHowRowsAreSplit() throws {
    var generator = SplitMix(seed: 8)
    let scores = (0..<200).map { _ in Double.random(in: 0...1, using: &generator) }
    func sums(_ scores: [Double]) throws -> PowerSums {
      var result = PowerSums()
      for score in scores { try result.add(score) }
      return result
    }
    let whole = try sums(scores)
    let parts = try sums(Array(scores[120...].reversed())).merging(try sums(Array(scores[..<120])))
    #expect(whole == parts)
  }

  @Test func aWithheldPowerStaysWithheld() throws {
    var full = PowerSums()
    try full.add(0.25)
    let partial = PowerSums(count: 1, m1: 1 << 31, m2: 1 << 30, m3: nil, m4: nil)
    let merged = try full.merging(partial)
    #expect(merged.m3 == nil && merged.m4 == nil && merged.count == 2)
    #expect(merged.m1 == (1 << 30) + (1 << 31))
  }

  @Test func aScoreOutsideTheUnitIntervalIsRefused() {
    for score in [-1e-9, 1.0000001, Double.nan, .infinity] {
      #expect(throws: StatisticsError.self) {
        var sums = PowerSums()
        try sums.add(score)
      }
    }
  }
}
