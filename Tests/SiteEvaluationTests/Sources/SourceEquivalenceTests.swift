import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Foundation
import TestSupport
import Testing

@testable import SiteEvaluation

/// The same rows give the same bytes, whatever they come from.
@Suite(
  .enabled(
    if: OtherProgram.path("sqlite3") != nil && OtherProgram.path("gzip") != nil, "needs sqlite3 and gzip"))
struct SourceEquivalenceTests {
  /// One encounter of made-up data; nil is missing.
  private struct Encounter {
    let patient: Int
    let start: String
    let score: Double?
    let label: Int?
    let rate: Double?
    let number: Int
    /// Told by the patient, as in FHIR.
    var sex: String { patient % 3 == 0 ? "F" : "M" }
  }

  private static func encounters(seed: UInt64) -> [Encounter] {
    var state = seed
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    return (0..<500).map { _ in
      let score = next(1000)
      return Encounter(
        patient: next(140), start: "2025-0\(1 + next(3))-1\(next(10))T0\(next(10)):0\(next(6)):00",
        score: next(20) == 0 ? nil : Double(score) / 1000,
        label: next(15) == 0 ? nil : next(1000) < score ? 1 : 0,
        rate: next(10) == 0 ? nil : Double(400 + next(800)) / 10, number: next(5))
    }
  }

  private static let study: Study = {
    var study = Study(
      features: [["column": "hr", "type": "number"]], maximumUnreadableShare: "0.5",
      thresholds: ["0.3", "0.5"], fineEdges: ["0.1", "0.2", "0.4", "0.6", "0.8"],
      profiles: [["of": "column", "id": "hr", "edges": ["70"], "counts": [1, 1, 1, 1]]], minimumCell: 3,
      minimumFitEvents: 3)
    study.rules = [["kind": "range", "column": "n", "lower": "0", "upper": "3"]]
    study.windows = [
      "kind": "dated", "column": "t",
      "list": [
        ["id": "jan", "start": "2025-01-01T00:00:00Z", "end": "2025-02-01T00:00:00Z"],
        ["id": "feb", "start": "2025-02-01T00:00:00Z", "end": "2025-03-01T00:00:00Z"],
      ],
    ]
    return study
  }()

  private func csv(_ rows: [Encounter]) -> String {
    func cell<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
    return "sex,pid,t,score,y,hr,n\n"
      + rows.map {
        "\($0.sex),p\($0.patient),\($0.start)Z,\(cell($0.score)),\(cell($0.label)),\(cell($0.rate)),\($0.number)\n"
      }.joined() + "cells,are,missing\n"
  }

  private func script(_ rows: [Encounter]) -> String {
    func cell<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "NULL" }
    return
      "BEGIN; CREATE TABLE stays(pid TEXT, t TEXT, score REAL, died INTEGER, hr REAL, n INTEGER, sex TEXT);\n"
      + rows.map {
        "INSERT INTO stays VALUES ('p\($0.patient)', '\($0.start)', \(cell($0.score)), \(cell($0.label)), "
          + "\(cell($0.rate)), \($0.number), '\($0.sex)');\n"
      }.joined() + "INSERT INTO stays VALUES (CAST(x'ff' AS TEXT), '', 0, 0, 0, 0, ''); COMMIT;"
  }

  private static let columns = """
    {"column": "sex", "from": "patient.gender"}, {"column": "pid", "from": "patient.id"},
    {"column": "t", "from": "encounter.period.start", "as": "time"}, {"column": "n", "from": "encounter.length.value"},
    {"column": "score", "from": "observation", "codes": [{"system": "s", "code": "score"}], "value": "first", "unit": "1",
     "untilHour": 24},
    {"column": "hr", "from": "observation", "codes": [{"system": "s", "code": "hr"}], "value": "max", "unit": "/min",
     "untilHour": 24},
    {"column": "y", "from": "observation", "codes": [{"system": "s", "code": "died"}], "value": "last", "untilHour": 100}
    """

  /// Patients, encounters and observations, with an encounter of nobody.
  private func resources(_ rows: [Encounter]) -> [[String]] {
    let patients = Set(rows.map(\.patient)).map {
      #"{"resourceType":"Patient","id":"p\#($0)","gender":"\#($0 % 3 == 0 ? "female" : "male")"}"#
    }
    var encounters = [FHIRFixture.encounter("stranger", patient: "nobody", start: "2025-01-01T00:00:00Z")]
    var observations: [String] = []
    for (index, row) in rows.enumerated() {
      let length = #","length":{"value":\#(row.number)}"#
      encounters.append(
        FHIRFixture.encounter("e\(index)", patient: "p\(row.patient)", start: row.start + ".5Z", more: length)
      )
      func add(_ code: String, at time: String, _ value: String?) {
        guard let value else { return }
        observations.append(FHIRFixture.observation(of: "e\(index)", at: time, code: code, value: value))
      }
      let day = String(row.start.prefix(10))
      add("score", at: row.start + "Z", row.score.map { FHIRFixture.quantity("\($0)", "1") })
      // Another value, which the column does not ask for.
      add("score", at: day + "T23:00:00Z", row.score.map { _ in FHIRFixture.quantity("0.123", "1") })
      add("hr", at: row.start + "Z", row.rate.map { FHIRFixture.quantity("\($0)", "/min") })
      add("hr", at: row.start + "Z", row.rate.map { FHIRFixture.quantity("\($0 / 2)", "/min") })
      add("died", at: day + "T22:00:00Z", row.label.map { #""valueInteger":\#($0)"# })
    }
    return [observations, encounters.reversed(), patients]
  }

  private func bytes(_ result: SiteEvaluationResult) throws -> [[UInt8]] {
    let study = Self.study
    return [
      result.releasable.bytes,
      result.local.encodeForSite(under: try study.evaluationProtocol, policy: result.policy),
    ]
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func everySourceGivesTheSameBytes(seed: UInt64) throws {
    let rows = Self.encounters(seed: seed)
    let study = Self.study
    let table = Array(csv(rows).utf8)
    let expected = try bytes(study.evaluate([table]))
    #expect(expected[0].count > 2000)

    try withTemporaryDirectory { folder in
      try writeFile(table, to: folder + "/t")
      try #require(try OtherProgram.run("gzip", [folder + "/t"]).status == 0)
      let packed =
        try bytes(study.evaluate(files: [folder + "/t.gz"], declaredAs: Study.declaration())) == expected
      #expect(packed, "gzip differs")
    }
    try withDatabase(script(rows)) { path throws in
      let query = ["SELECT pid, t || 'Z' AS t, score, died AS y, hr, n, sex", "FROM stays"]
      let declaration = try Study.declaration(tables: .sqlite(query: query))
      let same = try bytes(study.evaluate(files: [path], declaredAs: declaration)) == expected
      #expect(same, "SQLite differs")
    }
    let mapping = SiteMapping(columns: [
      SiteMapping.Column(
        column: "sex", from: "sex", codes: [.init(from: "female", to: "F"), .init(from: "male", to: "M")])
    ])
    let tables = try FHIRFixture.declaration(Self.columns).tables
    let files = resources(rows).map { Array($0.joined(separator: "\n").utf8) }
    try withFiles(files) { paths throws in
      let result = try study.evaluate(files: paths, declaredAs: Study.declaration(mapping, tables: tables))
      let same = try bytes(result) == expected
      #expect(same, "FHIR differs")
      #expect(
        try inspectDataset(files: paths, declaredAs: Study.declaration(mapping, tables: tables)).notes.isEmpty
      )
    }
  }
}
