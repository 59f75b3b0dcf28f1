import CanonicalJSON
import EvaluationProtocols
import Foundation
import Gates
import Synthesis
import TestSupport
import Testing

/// `protocols/vectors/gates/criteria`: verdicts and judged numbers as another program finds them, one criterion
/// a rule.
@Suite struct CriteriaVectorTests {
  private static func path(_ name: String) -> String {
    Repository.path("protocols/vectors/gates/criteria/\(name)")
  }

  private func outcomes() throws -> [CriterionOutcome] {
    let evaluationProtocol = try EvaluationProtocol.parse(fileBytes(Self.path("protocol.json")))
    let files = try ["pooled", "sites/alpha", "sites/beta", "sites/gamma", "sites/home"].map {
      (path: "\($0).json", bytes: try fileBytes(Self.path("matrix/\($0).json")))
    }
    let matrix = try ValidationMatrix.parse(files, under: evaluationProtocol)
    let outcome = try decide(matrix, phase: .silent, under: evaluationProtocol, look: 1)
    return outcome.go + outcome.stop
  }

  @Test func everyVerdictAndNumberIsThatOfAnotherProgram() throws {
    let expected = try #require(
      JSONSerialization.jsonObject(with: Data(fileBytes(Self.path("expected.json")))) as? [[String: Any]])
    let outcomes = try outcomes()
    #expect(outcomes.map(\.id) == expected.compactMap { $0["criterion"] as? String })
    for (outcome, entry) in zip(outcomes, expected) {
      #expect(outcome.verdict.rawValue == entry["verdict"] as? String, "\(outcome.id)")
      let findings = entry["findings"] as? [[String: String]] ?? []
      let found = outcome.findings.map(\.texts)
      #expect(found == findings, "\(outcome.id)")
    }
  }

  @Test func everyVerdictIsAmongThem() throws {
    #expect(Set(try outcomes().map(\.verdict)) == Set(Verdict.allCases))
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    #expect(try OtherProgram.run("python3", ["-B", Self.path("make.py"), "--check"]).status == 0)
  }
}

extension Finding {
  fileprivate var texts: [String: String] {
    var texts = ["attribute": slice.attribute, "level": slice.level, "verdict": verdict.rawValue]
    texts["site"] = site
    texts["window"] = window
    texts["value"] = value?.text
    texts["lower"] = lower?.text
    texts["upper"] = upper?.text
    return texts
  }
}
