import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

/// Time windows add up; what is missing in one of them is named.
@Suite struct WindowTests {
  private let dated: SmallStudy
  private let undated: SmallStudy

  init() throws {
    dated = try SmallStudy(windows: ["january", "february"])
    undated = try SmallStudy()
  }

  @Test func aSiteSplitInTwoWindowsAddsUpToTheWhole() throws {
    // Every other row goes to February; the second half of alpha's men keep each interval above two.
    let rows = Hospital.alpha + Hospital.gamma
    let split = rows.enumerated().map { index, row in
      var row = row
      row.window = index % 2
      return row
    }
    let whole = try merge([undated.release("alpha", rows)], under: undated.evaluationProtocol)
    let parts = try merge([dated.release("alpha", split)], under: dated.evaluationProtocol)
    let one = try whole.sites[0].rows.row()
    let both = try parts.sites[0].rows.row(window: WindowPlan.allID)
    #expect(both.contributors == ["january", "february"])
    #expect(both.labelled == one.labelled && both.events == one.events)
    #expect(both.reliability == one.reliability)
    #expect(both.decisionCurve == one.decisionCurve)
    for metric in [Metric.brierScore, .observedExpectedRatio, .prevalence] {
      #expect(try both.numbers(metric, .site).value == one.numbers(metric, .site).value)
    }
    for threshold in [ExactDecimal.look, .act] {
      for metric in Metric.counted {
        #expect(
          try both.numbers(metric, at: threshold, .site) == one.numbers(metric, at: threshold, .site))
      }
    }
    let single = try ["january", "february"].map { try parts.sites[0].rows.row(window: $0) }
    #expect(single.map(\.labelled).reduce(0, +) == one.labelled)
  }

  @Test func anUndatedStudyHasNoRowForAllWindows() throws {
    let matrix = try merge(
      [undated.release("alpha", Hospital.alpha)], under: undated.evaluationProtocol)
    #expect(matrix.pooled.rows.allSatisfy { $0.window == WindowPlan.undatedID })
  }

  @Test func aWindowWithheldAtOneSiteIsNamed() throws {
    // One event in February: not even the whole range holds two.
    let february =
      Row.spread(events: [0, 0, 0, 0, 1], nonEvents: [5, 5, 5, 5, 5], window: 1)
    let aggregates = [
      try dated.release("alpha", Hospital.alpha + february),
      try dated.release("beta", Hospital.beta + Hospital.gamma.map { $0.moved(to: 1) }),
    ]
    let matrix = try merge(aggregates, under: dated.evaluationProtocol)
    let alpha = try #require(matrix.site("alpha"))
    #expect(try alpha.rows.row(window: "february").status == .withheld)
    #expect(try alpha.rows.row(window: WindowPlan.allID).withheld == ["february"])
    let pooled = try matrix.pooled.rows.row(window: "february")
    #expect(pooled.withheld == ["alpha"])
    #expect(pooled.contributors == ["beta"])
    let all = try matrix.pooled.rows.row(window: WindowPlan.allID)
    #expect(all.contributors == ["alpha", "beta"])
    #expect(all.withheld == ["alpha"])
    #expect(all.labelled == Hospital.alpha.count + Hospital.beta.count + Hospital.gamma.count)
  }

  @Test func aWindowWithoutRowsIsEmptyNotWithheld() throws {
    let matrix = try merge(
      [dated.release("alpha", Hospital.alpha)], under: dated.evaluationProtocol)
    let february = try matrix.sites[0].rows.row(window: "february")
    #expect(february.status == .empty)
    let all = try matrix.sites[0].rows.row(window: WindowPlan.allID)
    #expect(all.contributors == ["january"])
    #expect(all.withheld.isEmpty)
  }

  @Test func aThresholdMergedAwayInOneWindowNamesTheSite() throws {
    // In February nobody with an event scores below 0.4, so 0.2 cannot stand.
    let february = Row.spread(events: [0, 0, 3, 4, 5], nonEvents: [9, 8, 7, 5, 4], window: 1)
    let aggregates = [
      try dated.release("alpha", Hospital.alpha + february),
      try dated.release("beta", Hospital.beta + Hospital.gamma.map { $0.moved(to: 1) }),
    ]
    let matrix = try merge(aggregates, under: dated.evaluationProtocol)
    let own = try #require(matrix.site("alpha")).rows.row(window: WindowPlan.allID)
    #expect(try own.entry(.sensitivity, at: .look, .site).omitted == ["february"])
    let pooled = try matrix.pooled.rows.row(window: WindowPlan.allID)
    #expect(try pooled.entry(.sensitivity, at: .look, .pooledRows).omitted == ["alpha"])
    #expect(try pooled.entry(.sensitivity, at: .act, .pooledRows).omitted.isEmpty)
  }
}

extension Row {
  fileprivate func moved(to window: Int) -> Row {
    var row = self
    row.window = window
    return row
  }
}
