import Testing

@testable import Evidence

/// What the page says of each kind of number.
@Suite struct ReportStatisticsTests {
  private func section(_ id: String, of fixture: ReportFixture = ReportFixture()) throws -> String {
    try #require(try fixture.page().section(from: "<section id=\"\(id)\"", to: "</section>"))
  }

  private func expect(_ wanted: [String], in text: String) {
    for words in wanted {
      let isThere = text.holds(words)
      #expect(isThere, "\(words)")
    }
  }

  @Test func expectationIsGivenAtEachThreshold() throws {
    expect(
      [
        "At threshold 0.1: the nurse repeats vital signs within the hour.",
        "Of 100 patients with the event, about 70 are flagged, on average over 3 hospitals",
        "expect between 59 and 81 of 100 (95 % prediction interval 0.594 to 0.814)",
        "Of 100 flagged patients, about 23 are found to have the event",
        "At threshold 0.3: the physician sees the patient within the hour.",
      ], in: try section("expect"))
  }

  @Test func forestNamesTheWorstHospitalAndHowHospitalsDiffer() throws {
    let hospitals = try section("hospitals")
    expect(
      [
        "AUROC: least favourable at Cedar City Hospital, 0.752 (0.693 to 0.811).",
        "the mean lies between 0.788 (without Alder General Hospital) and 0.797 (without Cedar City Hospital)",
        "variance τ² 0.031 (Q-profile 95 % interval 0.002 to 0.410)",
        "I² = τ² / (τ² + typical variance) 62.0\u{A0}%", "I² by (Q − (K − 1)) / Q: 66.1\u{A0}%",
        "Sensitivity at 0.1: least favourable at Cedar City Hospital, 0.665",
        "Specificity at 0.1: least favourable at Alder General Hospital",
        "Observed / expected events: least favourable at Cedar City Hospital, 1.410",
        "too few hospitals left",
      ], in: hospitals)
  }

  @Test func calibrationIsSaidInWordsAndTheIndexIsNamed() throws {
    expect(
      [
        "for every 100 events that the scores expect, 107 happened; the scores are too low on the whole",
        "1 is right; the scores are too extreme", "chance alone adds about 0.007",
        "<td>0.00041</td>", "in 95 of 100 samples, p\u{A0}=\u{A0}0.021",
        "Brier score = reliability − resolution + uncertainty + spread within bins − covariance within bins",
        "<td>0.07360</td>", "Logistic calibration index",
        "a calibrated model with these scores would have 0.060",
      ], in: try section("curves"))
  }

  @Test func scoresOfBothClassesStandUnderTheCalibrationPlot() throws {
    let plot = try #require(
      try ReportFixture().page().section(from: "<desc id=\"calibration-pooled-text\"", to: "</desc>"))
    #expect(plot.holds("scores 0 to 0.02: 33 with the event, 3\u{202F}230 without"))
    #expect(plot.holds("mean score 0.024, observed 0.028"))
  }

  @Test func decisionTableSaysWhetherActingOnTheModelHelps() throws {
    let table = try #require(
      try section("curves").section(from: "Does acting on the model help?", to: "</table>"))
    expect(
      [
        "Standardised (share of the most possible)", "Interventions avoided per 100",
        "better than acting on everybody, and than on nobody",
      ], in: table)
  }

  @Test func comparatorIsComparedInWordsAndNumbers() throws {
    expect(
      [
        "At 0.1 (NEWS2 at 5) the model finds 6.2 more of 100 patients with the event (95 % interval 3.8 to 8.6); only "
          + "the model is right for 71, only NEWS2 for 20.",
        "the model finds 1.1 fewer of 100 patients with the event", "That may be chance.",
        "The mean over hospitals points in the other direction, 5.1 of 100 (1.1 to 9.1)",
        "<td>0.037–0.087</td><td>71</td><td>20</td><td>&lt;\u{A0}0.001</td>",
      ], in: try section("baseline"))
  }

  @Test func gapsStandCrudeAndWithinHospitalsWithAdjustedProbabilities() throws {
    let gaps = try section("gaps")
    expect(
      [
        "Sensitivity at 0.1, age 70 and over: 6.1 points lower (95 % interval −9.7 to −2.5) than in 50 to 69, within "
          + "hospitals; adjusted p\u{A0}=\u{A0}0.012.",
        "<td>−0.061 (−0.097 to −0.025)</td><td>−0.087 (−0.123 to −0.051)</td>",
        "adjusted by Holm&#39;s rule", "Each level is compared with 50 to 69.",
        "Each level is compared with all other rows.",
        "not recorded: sensitivity withheld, specificity withheld", "for description only",
        "not evaluable: too few events or non-events",
      ], in: gaps)
    var plain = ReportFixture()
    plain.hasExtras = false
    #expect(try section("gaps", of: plain).holds("The protocol has no rule for many gaps"))
  }

  @Test func trendsAreSaidInWords() throws {
    expect(
      [
        "AUROC, mean over hospitals: falls, beyond chance. Its log odds changes by −0.038 a window",
        "Observed / expected events, mean over hospitals: no trend beyond chance. Its logarithm changes by 0.017",
        "2026-04 withheld",
      ], in: try section("time"))
  }

  @Test func cusumShowsItsLimitAndWhereItSignals() throws {
    expect(
      [
        "It signals at 1 hospital: Cedar City Hospital (first in 2026-05).",
        "Above the limit of 3.5 it signals",
        "limit 3.5; 2026-01 1.100; 2026-02 2.200; 2026-03 3.300; 2026-04 withheld; 2026-05 4.400, above the limit",
      ], in: try section("time"))
  }

  @Test func limitsOfWhatIsNotKnownStandBesideTheNumber() throws {
    expect(
      [
        "in the way that is worst for the model, sensitivity at 0.1 would be 0.624; if all in the best way, 0.764",
        "Whatever the withheld counts are, sensitivity at 0.1 with them lies between 0.604 and 0.794",
        "<td>0.702</td>", "Design effects", "<td>1.310</td>", "Exact 95 % interval",
      ], in: try section("unknown"))
    let matrix = try section("matrix")
    #expect(matrix.holds("whatever is withheld: 0.604–0.794"))
    #expect(matrix.holds("bounds, no point"))
  }

  @Test func driftHasAVerdictOfThree() throws {
    expect(
      [
        "3 drift (at or above the limit, and more than chance), 42 stable (below it even at the upper limit), 3 cannot be "
          + "told (too few rows)",
        "cannot be told: underpowered", "Cramér&#39;s V", "Values outside what is listed",
        "Explained by prevalence", "6 withheld",
      ], in: try section("drift"))
  }

  @Test func alertsAreFollowedUntilSomebodyAcknowledgesThem() throws {
    expect(
      [
        "Alerts per 100 rows: 21.4 (20.5 to 22.3)", "38.1\u{A0}% (36.0 to 40.2)",
        "within 15 minutes: 61.3\u{A0}%", "by a time in the range 5 to under 15 minutes", "never 242",
      ], in: try section("alerts"))
  }

  @Test func everyKindOfNumberNamesItsEstimatorAndSource() throws {
    let methods = try section("methods")
    expect(
      [
        "Wilson 1927", "DeLong et al. 1988", "REML τ²", "Higgins et al. 2009", "Sato 1989", "Tango 1998",
        "Steiner et al. 2000", "Garwood 1936", "Pooled rows: all released rows as if of one hospital",
      ], in: methods)
  }

  @Test func studyWithoutComparatorAlertsAndCusumShowsNothingOfThem() throws {
    var plain = ReportFixture()
    plain.hasExtras = false
    let page = try plain.page()
    for absent in [
      "<section id=\"baseline\"", "<section id=\"alerts\"", "CUSUM", "NEWS2", "Garwood", "Tango", "McNemar",
    ] {
      let isThere = page.holds(absent)
      #expect(!isThere, "\(absent)")
    }
  }

  @Test func twoHospitalsAreNotAveraged() throws {
    var two = ReportFixture()
    two.released = ["alder", "birch"]
    let hospitals = try section("hospitals", of: two)
    #expect(hospitals.holds("none: fewer than three sites"))
    #expect(!hospitals.holds("A new hospital (prediction)"))
  }

  @Test func manyHospitalsAreCutAndThePageSaysSo() throws {
    var many = ReportFixture()
    many.moreSites = 70
    let page = try many.page()
    expect(
      [
        "15 further hospitals not drawn here; they are in the mean", "15 further hospitals not in this table",
        "52 further hospitals not drawn here; matrix/sites/ has their numbers",
        "63 further hospitals not shown",
      ], in: page)
    // Nobody is left out of the forest plots of one measure.
    let plot = try #require(page.section(from: "<desc id=\"forest-auroc-text\"", to: "</desc>"))
    #expect(plot.components(between: "Hospital more-", and: " withheld").count == 70)
  }
}
