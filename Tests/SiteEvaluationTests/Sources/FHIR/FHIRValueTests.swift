import TestSupport
import Testing

@testable import SiteEvaluation

/// Cells that are made of observations and conditions.
@Suite struct FHIRValueTests {
  private typealias Fixture = FHIRFixture

  /// The cell of encounter e2, which starts at noon on the first of June.
  private func cell(_ column: String, _ observations: [String]) throws -> String? {
    try table(column, observations).rows[1]?.last
  }

  private func table(_ column: String, _ observations: [String]) throws -> ReadTable {
    var fixture = FHIRFixture()
    fixture.columns = column
    fixture.observations = observations
    return try fixture.read()
  }

  private static let series = [
    ("13:00:00", "2.0"), ("12:00:00.9", "3"), ("14:00:00", "1"), ("13:30:00", "10"),
  ].map {
    Fixture.observation(at: "2025-06-01T\($0)Z", value: Fixture.quantity($1))
  }

  @Test(arguments: [("first", "3"), ("last", "1"), ("min", "1"), ("max", "10")])
  func valueIsTheOneThatWasAskedFor(value: String, cell: String) throws {
    for observations in [Self.series, Self.series.reversed()] {
      #expect(try self.cell(Fixture.lactate(value), observations) == cell)
    }
  }

  @Test func valuesAtOneMomentAndOfOneSizeAreTakenByTheirTextNotByTheirPlace() throws {
    let observations = ["2.0", "2", "10"].map { Fixture.observation(value: Fixture.quantity($0)) }
    for order in [observations, observations.reversed()] {
      #expect(try cell(Fixture.lactate("last"), order) == "2")
      #expect(try cell(Fixture.lactate("first"), order) == "2")
      #expect(try cell(Fixture.lactate("min"), order) == "2")
    }
  }

  @Test func spanIsHalfOpenFromTheStartOn() throws {
    let hours = #""fromHour": -1, "untilHour": 2"#
    for (time, isIn) in [
      ("10:59:59", false), ("11:00:00", true), ("13:59:59.999", true), ("14:00:00", false),
      ("15:00:00+02:00", true),
    ] {
      let time = time.contains("+") ? time : time + "Z"
      let observation = Fixture.observation(at: "2025-06-01T\(time)", value: Fixture.quantity("2"))
      #expect(try cell(Fixture.lactate("last", hours: hours), [observation]) == (isIn ? "2" : ""), "\(time)")
    }
  }

  @Test func anotherUnitIsRefusedByColumnAndLine() {
    for value in [
      Fixture.quantity("2", "mg/dL"), #""valueQuantity":{"value":2}"#,
      #""valueQuantity":{"value":2,"unit":"mg"}"#,
    ] {
      let observations = [
        Fixture.observation(value: Fixture.quantity("2")), Fixture.observation(value: value),
      ]
      #expect(
        fhirProblem { try table(Fixture.lactate("last"), observations) }
          == .otherUnit(line: 2, column: "lactate", declared: "mmol/L"))
    }
    // Nobody asked for it.
    let early = Fixture.observation(at: "2025-05-01T00:00:00Z", value: Fixture.quantity("2", "mg/dL"))
    #expect(fhirProblem { try table(Fixture.lactate("last"), [early]) } == nil)
    // A unit where the column says none.
    #expect(
      fhirProblem {
        try table(Fixture.lactate("last", unit: nil), [Fixture.observation(value: Fixture.quantity("2"))])
      }
        == .otherUnit(line: 1, column: "lactate", declared: "none"))
  }

  @Test(
    "what has no unit is a cell as it is written",
    arguments: [
      (#""valueInteger":7"#, "7"), (#""valueBoolean":true"#, "true"), (#""valueString":"POS""#, "POS"),
      (#""valueCodeableConcept":{"coding":[{"code":"LA6576-8"},{"code":"other"}]}"#, "LA6576-8"),
      (#""valueQuantity":{"value":7.50}"#, "7.50"), (#""valueQuantity":{"value":0.5,"code":"1"}"#, "0.5"),
      (#""dataAbsentReason":{"text":"x"}"#, ""), (#""valueString":"""#, ""),
    ])
  func valueWithoutUnitIsTaken(value: String, cell: String) throws {
    #expect(try self.cell(Fixture.lactate("last", unit: nil), [Fixture.observation(value: value)]) == cell)
  }

  @Test func valueThatCannotBeUsedIsLeftOutAndSaidSo() throws {
    for value in [
      Fixture.quantity("5", more: #","comparator":"<""#), #""valueString":"5""#,
      #""valueQuantity":{"code":"mmol/L"}"#,
    ] {
      let table = try table(Fixture.lactate("last"), [Fixture.observation(value: value)])
      #expect(table.rows[1] == [""] && table.notes == [.valuesNotUsed])
    }
    let text = try table(
      Fixture.lactate("max", unit: nil), [Fixture.observation(value: #""valueString":"high""#)])
    #expect(text.rows[1] == [""] && text.notes == [.valuesNotUsed])
  }

  @Test func observationThatHangsInTheAirIsLeftOutAndSaidSo() throws {
    let column = Fixture.lactate("last")
    let stranger = try table(column, [Fixture.observation(of: "e9", value: Fixture.quantity("2"))])
    #expect(stranger.rows[1] == [""] && stranger.notes == [.observationsWithoutEncounter])
    let undated = try table(column, [Fixture.observation(at: "2025-06-01", value: Fixture.quantity("2"))])
    #expect(undated.rows[1] == [""] && undated.notes == [.observationsWithoutTime])
    // Of another code, nobody minds.
    let other = try table(column, [Fixture.observation(of: "e9", code: "na", value: Fixture.quantity("2"))])
    #expect(other.notes.isEmpty)
  }

  @Test(arguments: [
    ("final", "2"), ("amended", "2"), ("corrected", "2"), ("preliminary", ""), ("entered-in-error", ""),
  ])
  func onlyFinalObservationsCount(status: String, cell: String) throws {
    let observation = Fixture.observation(value: Fixture.quantity("2"), status: status)
    #expect(try self.cell(Fixture.lactate("last"), [observation]) == cell)
  }

  @Test func componentsAndOtherTimesAreTaken() throws {
    let component =
      #""component":[{"code":{"coding":[{"system":"s","code":"lac"}]},\#(Fixture.quantity("4"))}]"#
    let panel = Fixture.observation(code: "panel", value: component)
    #expect(try cell(Fixture.lactate("last"), [panel]) == "4")
    let instant = panel.replacing("effectiveDateTime", with: "effectiveInstant")
    #expect(try cell(Fixture.lactate("last"), [instant]) == "4")
    let period = panel.replacing(
      #""effectiveDateTime":"2025-06-01T13:00:00Z""#,
      with: #""effectivePeriod":{"start":"2025-06-01T13:00:00Z"}"#)
    #expect(try cell(Fixture.lactate("last"), [period]) == "4")
  }

  @Test func codeOfAnotherSystemIsAnotherCode() throws {
    let observation = Fixture.observation(value: Fixture.quantity("2")).replacing(
      #""system":"s""#, with: #""system":"t""#)
    #expect(try cell(Fixture.lactate("last"), [observation]) == "")
  }

  // MARK: Conditions

  private func present(_ of: String, _ condition: String) throws -> (cells: [String?], notes: Set<TableNote>)
  {
    var fixture = FHIRFixture()
    fixture.columns = #"""
      {"column": "dm", "from": "condition", "codes": [{"system": "s", "code": "dm"}], "value": "present", "of": "\#(of)"}
      """#
    fixture.conditions = [condition]
    let table = try fixture.read()
    return (table.rows.map { $0?.last }, table.notes)
  }

  private static func condition(_ more: String, code: String = "dm") -> String {
    #"{"resourceType":"Condition","code":{"coding":[{"system":"s","code":"\#(code)"}]}\#(more)}"#
  }

  @Test func conditionOfAnEncounterIsThatOfItsRow() throws {
    let here = #","encounter":{"reference":"Encounter/e2"}"#
    #expect(try present("encounter", Self.condition(here)).cells == ["0", "1"])
    #expect(try present("encounter", Self.condition(here, code: "x")).cells == ["0", "0"])
    for status in ["refuted", "entered-in-error"] {
      let denied = #","verificationStatus":{"coding":[{"code":"\#(status)"}]}"#
      #expect(try present("encounter", Self.condition(here + denied)).cells == ["0", "0"])
    }
    #expect(try present("encounter", Self.condition("")).notes == [.conditionsWithoutReference])
  }

  @Test(
    "a condition of the patient had begun for certain when the encounter began",
    arguments: [
      (#""onsetDateTime":"2025-06-01T12:00:00Z""#, "1"), (#""onsetDateTime":"2025-06-01T12:00:01Z""#, "0"),
      (#""onsetDateTime":"2025-05-31""#, "1"), (#""onsetDateTime":"2025-06-01""#, "0"),
      (#""onsetDateTime":"2025-05""#, "1"),
      (#""onsetDateTime":"2025-06""#, "0"), (#""onsetDateTime":"2024""#, "1"),
      (#""onsetDateTime":"2025""#, "0"),
      (#""onsetPeriod":{"start":"2024-12"}"#, "1"), (#""recordedDate":"2025-02-01""#, "1"),
      (#""onsetDateTime":"2025-07-01","recordedDate":"2025-02-01""#, "0"),
    ])
  func conditionOfAPatientHadBegun(date: String, cell: String) throws {
    let found = try present("patient", Self.condition(#","subject":{"reference":"Patient/p2"},"# + date))
    #expect(found.cells == ["0", cell] && found.notes.isEmpty)
  }

  @Test func conditionWithoutDateOrPatientIsLeftOutAndSaidSo() throws {
    let undated = try present("patient", Self.condition(#","subject":{"reference":"Patient/p2"}"#))
    #expect(undated.cells == ["0", "0"] && undated.notes == [.conditionsWithoutDate])
    let stranger = try present("patient", Self.condition(#","subject":{"reference":"Patient/p9"}"#))
    #expect(stranger.cells == ["0", "0"] && stranger.notes == [.conditionsWithoutReference])
  }
}
