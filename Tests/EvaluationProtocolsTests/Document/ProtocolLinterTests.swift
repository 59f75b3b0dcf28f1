import CanonicalJSON
import EvaluationProtocols
import TestSupport
import Testing

@Suite struct ProtocolLinterTests {
  private func lines(_ kind: LintLine.Kind, of evaluationProtocol: EvaluationProtocol) -> [String] {
    evaluationProtocol.lint().filter { $0.kind == kind }.map(\.text)
  }

  @Test func eachCriterionIsOneEnglishSentence() throws {
    let phase = try #require(try ProtocolVectors.full().phase(.silent))
    #expect(
      phase.goCriteria.map(\.sentence) == [
        "the lower 95 % bound of sensitivity at threshold 0.3, at every validation site, is at least 0.7",
        "the lower 95 % bound of AUROC, as predicted for a new site, is at least 0.65",
        "AUROC, within sites, is at least 0.7",
        "the upper 95 % bound of observed / expected events, as the random-effects mean over validation sites, "
          + "is at most 1.2",
        "specificity at threshold 0.6, at the worst validation site, for each level of sex, is at least 0.5",
        "positive predictive value at threshold 0.6, over the pooled rows of the validation sites, among rows "
          + "with age-band old, is at least 0.1",
        "the lower 95 % bound of sensitivity gained over the baseline at threshold 0.3, over the pooled rows of the "
          + "validation sites, is at least 0",
        "the lower 95 % bound of specificity gained over the baseline at threshold 0.3, as the random-effects mean "
          + "over validation sites, is at least -0.02",
        "the lower 95 % bound of how far sensitivity at threshold 0.3 is above that of the reference rows, within "
          + "sites, for each level of sex, is at least -0.1",
        "the upper 95 % bound of how far the logarithm of observed / expected events is above that of the reference "
          + "rows, at the worst validation site, among rows with age-band old, is at most 0.3",
        "the lower 95 % bound of positive predictive value at the standard prevalence at threshold 0.6, at every "
          + "validation site, is at least 0.1",
        "expected calibration error, over the pooled rows of the validation sites, is at most 0.05",
      ])
  }

  @Test func criteriaOnDriftMonitoringAndAlertsAreOneSentenceEach() throws {
    let phase = try #require(try ProtocolVectors.full().phase(.limited))
    #expect(
      phase.stopCriteria.dropFirst(2).map(\.sentence) == [
        "the upper 95 % bound of how far lactate is from its reference (population stability index), at every "
          + "validation site, is at most 0.2",
        "risk-adjusted CUSUM, at the worst validation site, is at most 4.5",
        "the upper 95 % bound of alerts per 100 rows, at every validation site, is at most 20",
        "the upper 95 % bound of share of alerts overridden, over the pooled rows of the validation sites, is at "
          + "most 0.9",
        "the lower 95 % bound of share of alerts acknowledged in time, at the worst validation site, is at least "
          + "0.8",
      ])
  }

  @Test func itSaysWhatASiteWillSend() throws {
    let text = lines(.explanation, of: try ProtocolVectors.full()).joined(separator: "\n")
    #expect(text.contains("for each of 2 windows"))
    #expect(text.contains("on at most 9 score intervals"))
    #expect(text.contains("7 levels of 2 attributes"))
    #expect(text.contains("No released count is of fewer than 11 patients"))
    #expect(text.contains("its own calibration fit from 100 events"))
    #expect(text.contains("histograms of 2 columns"))
    #expect(text.contains("Development sites, shown apart and never pooled: Origin."))
    #expect(text.contains("age is at least 18; and bed is known; and the patient's first row by visit."))
    #expect(text.contains("At or above 0.3: call the nurse."))
  }

  @Test func rowsStandForPatientsWhereNoColumnTellsThemApart() throws {
    let text = lines(.explanation, of: try ProtocolVectors.small()).joined(separator: "\n")
    #expect(text.contains("rows (no patient column, so a row is a patient)"))
  }

  @Test func returningPatientsAreMentionedUnlessOneRowAPatientIsKept() throws {
    let full = try ProtocolVectors.full()
    #expect(!lines(.explanation, of: full).contains { $0.contains("Patients may have several rows") })
    let rule = #",{"by":"visit","kind":"firstPerPatient"}"#
    let text = String(decoding: full.bytes, as: UTF8.self)
    let without = try EvaluationProtocol.parse(Array(text.replacing(rule, with: "").utf8))
    let line = lines(.explanation, of: without).first { $0.contains("Patients may have several rows") }
    #expect(line?.contains("may be of fewer than 11 patients") == true)
  }

  @Test func aStudyWithoutCohortRulesSaysThatEveryRowIsIn() throws {
    let text = lines(.explanation, of: try ProtocolVectors.small()).joined(separator: "\n")
    #expect(text.contains("Every row is in the cohort."))
  }

  @Test func aSoundProtocolHasNoWarning() throws {
    let example = try EvaluationProtocol.parse(
      try fileBytes(Repository.path("protocols/examples/heart-disease/protocol.json")))
    // Published data under a low minimum cell, and reviewers who are named when the study is run.
    #expect(
      lines(.warning, of: example).allSatisfy {
        $0.hasPrefix("a minimum cell of 3 is for public")
          || $0.hasPrefix("silent: the gate cannot open until an amendment names the key of ")
      })
  }

  @Test func criteriaThatCannotPassAreNamed() throws {
    let warnings = lines(.warning, of: try ProtocolVectors.full())
    // 20 events: Wilson's lower bound of 20 of 20 is 0.839, so 0.7 can be reached and 0.9 could not.
    #expect(!warnings.contains { $0.contains("sensitivity is underpowered") })
    let small = lines(.warning, of: try ProtocolVectors.small())
    #expect(small.contains { $0.contains("silent asks for 2 sites but only 1 validate") })
  }

  @Test func anUnreachableLowerBoundIsUnderpowered() throws {
    let bytes = try ProtocolVectors.bytes("accept/full.json")
    // The only limit of 0.7 on a lower bound becomes 0.84; 20/(20 + 3.8415) is 0.8389.
    let text = String(decoding: bytes, as: UTF8.self)
      .replacing(
        "\"id\":\"sensitivity\",\"limit\":\"0.7\"", with: "\"id\":\"sensitivity\",\"limit\":\"0.84\"")
    let changed = try EvaluationProtocol.parse(Array(text.utf8))
    #expect(lines(.warning, of: changed).contains { $0.hasPrefix("sensitivity is underpowered") })
  }

  @Test func anExactIntervalIsNamedAndReachesLess() throws {
    let full = try ProtocolVectors.full()
    #expect(
      full.phase(.broad)?.stopCriteria.last?.sentence
        == "the exact lower 95 % bound of sensitivity at threshold 0.3, at every validation site, is at least 0.6"
    )
    // 0.025^(1/20) is 0.8316; Wilson's bound of 20 of 20 is 0.8389.
    func warned(limit: String) throws -> Bool {
      let text = String(decoding: full.bytes, as: UTF8.self)
        .replacing(
          #""id":"exact","interval":"exact","limit":"0.6""#,
          with: #""id":"exact","interval":"exact","limit":"\#(limit)""#)
      let changed = try EvaluationProtocol.parse(Array(text.utf8))
      try #require(changed.digest != full.digest)
      return lines(.warning, of: changed).contains { $0.hasPrefix("exact is underpowered") }
    }
    #expect(try warned(limit: "0.832") && !warned(limit: "0.831"))
  }
}
