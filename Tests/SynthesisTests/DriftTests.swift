import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

/// Site and reference are compared on the same runs of cells.
@Suite struct DriftTests {
  private func drift(_ rows: [Row], windows: [String] = []) throws -> [DriftRow] {
    let study = try SmallStudy(windows: windows)
    return try merge([study.release("alpha", rows)], under: study.evaluationProtocol).sites[0].drift
  }

  private func row(_ profile: String, _ rows: [DriftRow]) throws -> DriftRow {
    try #require(rows.first { $0.profile == profile })
  }

  private func index(_ row: DriftRow) throws -> (text: String, noise: String, rows: Int, cells: Int) {
    guard case .compared(let numbers) = row.result else {
      throw NotCompared(profile: row.profile)
    }
    return (numbers.stabilityIndex.text, numbers.noise.text, numbers.rows, numbers.cells)
  }

  private struct NotCompared: Error { let profile: String }

  // Expected by Python 3 with math.log and scipy.stats.chi2.ppf 1.17.1 from the counts in the comments.
  @Test func scoreIsComparedOnTheEdgesThatStand() throws {
    // Now 39, 22, 40, 22 of 123 rows; reference 40, 30, 20, 10.
    let all = try index(row("score", drift(Hospital.alpha)))
    #expect(all == ("0.180724542753", "0.20568336", 123, 4))
    // Nobody with an event below 0.4: the edges 0.2 and 0.4 go on both sides. Now 36, 9; reference 90, 10.
    let high = Row.spread(events: [0, 0, 3, 4, 5], nonEvents: [9, 8, 7, 5, 4])
    let merged = try index(row("score", drift(high)))
    #expect(merged == ("0.082864860889", "0.21379111", 45, 2))
  }

  @Test func withheldLevelsStandTogether() throws {
    let few =
      Row.spread(events: [2, 3, 4, 6, 9], nonEvents: [20, 9, 6, 4, 3], level: .female)
      + Row.spread(events: [2, 2, 5, 4, 8], nonEvents: [15, 8, 5, 6, 2], level: .male)
      + Row.spread(events: [2, 2, 5, 4, 8], nonEvents: [15, 8, 5, 6, 2], level: .missing)
    #expect(try index(row("sex", drift(few))).cells == 3)
    #expect(try row("sex", drift(few)).missing != nil)
    // Five rows without a recorded sex, two of them events, would follow from the rest: the smaller of the
    // two others, the men, joins them. Now 66, 62; reference 50, 50.
    let hidden =
      Hospital.alpha + Row.spread(events: [0, 0, 0, 0, 2], nonEvents: [3, 0, 0, 0, 0], level: .missing)
    let compared = try index(row("sex", drift(hidden)))
    #expect(compared == ("0.000961789007", "0.11818410", 128, 2))
    #expect(try row("sex", drift(hidden)).missing == nil)
  }

  @Test func histogramRunsMergeTheReference() throws {
    var rows = Hospital.alpha
    // Two in ward b and one in c, which has to join a neighbour: c and `other`, which nobody is in.
    for (index, ward) in [1, 1, 2].enumerated() { rows[index].ward = ward }
    let compared = try row("ward", drift(rows))
    let numbers = try index(compared)
    #expect(numbers.rows == 123)
    #expect(numbers.cells == 4)
    // Nobody is missing now, ten of a hundred were.
    #expect(compared.missing?.share.text == "0.000000000000")
    #expect(compared.missing?.reference.text == "0.100000000000")
    #expect(compared.missing?.difference.text == "-0.100000000000")
  }

  @Test func anEmptyWindowHasNothingWithheld() throws {
    let rows = try drift(Hospital.alpha, windows: ["january", "february"]).filter { $0.window == "february" }
    #expect(rows.map(\.profile) == ["score", "sex", "ward"])
    #expect(rows.allSatisfy { $0.result == .notEvaluable })
    #expect(rows.allSatisfy { $0.missing == nil })
  }

  @Test func aWithheldWindowIsWithheld() throws {
    let tiny = Row.spread(events: [0, 0, 0, 0, 1], nonEvents: [3, 3, 3, 3, 3])
    let rows = try drift(tiny)
    #expect(try row("score", rows).result == .withheld)
    #expect(try row("sex", rows).result == .withheld)
    // The histogram of a column has its own counts: 16 rows in ward a.
    #expect(try index(row("ward", rows)).rows == 16)
  }
}
