import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Synthesis
import TestSupport
import Testing

/// `protocols/vectors/merge`: aggregates of made-up hospitals, the matrix they give, and what other programs
/// make of the raw rows.
@Suite struct MergeVectorTests {
  private let evaluationProtocol: EvaluationProtocol
  private let aggregates: [CheckedAggregate]

  init() throws {
    let parsed = try EvaluationProtocol.parse(fileBytes(vector("protocol.json")))
    evaluationProtocol = parsed
    aggregates = try folderNames(vector("aggregates")).map {
      try CheckedAggregate.parse(fileBytes(vector("aggregates/\($0)")), under: parsed)
    }
  }

  @Test func aggregatesGiveTheMatrixOfTheVectors() throws {
    let files = try merge(aggregates, under: evaluationProtocol).encode()
    #expect(files.count == 7)
    for (path, bytes) in files {
      let stored = try parseCanonicalJSON(fileBytes(vector("matrix/\(path)")), limits: .submission)
      let fresh = try parseCanonicalJSON(bytes, limits: .submission)
      #expect(firstDifference(stored: stored, recomputed: fresh) == nil, "\(path)")
    }
  }

  // Numbers and programs: expected.json, written by Tests/EndToEndTests/Reference/compare_matrix.py.
  @Test func everyNumberIsThatOfOtherPrograms() throws {
    let expected = try ExpectedNumbers(vector("expected.json"))
    #expect(expected.protocolDigest == evaluationProtocol.digest.text, "the numbers are of another protocol")
    #expect(expected.count > 5000)
    let found = try expected.disagreements(in: merge(aggregates, under: evaluationProtocol).encode())
    #expect(found.isEmpty, "\(found.prefix(5))")
  }
}

private func vector(_ name: String) -> String { Repository.path("protocols/vectors/merge/\(name)") }
