import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

/// What disclosure control keeps back is named, and never counted as nothing.
@Suite struct WithheldTests {
  private let study: SmallStudy

  init() throws { study = try SmallStudy() }

  private func matrix(_ rows: [(site: String, rows: [Row])]) throws -> ValidationMatrix {
    try merge(rows.map { try study.release($0.site, $0.rows) }, under: study.evaluationProtocol)
  }

  @Test func aSiteThatWithholdsEverythingIsNamed() throws {
    let tiny = Row.spread(events: [0, 0, 0, 0, 1], nonEvents: [3, 3, 3, 3, 3])
    let matrix = try matrix([("alpha", Hospital.alpha), ("beta", tiny)])
    let row = try matrix.pooled.rows.row()
    #expect(row.contributors == ["alpha"])
    #expect(row.withheld == ["beta"])
    let own = try #require(matrix.site("beta")).rows.row()
    #expect(own.status == .withheld)
    #expect(own.measures.isEmpty && own.reliability.isEmpty && own.decisionCurve.isEmpty)
    #expect(own.labelled == 0)
  }

  @Test func aLevelThatASiteWithholdsIsNamedInThatSliceOnly() throws {
    // One woman with an event: not even the whole range holds two.
    let few =
      Row.spread(events: [0, 0, 0, 0, 1], nonEvents: [7, 4, 3, 2, 1], level: .female)
      + Row.spread(events: [2, 4, 3, 6, 6], nonEvents: [18, 9, 4, 5, 3], level: .male)
    let matrix = try matrix([("alpha", Hospital.alpha), ("beta", few)])
    let women = try matrix.pooled.rows.row(.female)
    #expect(women.contributors == ["alpha"])
    #expect(women.withheld == ["beta"])
    // The women would follow from overall minus the men.
    #expect(try matrix.pooled.rows.row(.male).withheld == ["beta"])
    #expect(try matrix.pooled.rows.row().withheld.isEmpty)
  }

  @Test func aLevelWithoutRowsIsEmpty() throws {
    let matrix = try matrix([("alpha", Hospital.alpha), ("beta", Hospital.beta)])
    let missing = try matrix.pooled.rows.row(SliceID(attribute: "sex", level: SliceAttribute.missingLevel))
    #expect(missing.status == .empty)
    #expect(missing.measures.isEmpty)
  }

  @Test func aThresholdMergedAwayAtOneSiteOmitsTheSiteByName() throws {
    // Nobody with an event scores below 0.4: the threshold 0.2 cannot stand, 0.5 can.
    let high = Row.spread(events: [0, 0, 3, 4, 5], nonEvents: [9, 8, 7, 5, 4])
    let matrix = try matrix([("alpha", Hospital.alpha), ("beta", high)])
    let row = try matrix.pooled.rows.row()
    let alone = try #require(matrix.site("alpha")).rows.row()
    for metric in Metric.counted {
      let entry = try row.entry(metric, at: .look, .pooledRows)
      #expect(entry.omitted == ["beta"])
      #expect(entry.estimate?.value == (try alone.numbers(metric, at: .look, .site).value))
      #expect(try row.entry(metric, at: .act, .pooledRows).omitted.isEmpty)
    }
    let own = try #require(matrix.site("beta")).rows.row()
    #expect(try own.entry(.sensitivity, at: .look, .site).result == .withheld)
    #expect(try own.entry(.sensitivity, at: .act, .site).estimate != nil)
    // The curve has points only where everybody's counts stand.
    #expect(row.decisionCurve.map(\.threshold.text) == ["0.5", "0.8"])
    #expect(alone.decisionCurve.map(\.threshold.text) == ["0.2", "0.4", "0.5", "0.8"])
  }

  @Test func brierScoreHasNoIntervalWithoutHighPowers() throws {
    // A class shows its third and fourth powers from 100 rows on.
    let large = Row.spread(events: [20, 20, 20, 20, 20], nonEvents: [20, 20, 20, 20, 20])
    let matrix = try matrix([("alpha", large), ("beta", Hospital.beta)])
    func brier(_ site: String) throws -> MeasureNumbers {
      try #require(matrix.site(site)).rows.row().numbers(.brierScore, .site)
    }
    #expect(try brier("alpha").lower != nil)
    #expect(try brier("beta").lower == nil)
    #expect(try matrix.pooled.rows.row().numbers(.brierScore, .pooledRows).lower == nil)
  }

  @Test func unlabelledRowsAreWithheldTogether() throws {
    let unlabelled = Row.spread(unlabelled: [3, 3, 3, 3, 3])
    let one = Row.spread(unlabelled: [0, 0, 0, 0, 1])
    let open = try matrix([
      ("alpha", Hospital.alpha + unlabelled), ("beta", Hospital.beta),
    ])
    #expect(try open.pooled.rows.row().unlabelled == 15)
    let hidden = try matrix([
      ("alpha", Hospital.alpha + unlabelled), ("beta", Hospital.beta + one),
    ])
    #expect(try hidden.pooled.rows.row().unlabelled == nil)
  }

  @Test func fewEventsLeaveTheFitOut() throws {
    let few = Row.spread(events: [0, 0, 0, 2, 2], nonEvents: [9, 8, 7, 5, 4])
    let matrix = try matrix([("alpha", Hospital.alpha), ("beta", few), ("gamma", Hospital.gamma)])
    let own = try #require(matrix.site("beta")).rows.row()
    #expect(try own.entry(.calibrationSlope, .site).reason == .tooFewEvents)
    let pooled = try matrix.pooled.rows.row().entry(.calibrationSlope, .randomEffects)
    #expect(pooled.omitted == ["beta"])
    #expect(pooled.reason == .tooFewSites)
  }
}
