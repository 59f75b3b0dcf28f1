import EvaluationProtocols
import Testing

@testable import Evidence
@testable import Gates

@Suite struct VerdictStatementTests {
  private func statement(
    minimum: Verdict = .pass, go: [Verdict], stop: [Verdict] = [], phase: PhaseName = .silent
  ) -> VerdictStatement {
    func judged(_ verdict: Verdict) -> CriterionOutcome {
      CriterionOutcome(
        id: "any", verdict: verdict, sentence: "", reasons: ["2 sites of at least 3"], findings: [])
    }
    return VerdictStatement(
      GateOutcome(
        phase: phase, look: 1, dataClasses: ["clinical"], minimum: judged(minimum), go: go.map(judged),
        stop: stop.map(judged)),
      phase: nil)
  }

  @Test func failuresAreCounted() {
    #expect(
      statement(go: [.fail, .fail, .pass, .fail, .pass, .pass, .pass]).headline
        == "The gate does not open: 3 of 7 criteria fail.")
  }

  @Test func kindsAreToldApart() {
    #expect(
      statement(go: [.fail, .inconclusive, .notEvaluable, .notEvaluable]).headline
        == "The gate does not open: 1 of 4 criteria fails, 1 is inconclusive, 2 are not evaluable.")
  }

  @Test func passNeverSaysThatTheGateOpens() {
    let statement = statement(go: [.pass, .pass])
    #expect(statement.headline == "The data meet this gate: all 2 criteria pass.")
    #expect(statement.details == ["The protocol asks no person to sign before the gate opens."])
  }

  @Test func smallStudyDoesNotOpenTheGateThoughCriteriaPass() {
    let statement = statement(minimum: .notEvaluable, go: [.pass])
    #expect(statement.headline == "The gate does not open: the study is smaller than its protocol asks.")
    #expect(statement.details.contains { $0.contains("2 sites of at least 3") })
  }

  @Test func breachedStopCriterionIsSaid() {
    let statement = statement(go: [.pass], stop: [.fail])
    #expect(statement.headline == "The gate does not open: a stop criterion is breached.")
    #expect(statement.details == ["1 stop criterion is breached: the protocol holds the study."])
  }

  @Test func inconclusiveStopCriterionDoesNotHold() {
    #expect(statement(go: [.pass], stop: [.inconclusive]).headline.hasPrefix("The data meet"))
  }

  @Test func lastPhaseHasNoGateToOpen() {
    #expect(
      statement(go: [.fail], phase: .broad).headline
        == "The broad phase does not meet its criteria: 1 of 1 criterion fails.")
  }
}
