import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import TestSupport
import Testing

/// `protocols/vectors/explanation`: aggregates of another program, and what the matrix says of them by exact fractions.
@Suite struct ExplanationTests {
  private let evaluationProtocol: EvaluationProtocol
  private let aggregates: [CheckedAggregate]

  init() throws {
    let parsed = try EvaluationProtocol.parse(fileBytes(vector("protocol.json")))
    evaluationProtocol = parsed
    aggregates = try folderNames(vector("aggregates")).map {
      try CheckedAggregate.parse(fileBytes(vector("aggregates/\($0)")), under: parsed)
    }
  }

  private func matrix() throws -> ValidationMatrix { try merge(aggregates, under: evaluationProtocol) }

  private func site(_ id: String) throws -> SiteMatrix { try #require(try matrix().site(id)) }

  @Test func everyNumberIsThatOfAnotherProgram() throws {
    let expected = try parseCanonicalJSON(fileBytes(vector("expected.json")), limits: .submission)
    let files = try matrix().encode()
    #expect(files.count == 5)
    for (path, bytes) in files {
      let name =
        path == "pooled.json" ? "pooled" : String(path.dropFirst("sites/".count).dropLast(".json".count))
      let wanted = try #require(expected.at(name), "\(name)")
      let found = try #require(
        try parseCanonicalJSON(bytes, limits: .submission).at("explanation"), "\(name)")
      #expect(firstDifference(stored: wanted, recomputed: found) == nil, "\(name)")
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil))
  func theVectorsAreWhatTheirProgramMakes() throws {
    #expect(try OtherProgram.run("python3", ["-B", vector("make.py"), "--check"]).status == 0)
  }

  @Test func theMatrixIsReadBackAsItWasWritten() throws {
    let made = try matrix()
    let same = try ValidationMatrix.parse(made.encode(), under: evaluationProtocol) == made
    #expect(same, "the matrix is another after reading it back")
  }

  @Test func orderOfArrivalCannotBeSeen() throws {
    let same = try merge(aggregates.reversed(), under: evaluationProtocol) == matrix()
    #expect(same, "another order gives another matrix")
  }

  @Test func sharesAddUpToOneAndLieInTheirBounds() throws {
    let rows = try matrix().pooled.explanation.filter { !$0.contributors.isEmpty }
    #expect(rows.count >= 9)
    for row in rows {
      #expect(abs(row.features.reduce(0) { $0 + $1.share.value.value } - 1) < 1e-11)
      for bounded in row.features.flatMap({ [$0.mean, $0.share] }) {
        #expect(bounded.lower <= bounded.value && bounded.value <= bounded.upper)
      }
    }
  }

  @Test func rowsOfADevelopmentSiteAreNotPooled() throws {
    let contributors = try matrix().pooled.explanation.flatMap(\.contributors)
    #expect(contributors.contains("alpha") && !contributors.contains("home"))
    #expect(try !site("home").explanation.flatMap(\.features).isEmpty)
  }

  @Test func aHospitalThatLeansOnAnotherInputIsSeenBeyondWhatTheStepsLeaveOpen() throws {
    let row = try #require(
      try site("alpha").explanation.first { $0.window == "w1" && $0.slice == .overall })
    let moved = try #require(row.fromFirst)
    #expect(moved.window == "w0" && moved.distance.lower.value > 0.2)
    let lactate = try #require(row.features.first { $0.name == "lactate" }?.change)
    #expect(lactate.lower.value > 0.2)
    // Shares add up to one, so the others have lost what this one gained.
    #expect(abs(row.features.compactMap(\.change).reduce(0) { $0 + $1.value.value }) < 1e-11)
    let whole = try site("alpha").explanation.filter { $0.window == "all" }
    #expect(!whole.isEmpty && whole.allSatisfy { $0.fromFirst == nil })
  }

  @Test func aLevelIsComparedWithAllRowsOfTheSameHospitalsOnly() throws {
    let pooled = try matrix().pooled.explanation
    let level = SliceID(attribute: "a0", level: "l0")
    let row = try #require(pooled.first { $0.window == "w0" && $0.slice == level })
    let overall = try #require(pooled.first { $0.window == "w0" && $0.slice == .overall })
    #expect(row.contributors == ["alpha"] && overall.contributors == ["alpha", "beta"])
    let alpha = try site("alpha").explanation.filter { $0.window == "w0" }
    let own = try #require(alpha.first { $0.slice == .overall })
    #expect(row.features.map(\.overallShare) == own.features.map(\.share))
    #expect(row.fromOverall == alpha.first { $0.slice == level }?.fromOverall)
    #expect(pooled.allSatisfy { $0.fromFirst == nil })
  }

  @Test func groupsAndWindowsThatDifferBeyondTheStepsAreNamedTheFarthestFirst() throws {
    let made = try matrix()
    let groups = made.explanationByGroup(in: "all")
    #expect(groups.first?.row.slice.text == "a0=l0" && groups.first?.feature == "pulse")
    #expect(groups.allSatisfy { $0.distance.lower.value > 0 && $0.row.fromOverall == $0.distance })
    let distances = groups.map(\.distance.value.value)
    #expect(distances == distances.sorted(by: >))
    let windows = made.explanationOverTime
    #expect(windows.map(\.site) == ["alpha"] && windows.first?.feature == "lactate")
  }

  @Test func aStudyThatDoesNotAskHasNone() throws {
    let parsed = try EvaluationProtocol.parse(
      fileBytes(Repository.path("protocols/vectors/merge/protocol.json")))
    let aggregate = try CheckedAggregate.parse(
      fileBytes(Repository.path("protocols/vectors/merge/aggregates/alpha.json")), under: parsed)
    let made = try merge([aggregate], under: parsed)
    #expect(made.pooled.explanation.isEmpty && made.sites.allSatisfy { $0.explanation.isEmpty })
  }
}

private func vector(_ name: String) -> String { Repository.path("protocols/vectors/explanation/\(name)") }

extension JSONValue {
  fileprivate func at(_ key: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object.members.first { $0.key == key }?.value
  }
}
