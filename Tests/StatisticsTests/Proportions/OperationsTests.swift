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

  @Test func responseTimesMatchTheRawTimes() throws {
    for object in try ReferenceFile("threshold_measures.json").objects("responseTimes") {
      let times = try ResponseTimes(
        edges: object.numbers("edges"), counts: object.integers("counts"),
        neverAcknowledged: Int(object.number("never")))
      for row in try object.table("shares") {
        #expect(isClose(try times.acknowledged(before: row[0]).value, row[1], 1e-15))
      }
      // −1 stands for never.
      let middle = try object.numbers("middle")
      if let median = times.median {
        #expect(median.lower <= middle[0])
        #expect(middle[1] < 0 ? median.upper == .infinity : middle[1] < median.upper)
      } else {
        #expect(middle[0] < 0)
      }
    }
  }

  @Test func unacknowledgedAlertsCountAsLate() throws {
    let edges = [0.0, 1, 5, 60]
    let answered = try ResponseTimes(edges: edges, counts: [6, 2, 1], neverAcknowledged: 0)
    #expect(answered.median == Interval(lower: 0, upper: 1))
    let half = try ResponseTimes(edges: edges, counts: [6, 2, 1], neverAcknowledged: 9)
    #expect(half.median == Interval(lower: 5, upper: .infinity))
    let ignored = try ResponseTimes(edges: edges, counts: [6, 2, 1], neverAcknowledged: 10)
    #expect(ignored.median == nil)
    #expect(try ignored.acknowledged(before: 5) == BinomialCount(successes: 8, trials: 19))
  }

  @Test func damagedBinsAreRefused() throws {
    #expect(throws: StatisticsError.self) {
      try ResponseTimes(edges: [0, 1], counts: [1, 2], neverAcknowledged: 0)
    }
    #expect(throws: StatisticsError.self) {
      try ResponseTimes(edges: [0, 2, 2], counts: [1, 2], neverAcknowledged: 0)
    }
    #expect(throws: StatisticsError.self) { try ResponseTimes(edges: [], counts: [], neverAcknowledged: 1) }
    #expect(throws: StatisticsError.noTrials) {
      try ResponseTimes(edges: [0, 1], counts: [0], neverAcknowledged: 0)
    }
    #expect(throws: StatisticsError.countExceedsTrials) {
      try ResponseTimes(edges: [0, 1], counts: [5], neverAcknowledged: -1)
    }
    let times = try ResponseTimes(edges: [0, 1, 2], counts: [5, 1], neverAcknowledged: 0)
    for target in [0, 1.5, 3, Double.nan] {
      #expect(throws: StatisticsError.self) { try times.acknowledged(before: target) }
    }
  }
}
