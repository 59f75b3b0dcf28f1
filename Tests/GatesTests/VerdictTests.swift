import Gates
import Testing

@Suite struct VerdictTests {
  @Test(arguments: [
    ([Verdict.pass, .pass], Verdict.pass), ([.pass, .inconclusive], .inconclusive),
    ([.inconclusive, .notEvaluable], .notEvaluable), ([.notEvaluable, .fail, .pass], .fail),
    ([.fail, .inconclusive], .fail), ([], .pass),
  ])
  func theWorstOfAllDecides(_ verdicts: [Verdict], _ expected: Verdict) {
    #expect(Verdict.all(verdicts) == expected)
    #expect(Verdict.all(verdicts.reversed()) == expected)
  }

  @Test func namesInDocumentsAreFixed() {
    #expect(Verdict.allCases.map(\.rawValue) == ["pass", "fail", "inconclusive", "notEvaluable"])
  }
}
