import CanonicalJSON
import TestSupport
import Testing

@testable import SiteEvaluation

@Suite struct TableDeclarationTests {
  private func parse(_ tables: String) throws -> DatasetDeclaration {
    try DatasetDeclaration.parse(
      Array(
        """
        {"format": "urn:equipoise:dataset:v1", "id": "d", "dataClass": "public", "source": "s", "sourceVersion": "1",
         "extractedAt": "2026-01-15T06:00:00Z", "deidentification": "none", \(tables)}
        """.utf8))
  }

  private static let lactate = #"""
    {"column": "c", "from": "observation", "codes": [{"system": "s", "code": "1"}], "value": "last", "untilHour": 24}
    """#

  @Test(
    "a declaration of each kind reads back as the same",
    arguments: [
      #""tables": {"kind": "csv"}"#, #""tables": {"kind": "sqlite", "query": ["SELECT a", "", "FROM t"]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient.id"}]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate)]}"#,
    ])
  func declarationIsRead(tables: String) throws {
    let declaration = try parse(tables)
    #expect(try DatasetDeclaration.parse(declaration.encode()) == declaration)
  }

  @Test func examplesOfThePageReadBackAsTheSame() throws {
    let page = String(decoding: try fileBytes(Repository.path("protocols/site-files.md")), as: UTF8.self)
    let examples = page.split(separator: "```").map(String.init).filter { $0.hasPrefix("\n\"tables\"") }
    #expect(examples.count == 2)
    for example in examples {
      let declaration = try parse(example)
      #expect(declaration.tables != .csv)
      #expect(try DatasetDeclaration.parse(declaration.encode()) == declaration)
    }
  }

  @Test(
    "what the format does not allow is refused",
    arguments: [
      #""tables": {"kind": "excel"}"#, #""tables": {}"#, #""tables": []"#,
      #""tables": {"kind": "csv", "query": ["x"]}"#,
      #""tables": {"kind": "sqlite"}"#, #""tables": {"kind": "sqlite", "query": "SELECT 1"}"#,
      #""tables": {"kind": "sqlite", "query": []}"#, #""tables": {"kind": "fhir"}"#,
      #""tables": {"kind": "fhir", "columns": []}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient"}]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "medication.id"}]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient.a..b"}]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient.a.b.c.d.e.f.g.h.i"}]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient.name[0]"}]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient.id", "as": "date"}]}"#,
      #""tables": {"kind": "fhir", "columns": [{"column": "c", "from": "patient.id", "unit": "1"}]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate), \#(lactate)]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate.replacing("last", with: "mean"))]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate.replacing("24", with: "0"))]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate.replacing("24", with: "8785"))]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate.replacing(#", "untilHour": 24"#, with: ""))]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate.replacing(#"{"system": "s", "code": "1"}"#, with: ""))]}"#,
      #""tables": {"kind": "fhir", "columns": [\#(lactate.replacing("observation", with: "condition"))]}"#,
    ])
  func otherDeclarationIsRefused(tables: String) {
    #expect(throws: SiteFileError.self) { try parse(tables) }
  }
}
