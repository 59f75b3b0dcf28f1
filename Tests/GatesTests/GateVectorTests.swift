import EvaluationProtocols
import Gates
import Synthesis
import TestSupport
import Testing

/// `protocols/vectors/merge/gates.json`: the verdicts on the matrix beside it.
@Suite struct GateVectorTests {
  @Test func theMatrixOfTheVectorsGivesTheVerdictsOfTheVectors() throws {
    func vector(_ name: String) throws -> [UInt8] {
      try fileBytes(Repository.path("protocols/vectors/merge/\(name)"))
    }
    let evaluationProtocol = try EvaluationProtocol.parse(vector("protocol.json"))
    let files = try (["pooled"] + evaluationProtocol.sites.map { "sites/\($0.id)" }).map {
      (path: "\($0).json", bytes: try vector("matrix/\($0).json"))
    }
    let matrix = try ValidationMatrix.parse(files, under: evaluationProtocol)
    let outcome = try decide(matrix, phase: .silent, under: evaluationProtocol, look: 1)
    #expect(try outcome.encode(protocolDigest: evaluationProtocol.digest) == vector("gates.json"))
  }
}
