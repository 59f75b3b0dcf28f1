import Statistics
import Testing

@Suite struct ClusterSumsTests {
  private static func sums(_ successes: [Int], _ trials: [Int]) -> ClusterSums {
    let pairs = Array(zip(successes, trials))
    return ClusterSums(
      clusters: trials.count, sumSuccesses: successes.reduce(0, +), sumTrials: trials.reduce(0, +),
      sumSquaredSuccesses: pairs.reduce(0) { $0 + $1.0 * $1.0 },
      sumProducts: pairs.reduce(0) { $0 + $1.0 * $1.1 },
      sumSquaredTrials: pairs.reduce(0) { $0 + $1.1 * $1.1 })
  }

  @Test func matchesTheRatioEstimatorOverPatients() throws {
    for object in try ReferenceFile("clusters.json").objects("cases") {
      let sums = Self.sums(try object.integers("successes"), try object.integers("trials"))
      let result = try effectiveSampleSize(sums)
      // The reference is rational arithmetic over patients.
      #expect(isClose(result.designEffect, try object.number("designEffect"), 1e-14))
      #expect(isClose(result.effectiveTrials, try object.number("effectiveTrials"), 1e-14))
    }
  }

  @Test func oneTrialAPatientHasNoDesignEffect() throws {
    let result = try effectiveSampleSize(Self.sums([1, 0, 0, 1, 1], [1, 1, 1, 1, 1]))
    #expect(result.designEffect == 1 && result.effectiveTrials == 5)
  }

  @Test func copiesOfARowCountOnce() throws {
    // Ten patients with 4 identical rows each: rows carry the information of the patients, up to m/(m−1).
    let result = try effectiveSampleSize(
      Self.sums([4, 4, 4, 0, 0, 0, 0, 0, 0, 4], Array(repeating: 4, count: 10)))
    #expect(isClose(result.designEffect, 4.0 * 10 / 9, 1e-14))
  }

  @Test func withoutVariationRowsOfAPatientCountAsCopies() throws {
    let allSuccesses = try effectiveSampleSize(Self.sums([3, 3, 2], [3, 3, 2]))
    #expect(isClose(allSuccesses.designEffect, 22.0 / 8, 1e-15))
    let onePatient = try effectiveSampleSize(Self.sums([2], [5]))
    #expect(onePatient.designEffect == 5 && onePatient.effectiveTrials == 1)
  }

  @Test func equalProportionsInEveryPatientDoNotAddRows() throws {
    let result = try effectiveSampleSize(Self.sums([1, 2, 1], [2, 4, 2]))
    #expect(result.designEffect == 1 && result.effectiveTrials == 8)
  }

  @Test func sumsThatNoPatientsHaveAreRefused() throws {
    #expect(throws: StatisticsError.noTrials) { try effectiveSampleSize(Self.sums([], [])) }
    let good = Self.sums([1, 2, 0], [2, 4, 3])
    #expect(try effectiveSampleSize(good).effectiveTrials > 0)
    func isRefused(_ change: (inout ClusterSums) -> Void) -> Bool {
      var bad = good
      change(&bad)
      return (try? effectiveSampleSize(bad)) == nil
    }
    #expect(isRefused { $0.clusters = 0 })
    #expect(isRefused { $0.clusters = 10 })
    #expect(isRefused { $0.sumSuccesses = 10 })
    #expect(isRefused { $0.sumSquaredSuccesses = 2 })
    #expect(isRefused { $0.sumProducts = 4 })
    #expect(isRefused { $0.sumProducts = 30 })
    #expect(isRefused { $0.sumSquaredTrials = 8 })
    #expect(isRefused { $0.sumSquaredTrials = 26 })
    #expect(isRefused { $0.sumSquaredTrials = Int.max })
    #expect(isRefused { $0.sumTrials = Int.max })
  }
}
