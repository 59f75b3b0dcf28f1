import CanonicalJSON
import EvaluationProtocols
import Synthesis
import TestSupport
import Testing

@Suite struct CUSUMLimitSimulationTests {
  /// The protocol of the merge vectors or examples that has a CUSUM, with another plan and profile.
  private func evaluationProtocol(
    limit: String = "4.5", counts: [JSONValue] = [700, 200, 100], hasScoreProfile: Bool = true,
    hasCUSUM: Bool = true
  ) throws -> EvaluationProtocol {
    let path = Repository.path("protocols/vectors/aggregate/input/42.json")
    guard case .object(let vector) = try parseCanonicalJSON(fileBytes(path), limits: .submission),
      case .object(var document)? = vector.members.first(where: { $0.key == "protocol" })?.value
    else { throw ShapeError() }
    document["analysis"] =
      hasCUSUM ? ["cusum": ["oddsRatio": "2", "limit": .string(limit), "runLength": 100]] : nil
    let profile: JSONValue = [
      "of": "score", "edges": ["0.3", "0.5"], "counts": .array(counts),
    ]
    document["drift"] = ["reference": "none", "profiles": hasScoreProfile ? [profile] : []]
    return try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }

  @Test func limitHasAtLeastTheStatedRunLengthAndIsTheSameEachTime() throws {
    let study = try evaluationProtocol()
    let first = try study.simulateCUSUMLimit(rowsPerWindow: 200)
    let again = try study.simulateCUSUMLimit(rowsPerWindow: 200)
    #expect(first.limit.text == again.limit.text)
    let runLength = try #require(Double(first.runLength.text))
    #expect(runLength >= 100 && runLength < 110)
    // Lorden's bound: log(run length) is always enough.
    let limit = try #require(Double(first.limit.text))
    #expect(limit > 0 && limit < 4.61)
    let longer = try study.simulateCUSUMLimit(rowsPerWindow: 200, runLength: 400)
    #expect(try #require(Double(longer.limit.text)) > limit)
  }

  @Test func onlyALimitBelowTheSimulatedOneIsWarnedOf() throws {
    #expect(try evaluationProtocol(limit: "4.7").warningOfCUSUMLimit(rowsPerWindow: 200) == nil)
    let warning = try evaluationProtocol(limit: "0.5").warningOfCUSUMLimit(rowsPerWindow: 200)
    #expect(warning?.contains("analysis.cusum.limit 0.5 is below") == true)
  }

  @Test func whatIsNotThereIsNamed() throws {
    #expect(throws: CUSUMSimulationError.noCUSUM) {
      try evaluationProtocol(hasCUSUM: false).simulateCUSUMLimit(rowsPerWindow: 200)
    }
    #expect(throws: CUSUMSimulationError.noScoreProfile) {
      try evaluationProtocol(hasScoreProfile: false).simulateCUSUMLimit(rowsPerWindow: 200)
    }
    #expect(throws: CUSUMSimulationError.self) {
      try evaluationProtocol(counts: [0, 0, 0]).simulateCUSUMLimit(rowsPerWindow: 200)
    }
  }
}

private struct ShapeError: Error {}
