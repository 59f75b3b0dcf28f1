import Statistics
import Testing

@Suite struct PopulationStabilityIndexTests {
  @Test func matchesTheRelativeEntropiesOfScipy() throws {
    for object in try ReferenceFile("drift.json").objects("cases") {
      let result = try populationStabilityIndex(
        current: try object.integers("current"), reference: try object.integers("reference"))
      #expect(isClose(result.index, try object.number("index"), 1e-10))
      #expect(isClose(result.noiseQuantile99, try object.number("noise"), 1e-10))
    }
  }

  @Test func theNoiseQuantileIsWhatSimulationReaches() throws {
    for object in try ReferenceFile("drift.json").objects("simulated") {
      let rows = try #require(Int(exactly: try object.number("rows")))
      let referenceRows = try #require(Int(exactly: try object.number("referenceRows")))
      let result = try populationStabilityIndex(
        current: Array(repeating: rows / 10, count: 10),
        reference: Array(repeating: referenceRows / 10, count: 10))
      // The chi-squared form is an approximation: statistics.md promises 1.5 % at 200 rows.
      #expect(isClose(result.noiseQuantile99, try object.number("quantile99"), 0.015))
    }
  }

  @Test func theRuleOfThumbIsNoiseAtTwoHundredRows() throws {
    // χ²₉(0.99) = 21.666 in any printed table; over 200 rows against a very large reference, 0.108.
    let reference = Array(repeating: 10_000_000, count: 10)
    let result = try populationStabilityIndex(current: Array(repeating: 20, count: 10), reference: reference)
    #expect(abs(result.noiseQuantile99 - 0.10833) < 1e-5)
    #expect(result.index < 1e-12)
  }

  @Test func damagedHistogramsAreRefused() {
    func error(_ current: [Int], _ reference: [Int]) -> StatisticsError? {
      do { _ = try populationStabilityIndex(current: current, reference: reference) } catch {
        return error
      }
      return nil
    }
    #expect(error([1, 2], [3, 4]) == nil)
    #expect(error([0, 0], [3, 4]) == .noTrials)
    #expect(error([3, 4], [0, 0]) == .noTrials)
    #expect(error([3, -4], [1, 1]) == .countExceedsTrials)
    #expect(error([3], [1]) != nil)
    #expect(error([], []) != nil)
    #expect(error([3, 4, 5], [1, 1]) != nil)
    #expect(error([.max, 1], [1, 1]) != nil)
  }
}
