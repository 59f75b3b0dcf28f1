import Cryptography
import TestSupport
import Testing

@testable import SiteEvaluation

@Suite struct FHIRTableTests {
  private typealias Fixture = FHIRFixture

  private func cells(_ column: String, _ change: (inout FHIRFixture) -> Void = { _ in }) throws -> [String?] {
    var fixture = FHIRFixture()
    fixture.columns = column
    change(&fixture)
    return try fixture.cells()
  }

  @Test func anEncounterIsARowWithWhatStandsAtThePaths() throws {
    var fixture = FHIRFixture()
    fixture.columns = #"""
      {"column": "id", "from": "encounter.id"}, {"column": "pid", "from": "patient.id"},
      {"column": "sex", "from": "patient.gender"}, {"column": "t", "from": "encounter.period.start", "as": "time"},
      {"column": "raw", "from": "encounter.period.start"}, {"column": "none", "from": "encounter.period.end"}
      """#
    #expect(
      try fixture.read()
        == ReadTable(
          header: ["id", "pid", "sex", "t", "raw", "none"],
          rows: [
            ["e1", "p1", "female", "2025-03-02T04:30:00Z", "2025-03-01T23:30:00-05:00", ""],
            ["e2", "p2", "male", "2025-06-01T12:00:00Z", "2025-06-01T12:00:00.250Z", ""],
          ]))
  }

  @Test(
    "years are whole, by the calendar at the place, to the precision of the date",
    arguments: [
      // The day before the birthday there; in UTC it is the birthday.
      ("1950-03-02", "74"), ("1950-03-01", "75"), ("1950-02", "75"), ("1950-03", "75"), ("1950-04", "74"),
      ("1950", "75"),
      ("1950-3-2", ""), ("", ""), ("50", ""), ("1950-13-01", ""),
    ])
  func yearsAreWhole(birthDate: String, years: String) throws {
    let column = #"{"column": "age", "from": "patient.birthDate", "as": "yearsAtStart"}"#
    let found = try cells(column) {
      $0.patients[0] = #"{"resourceType":"Patient","id":"p1","birthDate":"\#(birthDate)"}"#
    }
    #expect(found[0] == years)
  }

  @Test func listGivesItsFirstElementOrThatOfTheSystem() throws {
    let more =
      #","type":[{"coding":[{"system":"a","code":"1"},{"system":"b","code":"2"}]}],"flag":true,"n":1.50,"o":{}"#
    for (column, cell) in [
      (#"encounter.type.coding.code"}"#, "1"), (#"encounter.type.coding.code", "system": "b"}"#, "2"),
      (#"encounter.type.coding.code", "system": "c"}"#, ""), (#"encounter.flag"}"#, "true"),
      (#"encounter.n"}"#, "1.50"),
      (#"encounter.o"}"#, ""), (#"encounter.flag.x"}"#, ""),
    ] {
      let found = try cells(#"{"column": "c", "from": ""# + column) {
        $0.encounters[0] = Fixture.encounter("e1", patient: "p1", start: "2025-03-01T23:30:00Z", more: more)
      }
      #expect(found[0] == cell, "\(column)")
    }
  }

  @Test func unknownKeysAndOtherExtensionsAreNotLookedAt() throws {
    let more = #","extension":[{"url":"x","valueString":"\ud83d\ude00"}],"new":{"deep":[[[1,null]]]}"#
    let found = try cells(#"{"column": "id", "from": "encounter.id"}"#) {
      $0.encounters[0] = Fixture.encounter("e1", patient: "p1", start: "2025-03-01T23:30:00Z", more: more)
    }
    #expect(found == ["e1", "e2"])
  }

  @Test func startOfAnotherReleaseOfTheStandardIsTaken() throws {
    let found = try cells(Fixture.lactate("last")) {
      $0.encounters[1] = $0.encounters[1].replacing("period", with: "actualPeriod")
      $0.observations = [Fixture.observation(value: Fixture.quantity("2"))]
    }
    #expect(found == ["", "2"])
  }

  @Test(arguments: ["planned", "cancelled", "entered-in-error"])
  func encounterThatDidNotTakePlaceIsNoRow(status: String) throws {
    var fixture = FHIRFixture()
    fixture.encounters[0] = Fixture.encounter(
      "e1", patient: "p1", start: "2025-03-01T23:30:00Z", status: status)
    fixture.columns += "," + Fixture.lactate("last")
    // What belongs to it is known, and no stranger.
    fixture.observations = [Fixture.observation(of: "e1", value: Fixture.quantity("2"))]
    let table = try fixture.read()
    #expect(table.rows == [["e2", ""]] && table.notes == [.encountersNotTaken])
  }

  @Test func encounterWithoutItsPatientOrItsStartIsUnreadableWhereTheyAreNeeded() throws {
    let stranger = Fixture.encounter("e1", patient: "p9", start: "2025-03-01T23:30:00Z")
    let undated = Fixture.encounter("e1", patient: "p1", start: "2025-03-01")
    let patient = #"{"column": "c", "from": "patient.gender"}"#
    let encounter = #"{"column": "c", "from": "encounter.status"}"#
    #expect(try cells(patient) { $0.encounters[0] = stranger } == [nil, "male"])
    #expect(try cells(encounter) { $0.encounters[0] = stranger } == ["finished", "finished"])
    #expect(try cells(Fixture.lactate("last")) { $0.encounters[0] = undated } == [nil, ""])
    #expect(try cells(encounter) { $0.encounters[0] = undated } == ["finished", "finished"])
  }

  @Test(
    "references are resolved behind an address and with a version",
    arguments: [
      ("Patient/p1", "female"), ("https://h.example/fhir/Patient/p1", "female"),
      ("Patient/p1/_history/3", "female"),
      ("p1", nil), ("Group/p1", nil), ("#p1", nil), ("urn:uuid:p1", nil), ("Patient/", nil),
    ] as [(String, String?)])
  func referenceIsResolved(reference: String, cell: String?) throws {
    let found = try cells(#"{"column": "c", "from": "patient.gender"}"#) {
      $0.encounters[0] = $0.encounters[0].replacing("Patient/p1", with: reference)
    }
    #expect(found[0] == cell)
  }

  @Test func resourceThatIsThereTwiceIsRefusedByItsLine() throws {
    var fixture = FHIRFixture()
    fixture.encounters.append(fixture.encounters[0])
    #expect(fhirProblem { try fixture.read() } == .idTwice(line: 3))
    fixture = FHIRFixture()
    fixture.columns = #"{"column": "sex", "from": "patient.gender"}"#
    fixture.patients.append(fixture.patients[1])
    #expect(fhirProblem { try fixture.read() } == .idTwice(line: 3))
  }

  @Test(
    "a line that is no resource is refused by its number",
    arguments: [
      #"{"resourceType":"Encounter","id":"e3""#, "[]", "1", "{}", #"{"id":"e3"}"#, #"{"resourceType":7}"#,
      "\u{FEFF}{}",
      #"{"resourceType":"Encounter","id":"e3","id":"e4"}"#, #"{"resourceType":"Encounter","id":"\ud800"}"#,
      #"{"resourceType":"Encounter","id":"e3"}{}"#,
      #"{"resourceType":"Encounter","id":"e3","x":\#(String(repeating: "[", count: 70))\#(String(repeating: "]", count: 70))}"#,
    ])
  func otherLineIsRefused(line: String) {
    var fixture = FHIRFixture()
    fixture.encounters.append(line)
    #expect(fhirProblem { try fixture.read() } == .notAResource(line: 3))
  }

  @Test func depthOfAMillionAndALineOverTheLimitAreRefused() {
    var fixture = FHIRFixture()
    fixture.encounters.append(#"{"resourceType":"Encounter","x":"# + String(repeating: "[", count: 1_000_000))
    #expect(fhirProblem { try fixture.read() } == .notAResource(line: 3))
    fixture.encounters[2] = #"{"x":"\#(String(repeating: "y", count: 1 << 20))"}"#
    #expect(fhirProblem { try fixture.read() } == .lineTooLong(line: 3, limit: 1 << 20))
    fixture.encounters[2] = String(repeating: "y", count: 5 << 20)
    #expect(fhirProblem { try fixture.read() } == .lineTooLong(line: 3, limit: 1 << 20))
  }

  @Test func idThatFHIRDoesNotAllowIsNone() {
    for id in ["", "a b", "\u{E9}", String(repeating: "x", count: 65)] {
      var fixture = FHIRFixture()
      fixture.encounters.append(Fixture.encounter(id, patient: "p1", start: "2025-01-01T00:00:00Z"))
      #expect(fhirProblem { try fixture.read() } == .idMissing(line: 3))
    }
  }

  @Test func filesHaveOneTypeEachThatATableIsMadeOf() {
    var fixture = FHIRFixture()
    fixture.encounters.append(fixture.patients[0])
    #expect(fhirProblem { try fixture.read() } == .otherType(line: 3))
    fixture = FHIRFixture()
    #expect(
      fhirProblem { try fixture.read(files: [[#"{"resourceType":"Medication","id":"m"}"#]]) } == .unknownType)
  }

  @Test func typeThatAColumnNeedsHasAFileThatMayBeEmpty() throws {
    let tables = try FHIRFixture.declaration(FHIRFixture.lactate("last")).tables
    let fixture = FHIRFixture()
    try withFiles([fixture.patients, fixture.encounters].map { Array($0.joined(separator: "\n").utf8) }) {
      paths in
      #expect(throws: TableError.fhir(path: paths[0], .typeMissing("Observation", column: "lactate"))) {
        try openTable(paths, as: tables)
      }
    }
    var columns = FHIRFixture()
    columns.columns += "," + FHIRFixture.lactate("last")
    #expect(try columns.read().rows == [["e1", ""], ["e2", ""]])
  }

  @Test func textWithNULMakesTheRowUnreadable() throws {
    let found = try cells(#"{"column": "c", "from": "encounter.x"}"#) {
      $0.encounters[0] = Fixture.encounter(
        "e1", patient: "p1", start: "2025-01-01T00:00:00Z", more: #","x":"a\u0000b""#)
    }
    #expect(found == [nil, ""])
  }

  @Test func digestsAreThoseOfAllFilesNeededOrNot() throws {
    let fixture = FHIRFixture()
    let files = [fixture.encounters, fixture.patients, []].map { Array($0.joined(separator: "\n").utf8) }
    let declaration = try FHIRFixture.declaration(fixture.columns)
    try withFiles(files) { paths throws in
      let inspection = try inspectDataset(files: paths, declaredAs: declaration).tables
      #expect(inspection.files.map(\.digest) == files.map { Digest(of: $0) } && inspection.rows == 2)
      #expect(
        try inspectDataset(files: paths.reversed(), declaredAs: declaration).tables.digest
          == inspection.digest)
    }
    try withFiles([files[0], files[0]]) { paths throws in
      #expect(throws: SiteEvaluationError.self) {
        try inspectDataset(files: paths, declaredAs: declaration).tables
      }
    }
  }
}
