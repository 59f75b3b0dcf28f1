import Foundation
import Statistics
import Testing

@Suite struct CUSUMLimitTests {
  private typealias Bins = [(rows: Int, meanScore: Double)]

  @Test func limitsReachTheRunLengthThatNumpySimulates() throws {
    for row in try ReferenceFile("cusum.json").objects("runLengths") {
      let name = try row.text("name")
      let scores = try row.numbers("scores")
      let bins: Bins = try row.integers("counts").enumerated().map { ($1, scores[$0]) }
      let target = try row.number("target")
      let result = try cusumLimit(
        bins: bins, rowsPerWindow: Int(try row.number("rows")), oddsRatio: try row.number("oddsRatio"),
        targetRunLength: target, runs: 800, seed: 1)
      #expect(result.runLength >= target, "\(name)")
      #expect(result.limit < log(target), "\(name)")
      // The reference's run length at this limit, between two of its limits on the logarithm.
      let limits = try row.numbers("limits")
      let lengths = try row.numbers("runLengths")
      let errors = try row.numbers("standardErrors")
      let next = try #require(limits.firstIndex { $0 > result.limit })
      try #require(next > 0)
      let part = (result.limit - limits[next - 1]) / (limits[next] - limits[next - 1])
      let expected = exp(log(lengths[next - 1]) * (1 - part) + log(lengths[next]) * part)
      let error = (result.standardError * result.standardError + errors[next] * errors[next]).squareRoot()
      #expect(abs(result.runLength - expected) < 4 * error, "\(name): \(result) against \(expected)")
      #expect(error < 0.06 * expected, "\(name)")
    }
  }

  private func limit(
    bins: [(rows: Int, meanScore: Double)] = [(60, 0.05), (40, 0.4)], rowsPerWindow: Int = 20,
    oddsRatio: Double = 2, target: Double = 10, runs: Int = 200, seed: UInt64 = 7
  ) throws -> CUSUMLimit {
    try cusumLimit(
      bins: bins, rowsPerWindow: rowsPerWindow, oddsRatio: oddsRatio, targetRunLength: target, runs: runs,
      seed: seed)
  }

  @Test func theSeedDecidesAndALongerRunNeedsAHigherLimit() throws {
    let first = try limit()
    #expect(try limit() == first)
    #expect(try limit(seed: 8) != first)
    #expect(try limit(target: 40).limit > first.limit)
    // Counts are weights: ten times as many rows of each score change nothing.
    #expect(try limit(bins: [(600, 0.05), (0, 0.9), (400, 0.4)]) == first)
  }

  @Test func largeCountsTakeBoundedWork() throws {
    let result = try limit(rowsPerWindow: 50_000, oddsRatio: 1.02)
    #expect(result.limit > 0 && result.runLength >= 10)
    // A window of two thousand million rows tells even this ratio from 1: no false alarm comes.
    #expect(throws: StatisticsError.noConvergence("no false alarm in the simulated windows")) {
      try limit(rowsPerWindow: maximumRowCount, oddsRatio: 1.002)
    }
    // Nor where every score is all but certain.
    #expect(throws: StatisticsError.noConvergence("no false alarm in the simulated windows")) {
      try limit(bins: [(1, 1e-300), (1, 1.0.nextDown)], rowsPerWindow: 5_000)
    }
  }

  @Test func argumentsOutsideTheirRangeAreRefused() {
    #expect(throws: StatisticsError.noTrials) { try limit(bins: []) }
    #expect(throws: StatisticsError.noTrials) { try limit(bins: [(0, 0.5)]) }
    #expect(throws: StatisticsError.noVariance) { try limit(bins: [(5, 0), (5, 1)]) }
    #expect(throws: StatisticsError.countExceedsTrials) { try limit(bins: [(-5, 0.5), (10, 0.5)]) }
    for score in [-0.1, 1.1, .nan] {
      #expect(throws: StatisticsError.self) { try limit(bins: [(5, score), (5, 0.5)]) }
    }
    for rows in [0, -1, .max, .min] {
      #expect(throws: StatisticsError.self) { try limit(rowsPerWindow: rows) }
    }
    for ratio in [0, 1, .nan, -2] { #expect(throws: StatisticsError.self) { try limit(oddsRatio: ratio) } }
    for target in [1, 0, -3, .nan, .infinity, 1e6] {
      #expect(throws: StatisticsError.self) { try limit(target: target) }
    }
    for runs in [0, 99, -1, .max, 100_001] { #expect(throws: StatisticsError.self) { try limit(runs: runs) } }
    // Each in its range, together more work than allowed.
    #expect(throws: StatisticsError.self) { try limit(target: 1_000, runs: 100_000) }
    #expect(throws: StatisticsError.self) { try limit(bins: Array(repeating: (1, 0.5), count: 1_001)) }
  }
}
