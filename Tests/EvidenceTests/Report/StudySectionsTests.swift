import EvaluationProtocols
import Gates
import Testing

@testable import Evidence

/// What the report says about people, gates and stops.
@Suite struct StudySectionsTests {
  private func page() throws -> String {
    String(decoding: renderReport(try WardStudy().afterHold().record), as: UTF8.self)
  }

  private func section(_ id: String, of page: String) throws -> String {
    try #require(page.section(from: "<section id=\"\(id)\"", to: "</section>"))
  }

  @Test func withoutAHistoryThePageSaysThatNothingShowsAGateOpened() throws {
    let page = try ReportFixture().page()
    #expect(page.holds("No study history: nothing here shows that a gate opened"))
    for id in ["gates", "signed", "stops", "looks", "changes"] {
      #expect(!page.holds("<section id=\"\(id)\""))
    }
  }

  @Test func everyMoveStandsInTheTimeline() throws {
    let moves = try section("gates", of: page())
    for wanted in [
      "Protocol version 2 came into force", "Entered the phase silent", "Entered the phase limited",
      "round r-second and 3 approvals", "DRILL: hold rehearsed, the state did not change", "Held",
      "Round r-second of silent, look 1",
      "held in the phase limited",
    ] { #expect(moves.holds(wanted), "\(wanted)") }
  }

  @Test func everySignatureIsShownWithNameRoleTimeAndMeaning() throws {
    let page = try page()
    let signed = try section("signed", of: page)
    #expect(
      signed.components(between: "<article class=\"signature ", and: "\"").sorted() == [
        "abstain", "approve", "approve", "approve", "reject",
      ])
    for wanted in [
      "REJECTS", "Safety officer. Signed 2026-", " UTC", "on behalf of Prof. Ines Costa", "Dr. Eva Lang",
      "Show the night shifts first.", "A monthly look at Cedar City.", "Declares no conflict of interest.",
      "Was paid for a talk by the vendor in 2024.", "Valid until",
      "I have reviewed the evidence named here and approve that the study enters the phase limited.",
    ] { #expect(signed.holds(wanted), "\(wanted)") }
  }

  @Test func stopsAreShownWithOrdersAnswersAndDrillsMarked() throws {
    let stops = try section("stops", of: page())
    for wanted in [
      "DRILL", "Missed sepsis at Cedar City", "NOT ACKNOWLEDGED", "41 seconds", "waiting for fir",
      "Closed", "All heard it.", "Dr. Milan Novak", "within 19 seconds",
    ] { #expect(stops.holds(wanted), "\(wanted)") }
  }

  @Test func changesStandBesideDrift() throws {
    let changes = try section("changes", of: page())
    #expect(changes.holds("lactate in mmol/l instead of mg/dl"))
    #expect(changes.holds("Drift beyond the limit of 0.2") || changes.holds("No column drifted"))
  }

  @Test func looksAreCounted() throws {
    let looks = try section("looks", of: page())
    #expect(looks.holds("1, and 1 under earlier versions"))
  }
}
