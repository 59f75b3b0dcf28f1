import CanonicalJSON
import EvaluationProtocols
import Testing

@Suite struct ScoreGridTests {
  private func grid() throws -> ScoreGrid {
    func decimals(_ texts: [String]) throws -> [ExactDecimal] {
      try texts.map { try ExactDecimal(parsing: $0) }
    }
    return try ScoreGrid(
      thresholds: decimals(["0.3", "0.57"]), calibration: decimals(["0.3", "0.5"]),
      fine: decimals(["0.1", "0.29", "0.5"]))
  }

  @Test func anEdgeInSeveralListsIsOfTheStrongestKindAndStillDividesBins() throws {
    let grid = try grid()
    #expect(grid.edges.map(\.text) == ["0", "0.1", "0.29", "0.3", "0.5", "0.57", "1"])
    #expect(grid.kinds == [.boundary, .fine, .fine, .threshold, .calibration, .threshold, .boundary])
    #expect(grid.dividesBins == [true, false, false, true, true, false, true])
  }

  // 0.29 × 100 is 28.999… in binary64, so a grid that multiplied would put it one interval too low.
  @Test(
    "a score on an edge belongs to the interval above it",
    arguments: [
      (0.0, 0), (0.1, 1), (0.29, 2), (0.3, 3), (0.30000001192, 3), (0.29999999999999999, 3), (0.5, 4),
      (0.57, 5), (0.5699999999999998, 4), (1.0, 5),
    ])
  func intervalsAreHalfOpen(score: Double, interval: Int) throws {
    #expect(try grid().interval(of: score) == interval)
  }

  @Test func intervalsAgreeWithALinearScan() throws {
    let grid = try grid()
    for step in 0...1000 {
      let score = Double(step) / 1000
      let expected = grid.edges.dropFirst().dropLast().count { $0.value <= score }
      #expect(grid.interval(of: score) == expected)
    }
  }

  @Test func onlyEdgesHaveAPosition() throws {
    let grid = try grid()
    for (index, edge) in grid.edges.enumerated() { #expect(grid.index(of: edge) == index) }
    #expect(grid.index(of: try ExactDecimal(parsing: "0.31")) == nil)
  }
}
