import CanonicalJSON
import EvaluationProtocols
import Gates
import Statistics
import Synthesis
import Testing

/// Criteria on Clopper and Pearson's interval.
@Suite struct ExactIntervalTests {
  private func judge(_ limit: String, _ measure: JSONValue, exact: Bool = true) throws -> CriterionOutcome {
    let rule = criterion("exact", "sensitivity", "atLeast", limit, more: exact ? ["interval": "exact"] : [:])
    let rows = ["alpha", "beta", "gamma"].map { SiteRow(site: $0, measures: [measure]) }
    return try #require(try GateStudy(go: [rule]).decide(rows).go.first)
  }

  /// 45 of 50: Wilson's interval is 0.786 to 0.957, Clopper and Pearson's 0.7819 to 0.9667.
  private static let written = estimate(
    "sensitivity", "0.900000000000", "0.786389736072", "0.956518997096", at: "0.4", counts: (45, 50))

  @Test(arguments: [
    ("0.781", Verdict.pass), ("0.784", .inconclusive), ("0.96", .inconclusive), ("0.967", .fail),
  ])
  func theCountsDecideAndNotTheWrittenInterval(_ limit: String, _ expected: Verdict) throws {
    #expect(try judge(limit, Self.written).verdict == expected)
    if limit == "0.784" { #expect(try judge(limit, Self.written, exact: false).verdict == .pass) }
  }

  @Test func theBoundsHaveTwelveDecimals() throws {
    let judged = try judge("0.7", Self.written)
    #expect(judged.findings.first?.lower?.text == "0.781864633566")
    #expect(judged.findings.first?.upper?.text == "0.966724906411")
    #expect(judged.reasons.first == "alpha: 0.900 (exact 95 % 0.782 to 0.967): pass")
    #expect(judged.sentence.hasPrefix("the exact lower 95 % bound of sensitivity"))
  }

  @Test func rowsOfOnePatientCountAsFewerTrials() throws {
    let clustered = estimate(
      "sensitivity", "0.900000000000", "0.700000000000", "0.970000000000", at: "0.4", counts: (45, 50),
      method: "wilson-effective-95/v1", details: ["designEffect": "2.500000000000"])
    // 18 of 20, which the counts give directly.
    let expected = try clopperPearson(successes: 18, trials: 20)
    let finding = try #require(try judge("0.5", clustered).findings.first)
    #expect(finding.lower == (try FixedDecimal(expected.lower, scale: 12)))
    #expect(finding.upper == (try FixedDecimal(expected.upper, scale: 12)))
  }

  @Test func numbersWithoutCountsOrDesignEffectAreNotEvaluable() throws {
    for measure in [
      estimate("sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4"),
      estimate(
        "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4", counts: (45, 50),
        method: "wilson-effective-95/v1"),
      estimate(
        "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4", counts: (51, 50)),
    ] {
      #expect(try judge("0.1", measure).verdict == .notEvaluable)
    }
  }
}
