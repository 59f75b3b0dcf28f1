import Foundation
import ServiceRuntime
import StudyFixtures
import TestSupport
import Testing

/// `site-agent evaluate` on one hospital's rows from every kind of data file: the aggregate is the same file.
@Suite(
  .enabled(
    if: OtherProgram.path("sqlite3") != nil && OtherProgram.path("gzip") != nil, "needs sqlite3 and gzip"))
struct DataSourceTests {
  private static let example = HeartDiseaseStudy.folder
  private static let site = "budapest"
  private static let table = example + "/sites/budapest/data.csv"

  private func evaluate(_ data: [String], tables: String?, in folder: String) throws -> (
    code: Int32, errors: String, aggregate: [UInt8]?
  ) {
    var dataset = String(
      decoding: try HeartDiseaseStudy.file("sites/\(Self.site)/dataset.json"), as: UTF8.self)
    if let tables {
      dataset = dataset.replacing(#"{"dataClass""#, with: #"{"tables":\#(tables),"dataClass""#)
    }
    try writeFileAtomically(Array(dataset.utf8), to: folder + "/dataset.json")
    let outcome = try Programs.run(
      "site-agent",
      [
        "evaluate", "--protocol", Self.example + "/protocol.json", "--model", Self.example + "/lr.json",
        "--features", Self.example + "/features.json", "--dataset", folder + "/dataset.json", "--policy",
        Self.example + "/sites/\(Self.site)/policy.json", "--site", Self.site, "--out", folder + "/out",
      ] + data.flatMap { ["--data", $0] })
    return (outcome.code, outcome.errors, try? fileBytes(folder + "/out/aggregate.json"))
  }

  private func expectSame(
    _ data: [String], tables: String?, in folder: String, _ name: String
  ) throws {
    let expected = try withTemporaryDirectory { try evaluate([Self.table], tables: nil, in: $0).aggregate }
    let found = try evaluate(data, tables: tables, in: folder)
    #expect(found.code == 0, "\(found.errors)")
    let same = try #require(found.aggregate) == #require(expected)
    #expect(same, "the aggregate from \(name) differs")
  }

  @Test func packedTableGivesTheSameAggregateAndATruncatedOneNothing() throws {
    try withTemporaryDirectory { folder in
      try writeFileAtomically(fileBytes(Self.table), to: folder + "/t")
      try #require(try OtherProgram.run("gzip", [folder + "/t"]).status == 0)
      try expectSame([folder + "/t.gz"], tables: nil, in: folder, "gzip")
      try FileManager.default.removeItem(atPath: folder + "/out")
      try writeFileAtomically(Array(fileBytes(folder + "/t.gz").dropLast(9)), to: folder + "/t.gz")
      let cut = try evaluate([folder + "/t.gz"], tables: nil, in: folder)
      #expect(cut.code == 3 && cut.aggregate == nil)
      #expect(cut.errors.contains("ends too early") && cut.errors.contains("hint: "))
    }
  }

  @Test func databaseGivesTheSameAggregateAndARefusedQueryASentence() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/hospital.db"
      let run = try OtherProgram.run("sqlite3", [path, "-cmd", ".mode csv", ".import \(Self.table) stays"])
      try #require(run.status == 0)
      // Numbers as numbers, and what is empty as missing.
      let columns =
        "encounter_id, sex, "
        + [
          "label", "age", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak", "slope",
          "ca", "thal",
        ]
        .map { "CASE WHEN \($0) <> '' THEN \($0) + 0 END AS \($0)" }.joined(separator: ", ")
      try expectSame(
        [path], tables: #"{"kind":"sqlite","query":["SELECT \#(columns), num","FROM stays"]}"#, in: folder,
        "SQLite")
      try FileManager.default.removeItem(atPath: folder + "/out")
      let refused = try evaluate(
        [path], tables: #"{"kind":"sqlite","query":["DELETE FROM stays"]}"#, in: folder)
      #expect(refused.code == 3 && refused.aggregate == nil)
      #expect(refused.errors.contains("the query is refused: ") && refused.errors.contains("hint: "))
    }
  }

  @Test func exportOfResourcesGivesTheSameAggregateAndAnotherUnitASentence() throws {
    try withTemporaryDirectory { folder in
      let lines = String(decoding: try fileBytes(Self.table), as: UTF8.self).split(separator: "\n")
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      let header = lines[0]
      var patients = ""
      var encounters = ""
      var observations = ""
      for cells in lines.dropFirst() {
        let id = cells[0]
        patients += #"{"resourceType":"Patient","id":"P-\#(id)","gender":"\#(cells[3])"}"# + "\n"
        encounters +=
          #"{"resourceType":"Encounter","id":"\#(id)","status":"finished","subject":{"reference":"Patient/P-\#(id)"},"#
          + #""period":{"start":"1988-01-01T08:00:00Z"}}"# + "\n"
        for (name, cell) in zip(header, cells) where !["encounter_id", "sex"].contains(name) && !cell.isEmpty
        {
          observations +=
            #"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"uci","code":"\#(name)"}]},"#
            + #""encounter":{"reference":"Encounter/\#(id)"},"effectiveDateTime":"1988-01-01T09:00:00Z","#
            + #""valueQuantity":{"value":\#(cell),"code":"\#(name)"}}"# + "\n"
        }
      }
      let files = [("Patient", patients), ("Encounter", encounters), ("Observation", observations)]
      for (name, text) in files { try writeFileAtomically(Array(text.utf8), to: "\(folder)/\(name).ndjson") }
      let columns =
        [#"{"column":"encounter_id","from":"encounter.id"}"#, #"{"column":"sex","from":"patient.gender"}"#]
        + header.filter { !["encounter_id", "sex"].contains($0) }.map {
          #"{"column":"\#($0)","from":"observation","codes":[{"system":"uci","code":"\#($0)"}],"value":"last","unit":"\#($0)","untilHour":24}"#
        }
      let tables = #"{"kind":"fhir","columns":[\#(columns.joined(separator: ","))]}"#
      let paths = files.map { "\(folder)/\($0.0).ndjson" }
      try expectSame(paths, tables: tables, in: folder, "FHIR")
      try FileManager.default.removeItem(atPath: folder + "/out")
      let other = try evaluate(
        paths, tables: tables.replacing(#""unit":"chol""#, with: #""unit":"mg/dL""#), in: folder)
      #expect(other.code == 3 && other.aggregate == nil)
      #expect(other.errors.contains("column chol in another unit than mg/dL"))
    }
  }
}
