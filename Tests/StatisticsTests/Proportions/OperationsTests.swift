import Statistics
import Testing

@Suite struct OperationsTests {
  @Test func garwoodMatchesScipyAndR() throws {
    for row in try ReferenceFile("threshold_measures.json").table("garwood") {
      let result = try garwoodRate(
        events: Int(row[0]), exposure: row[1], unit: row[2], confidence: row[3])
      #expect(isClose(result.rate, row[0] * row[2] / row[1], 1e-14))
      #expect(isClose(result.interval.lower, row[4], 1e-10), "\(row)")
      #expect(isClose(result.interval.upper, row[5], 1e-10), "\(row)")
    }
    for row in try ReferenceFile("gaps_r.json").table("garwood") {
      let result = try garwoodRate(events: Int(row[0]), exposure: row[1], confidence: row[2])
      #expect(isClose(result.interval.lower, row[3], 1e-10), "\(row)")
      #expect(isClose(result.interval.upper, row[4], 1e-10), "\(row)")
    }
  }

  @Test func aRateNeedsAnExposure() {
    #expect(throws: StatisticsError.noTrials) { try garwoodRate(events: 1, exposure: 0) }
    #expect(throws: StatisticsError.noTrials) { try garwoodRate(events: 1, exposure: .nan) }
    #expect(throws: StatisticsError.countExceedsTrials) { try garwoodRate(events: -1, exposure: 3) }
    #expect(throws: StatisticsError.self) { try garwoodRate(events: 1, exposure: .infinity) }
    #expect(throws: StatisticsError.self) { try garwoodRate(events: .max, exposure: 1) }
    #expect(throws: StatisticsError.self) { try garwoodRate(events: 1, exposure: 1, confidence: 1) }
  }
}
