import CanonicalJSON
import TestSupport
import Testing

@testable import SiteEvaluation

/// A small export: two patients, two encounters, and what a test adds or replaces.
struct FHIRFixture {
  var patients = [
    #"{"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1950-03-02"}"#,
    #"{"resourceType":"Patient","id":"p2","gender":"male","birthDate":"1960"}"#,
  ]
  var encounters = [
    encounter("e1", patient: "p1", start: "2025-03-01T23:30:00-05:00"),
    encounter("e2", patient: "p2", start: "2025-06-01T12:00:00.250Z"),
  ]
  var observations: [String] = []
  var conditions: [String] = []
  var columns = #"{"column": "id", "from": "encounter.id"}"#

  static func encounter(
    _ id: String, patient: String, start: String, status: String = "finished", more: String = ""
  ) -> String {
    #"{"resourceType":"Encounter","id":"\#(id)","status":"\#(status)","subject":{"reference":"Patient/\#(patient)"},"#
      + #""period":{"start":"\#(start)"}\#(more)}"#
  }

  static func observation(
    of encounter: String = "e2", at time: String = "2025-06-01T13:00:00Z", code: String = "lac",
    value: String, status: String = "final"
  ) -> String {
    #"{"resourceType":"Observation","id":"o","status":"\#(status)","code":{"coding":[{"system":"s","code":"\#(code)"}]},"#
      + #""encounter":{"reference":"Encounter/\#(encounter)"},"effectiveDateTime":"\#(time)",\#(value)}"#
  }

  static func quantity(_ number: String, _ unit: String = "mmol/L", more: String = "") -> String {
    #""valueQuantity":{"value":\#(number),"unit":"x","system":"http://unitsofmeasure.org","code":"\#(unit)"\#(more)}"#
  }

  /// A column of a value under the code `lac`.
  static func lactate(_ value: String, unit: String? = "mmol/L", hours: String = #""untilHour": 24"#)
    -> String
  {
    #"{"column": "lactate", "from": "observation", "codes": [{"system": "s", "code": "lac"}], "value": "\#(value)", "#
      + (unit.map { #""unit": "\#($0)", "# } ?? "") + hours + "}"
  }

  /// The table; files of types without resources are left out unless they are there but empty.
  func read(files extra: [[String]] = []) throws -> ReadTable {
    let tables = try Self.declaration(columns).tables
    let files = [patients, encounters, observations, conditions] + extra
    return try withFiles(files.map { Array($0.map { $0 + "\n" }.joined().utf8) }) {
      try readTable(openTable($0, as: tables))
    }
  }

  /// The cells of the last column.
  func cells() throws -> [String?] { try read().rows.map { $0?.last } }

  static func declaration(_ columns: String) throws -> DatasetDeclaration {
    try DatasetDeclaration.parse(
      Array(
        """
        {"format": "urn:equipoise:dataset:v1", "id": "d", "dataClass": "public", "source": "s", "sourceVersion": "1",
         "extractedAt": "2026-01-15T06:00:00Z", "deidentification": "none",
         "tables": {"kind": "fhir", "columns": [\(columns)]}}
        """.utf8))
  }
}

/// What refused an export; nil where it was not refused.
func fhirProblem(_ body: () throws -> ReadTable) -> FHIRProblem? {
  do {
    _ = try body()
    return nil
  } catch TableError.fhir(_, let problem) { return problem } catch { return nil }
}
