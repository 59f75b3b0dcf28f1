import CanonicalJSON
import EvaluationProtocols
import Foundation
import Gates
import Synthesis
import TestSupport
import Testing

/// `protocols/vectors/looks`: intervals of repeated looks as another program computes them, and verdicts.
@Suite struct LookVectorTests {
  private let evaluationProtocol: EvaluationProtocol
  private let matrix: ValidationMatrix

  init() throws {
    evaluationProtocol = try EvaluationProtocol.parse(fileBytes(Self.path("protocol.json")))
    let files = try ["pooled", "sites/alpha", "sites/beta", "sites/gamma", "sites/home"].map {
      (path: "\($0).json", bytes: try fileBytes(Self.path("matrix/\($0).json")))
    }
    matrix = try ValidationMatrix.parse(files, under: evaluationProtocol)
  }

  private static func path(_ name: String) -> String { Repository.path("protocols/vectors/looks/\(name)") }

  private func outcome(look: Int) throws -> GateOutcome {
    try decide(matrix, phase: .silent, under: evaluationProtocol, look: look)
  }

  @Test func intervalsAreThoseOfAnotherProgram() throws {
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(fileBytes(Self.path("expected.json")))) as? [String: Any])
    let intervals = try #require(document["intervals"] as? [[String: Any]])
    var worstSites = 0
    for entry in intervals {
      let look = try #require(entry["look"] as? Int)
      let outcome = try outcome(look: look)
      let judged = try #require(
        (outcome.go + outcome.stop).first { $0.id == entry["criterion"] as? String })
      let finding = judged.findings.first { $0.site == entry["site"] as? String }
      // Of the worst site's criterion one finding is shown.
      guard let finding else {
        worstSites += 1
        continue
      }
      #expect(finding.lower?.text == entry["lower"] as? String, "\(judged.id) at look \(look)")
      #expect(finding.upper?.text == entry["upper"] as? String, "\(judged.id) at look \(look)")
    }
    #expect(intervals.count == 22 && worstSites == 4)
  }

  @Test(arguments: [1, 4, 5])
  func verdictsAreThoseOfTheVectors(look: Int) throws {
    let found = try outcome(look: look).encode(protocolDigest: evaluationProtocol.digest)
    let isSame = try found == fileBytes(Self.path("gates-\(look).json"))
    #expect(isSame, "gates-\(look).json")
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    let script = Self.path("make.py")
    #expect(try OtherProgram.run("python3", ["-B", script, "--check"]).status == 0)
  }
}
