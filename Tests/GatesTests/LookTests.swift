import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Statistics
import Synthesis
import Testing

/// `protocols/verdicts.md`, section 7: bounds that allow for being looked at more than once.
@Suite struct LookTests {
  private static let always: JSONValue = ["method": "alwaysValid"]
  private static let spending: JSONValue = ["method": "alphaSpending", "planned": 5]

  /// 45 of 50: Wilson's interval is 0.786 to 0.957.
  private static let written = estimate(
    "sensitivity", "0.900000000000", "0.786389736072", "0.956518997096", at: "0.4", counts: (45, 50))

  private func judged(
    looks: JSONValue?, look: Int = 1, limit: String = "0.78", measure: JSONValue = Self.written
  ) throws -> CriterionOutcome {
    let study = try GateStudy(
      go: [criterion("criterion", "sensitivity", "atLeast", limit, looks: looks)], plannedLooks: 5)
    let rows = ["alpha", "beta", "gamma"].map { SiteRow(site: $0, measures: [measure]) }
    return try #require(try study.decide(rows, look: look).go.first)
  }

  @Test func aBoundThatIsValidAtEveryLookIsLowerThanThatOfOneLook() throws {
    #expect(try judged(looks: nil).verdict == .pass)
    let outcome = try judged(looks: Self.always)
    #expect(outcome.verdict == .inconclusive)
    let sequence = try confidenceSequence(successes: 45, trials: 50)
    #expect(outcome.findings.first?.lower == (try FixedDecimal(sequence.lower, scale: 12)))
    #expect(outcome.findings.first?.upper == (try FixedDecimal(sequence.upper, scale: 12)))
    #expect(outcome.findings.first?.value?.text == "0.900000000000")
  }

  @Test func aBoundThatIsValidAtEveryLookStaysTheSameAtEveryLook() throws {
    let first = try judged(looks: Self.always)
    let late = try judged(looks: Self.always, look: 1000)
    #expect(first.findings == late.findings && late.verdict == .inconclusive)
  }

  @Test func alphaSpendingUsesTheMultiplierOfTheLook() throws {
    let multipliers = [4.876884949, 3.357011922, 2.680280065, 2.289816768, 2.031032043]
    for (index, multiplier) in multipliers.enumerated() {
      let outcome = try judged(looks: Self.spending, look: index + 1)
      let interval = try wilsonInterval(successes: 45, trials: 50, z: multiplier)
      #expect(outcome.findings.first?.lower == (try FixedDecimal(interval.lower, scale: 12)))
      #expect(outcome.findings.first?.upper == (try FixedDecimal(interval.upper, scale: 12)))
    }
    // 0.7 is below the bound from the third look on.
    let verdicts = try (1...5).map { try judged(looks: Self.spending, look: $0, limit: "0.7").verdict }
    #expect(verdicts == [.inconclusive, .inconclusive, .pass, .pass, .pass])
  }

  @Test func whenThePlannedLooksAreSpentNothingIsJudged() throws {
    let outcome = try judged(looks: Self.spending, look: 6, limit: "0.1")
    #expect(outcome.verdict == .notEvaluable && outcome.findings.isEmpty)
    #expect(outcome.reasons.first == "all 5 planned looks are spent")
    #expect(try judged(looks: Self.spending, look: 5, limit: "0.1").verdict == .pass)
  }

  @Test func theSentenceAndTheReasonsSayWhichLookItIs() throws {
    let outcome = try judged(looks: Self.spending, look: 2)
    #expect(outcome.sentence.hasSuffix(", is at least 0.78, at look 2 of 5, by alpha spending"))
    #expect(
      outcome.reasons.last == "judged at look 2 of 5, by alpha spending, with 3.357 in the place of 1.960")
    let always = try judged(looks: Self.always, look: 7)
    #expect(always.sentence.hasSuffix(", at look 7, by a bound that is valid at every look"))
    #expect(always.reasons.last == "judged at look 7, by a bound that is valid at every look")
    let single = try judged(looks: nil, look: 7)
    #expect(!single.sentence.contains("look") && !single.reasons.contains { $0.contains("look") })
  }

  /// The same share of rows that tell half as much.
  private func clustered(_ effect: String?) -> JSONValue {
    estimate(
      "sensitivity", "0.900000000000", "0.700000000000", "0.970000000000", at: "0.4", counts: (45, 50),
      method: "wilson-effective-95/v1", details: effect.map { ["designEffect": .string($0)] } ?? [:])
  }

  @Test func rowsOfOnePatientCountAsFewerTrials() throws {
    for looks in [Self.always, Self.spending] {
      let finding = try #require(
        try judged(looks: looks, measure: clustered("2.000000000000")).findings.first)
      let expected =
        looks == Self.always
        ? try confidenceSequence(proportion: 0.9, effectiveTrials: 25)
        : try wilsonInterval(proportion: 0.9, effectiveTrials: 25, z: 4.876884949)
      #expect(finding.lower == (try FixedDecimal(expected.lower, scale: 12)))
      #expect(finding.upper == (try FixedDecimal(expected.upper, scale: 12)))
    }
  }

  @Test func clustersAtBothEndsKeepTheirEnd() throws {
    for (successes, share) in [(Int64(0), "0"), (50, "1")] {
      let clustered = estimate(
        "sensitivity", "\(share).000000000000", "0.000000000000", "1.000000000000", at: "0.4",
        counts: (successes, 50), method: "wilson-effective-95/v1",
        details: ["designEffect": "2.500000000000"])
      let finding = try #require(try judged(looks: Self.always, measure: clustered).findings.first)
      let expected = try confidenceSequence(proportion: Double(successes) / 50, effectiveTrials: 20)
      #expect(finding.lower == (try FixedDecimal(expected.lower, scale: 12)))
      #expect(finding.upper == (try FixedDecimal(expected.upper, scale: 12)))
    }
  }

  @Test func withoutADesignEffectOfAtLeastOneThereIsNoBound() throws {
    for effect in [nil, "0.999999999999", "0.000000000000", "-2.000000000000"] {
      #expect(
        try judged(looks: Self.always, limit: "0.1", measure: clustered(effect)).verdict == .notEvaluable)
    }
    #expect(
      try judged(looks: Self.always, limit: "0.1", measure: clustered("1.000000000000")).verdict == .pass)
  }

  @Test(
    "a number that the bound cannot be made of is not evaluable",
    arguments: [
      estimate("sensitivity", "0.900000000000", "0.786389736072", "0.956518997096", at: "0.4"),
      estimate(
        "sensitivity", "0.900000000000", "0.000000000000", "1.000000000000", at: "0.4", counts: (45, 50),
        method: "wilson-effective-95/v1"),
      estimate(
        "sensitivity", "0.900000000000", at: "0.4", counts: (45, 50), method: "wilson-effective-95/v1"),
    ])
  func damagedNumbers(measure: JSONValue) throws {
    for looks in [Self.always, Self.spending] {
      let outcome = try judged(looks: looks, limit: "0.1", measure: measure)
      #expect(outcome.verdict == .notEvaluable)
    }
  }

  @Test func aBreachAtALookFails() throws {
    #expect(try judged(looks: Self.always, limit: "0.999").verdict == .fail)
    #expect(try judged(looks: Self.spending, look: 5, limit: "0.97").verdict == .fail)
    #expect(try judged(looks: Self.spending, look: 1, limit: "0.97").verdict == .inconclusive)
  }

  @Test func theDocumentSaysWhichLookItIsAndLooksCountFromOne() throws {
    let study = try GateStudy(go: [criterion()])
    let matrix = try study.matrix([SiteRow(site: "alpha", measures: [Self.written])])
    let outcome = try decide(matrix, phase: .silent, under: study.evaluationProtocol, look: 3)
    let text = String(decoding: outcome.encode(protocolDigest: Digest(of: [])), as: UTF8.self)
    #expect(text.contains(#""look":3"#))
    #expect(throws: GateError.noSuchLook(0)) {
      try decide(matrix, phase: .silent, under: study.evaluationProtocol, look: 0)
    }
  }
}
