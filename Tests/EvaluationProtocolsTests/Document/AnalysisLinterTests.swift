import EvaluationProtocols
import TestSupport
import Testing

@Suite struct AnalysisLinterTests {
  private func lines(_ kind: LintLine.Kind, replacing changes: [(String, String)] = []) throws -> [String] {
    var text = String(decoding: try ProtocolVectors.bytes("accept/full.json"), as: UTF8.self)
    for (old, new) in changes {
      try #require(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    return try EvaluationProtocol.parse(Array(text.utf8)).lint().filter { $0.kind == kind }.map(\.text)
  }

  @Test func itSaysWhatElseASiteWillSend() throws {
    let found = try lines(.explanation)
    let wanted = [
      "The model is compared with early warning score, which flags a row at or above 5 where the model flags at 0.3, "
        + "7 where the model flags at 0.6: a site also sends, for each slice and window, a paired table at 2 thresholds "
        + "of which rows model and comparator flag, for events, non-events and rows without a label, and the rank "
        + "integers of the comparator and of the pair.",
      "Intersections counted at the site but withheld, so that nothing of them leaves it yet: old-women (sex=female "
        + "and age-band=old), old-men (age-band=old and sex=male).",
      "A site also sends, for each window, counts of alerts (alert is shown or paged); overridden alerts (response is "
        + "dismissed); alerts by minutes to acknowledgement in 4 bands and never acknowledged, the target being 15.",
      "Predictive values of sites are also compared at a prevalence of 0.1.",
      "P-values of gaps are adjusted by Holm's method, which holds the chance of any false one.",
      "A site also sends one CUSUM sum for each window. It watches for odds of the event 2 times those of the score "
        + "and signals above 4.5; by the author's word a false signal comes once in 100 windows on average.",
      "A site also sends, for each slice and window, how far the score's log odds lean on each of 2 inputs: the mean "
        + "absolute Shapley value over a sample of at most half of the patients and at most 10000, one row each, in "
        + "steps of what a minimum cell of patients can add.",
    ]
    #expect(wanted.filter { !found.contains($0) } == [])
  }

  @Test func aStudyWithoutThemSendsNothingMore() throws {
    let text = try ProtocolVectors.small().lint().map(\.text).joined(separator: "\n")
    #expect(!text.contains("also sends") && !text.contains("Intersections") && !text.contains("CUSUM"))
  }

  @Test func theReferenceRowsOfAGapAreNamed() throws {
    let found = try lines(.explanation)
    #expect(found.contains("sex-gap has as its reference rows those with sex male."))
    #expect(
      found.contains("old-gap has as its reference rows those of all other levels of age-band together."))
  }

  @Test func measuresForDescriptionAreWarnedOf() throws {
    let warnings = try lines(.warning)
    #expect(
      warnings.contains { $0.hasPrefix("error judges expected calibration error, which is for description") })
    #expect(warnings.contains { $0.hasPrefix("error: the expected calibration error is biased upwards") })
    #expect(warnings.contains { $0.hasPrefix("drift judges population stability index") })
    #expect(!warnings.contains { $0.hasPrefix("sensitivity judges") })
    let debiased = try lines(
      .warning, replacing: [("expectedCalibrationError", "debiasedSquaredCalibrationError")])
    #expect(!debiased.contains { $0.contains("biased upwards") })
  }

  @Test func aCUSUMLimitOfAnotherRunLengthIsWarnedOf() throws {
    let other = (#""limit":"4.5","oddsRatio""#, #""limit":"4","oddsRatio""#)
    let wanted = "cusum has the limit 4.5, but the run length is stated for 4"
    #expect(try lines(.warning, replacing: [other]).contains(wanted))
    #expect(try !lines(.warning).contains { $0.contains("run length") })
  }

  @Test func gapsThatAnyStopIsForAreCountedUnlessTheyAreAdjusted() throws {
    // A criterion of the phase limited becomes a gap of each of the three age bands.
    let coverage =
      #""coverage":{"minimumRowShare":"0.5","minimumSites":2,"whenWithheld":"block"},"id":"newest""#
    let rest =
      #","limit":"0.5","metric":"sensitivity","minimumEvents":20,"rationale":"because","#
      + #""scope":"pooledRows","slice":{"attribute":"#
    let gaps = [
      (coverage + rest + #""overall""#, #""contrast":"gap","# + coverage + rest + #""age-band""#),
      (#","window":"newest""#, ""),
    ]
    let without = (#""multiplicity":"holm","#, "")
    let wanted =
      "limited stops for any of 3 gaps at 5 % each and the protocol has no analysis.multiplicity, so chance alone "
      + "stops it in up to 15 % of looks: newest"
    #expect(try lines(.warning, replacing: gaps + [without]).contains(wanted))
    #expect(try !lines(.warning, replacing: gaps).contains { $0.contains("multiplicity") })
    #expect(try !lines(.warning, replacing: [without]).contains { $0.contains("multiplicity") })
  }
}
