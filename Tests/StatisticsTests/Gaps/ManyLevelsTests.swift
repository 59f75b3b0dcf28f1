import Statistics
import Testing

@Suite struct ManyLevelsTests {
  @Test func adjustedPValuesMatchStatsmodelsAndR() throws {
    for object in try ReferenceFile("gaps.json").objects("multiplicity") {
      let values = try object.numbers("p")
      let holm = zip(try holmAdjusted(values), try object.numbers("holm")).allSatisfy {
        isClose($0, $1, 1e-14)
      }
      let discovery = zip(try benjaminiHochbergAdjusted(values), try object.numbers("benjaminiHochberg"))
        .allSatisfy { isClose($0, $1, 1e-14) }
      #expect(holm && discovery, "\(values.count) tests")
    }
    let example = [0.01, 0.04, 0.03, 0.005]
    let holm = try ReferenceFile("gaps_r.json").list("holm")
    let discovery = try ReferenceFile("gaps_r.json").list("benjaminiHochberg")
    #expect(zip(try holmAdjusted(example), holm).allSatisfy { isClose($0, $1, 1e-14) })
    #expect(zip(try benjaminiHochbergAdjusted(example), discovery).allSatisfy { isClose($0, $1, 1e-14) })
  }

  @Test func adjustmentKeepsTheOrderAndNeverLowers() throws {
    var generator = SplitMix(seed: 8)
    for _ in 0..<200 {
      let values = (0..<Int(generator.next() % 12)).map { _ in Double(generator.next() % 1000) / 999 }
      let holm = try holmAdjusted(values)
      let discovery = try benjaminiHochbergAdjusted(values)
      for i in values.indices {
        #expect(
          discovery[i] >= values[i] * (1 - 1e-15) && holm[i] >= discovery[i] * (1 - 1e-15) && holm[i] <= 1)
        for j in values.indices where values[i] <= values[j] {
          #expect(holm[i] <= holm[j] && discovery[i] <= discovery[j])
        }
      }
    }
    for bad in [-0.1, 1.1, Double.nan] {
      #expect(throws: StatisticsError.self) { try holmAdjusted([0.5, bad]) }
      #expect(throws: StatisticsError.self) { try benjaminiHochbergAdjusted([0.5, bad]) }
    }
  }

  @Test func theTrendMatchesR() throws {
    for object in try ReferenceFile("gaps_r.json").objects("trend") {
      let result = try cochranArmitageTrend(
        successes: try object.integers("successes"), trials: try object.integers("trials"))
      #expect(isClose(result.z * result.z, try object.number("chiSquared"), 1e-10))
      #expect(isClose(result.pValue, try object.number("p"), 1e-10))
    }
    #expect(try cochranArmitageTrend(successes: [15, 10, 5], trials: [30, 30, 30]).z < 0)
  }

  @Test func timeReversedTurnsTheTrendAndEmptyWindowsKeepTheirPlace() throws {
    let forward = try cochranArmitageTrend(successes: [4, 0, 9, 2], trials: [50, 0, 80, 20])
    let backward = try cochranArmitageTrend(successes: [2, 9, 0, 4], trials: [20, 80, 0, 50])
    #expect(forward.z == -backward.z && forward.pValue == backward.pValue)
    let closedUp = try cochranArmitageTrend(successes: [4, 9, 2], trials: [50, 80, 20])
    #expect(closedUp.z != forward.z)
    #expect(try cochranArmitageTrend(successes: [1, 2, 3], trials: [10, 20, 30]).z == 0)
  }

  @Test func aTrendNeedsTwoWindowsAndBothOutcomes() {
    #expect(throws: StatisticsError.noTrials) { try cochranArmitageTrend(successes: [], trials: []) }
    #expect(throws: StatisticsError.noVariance) { try cochranArmitageTrend(successes: [3], trials: [9]) }
    #expect(throws: StatisticsError.noVariance) {
      try cochranArmitageTrend(successes: [0, 0], trials: [9, 9])
    }
    #expect(throws: StatisticsError.countExceedsTrials) {
      try cochranArmitageTrend(successes: [1, 10], trials: [9, 9])
    }
    #expect(throws: StatisticsError.self) { try cochranArmitageTrend(successes: [1], trials: [9, 9]) }
    #expect(throws: StatisticsError.self) {
      try cochranArmitageTrend(successes: [1, 1], trials: [.max, .max])
    }
  }
}
