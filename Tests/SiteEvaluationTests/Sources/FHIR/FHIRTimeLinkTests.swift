import Foundation
import TestSupport
import Testing

@testable import SiteEvaluation

/// Observations and conditions that name no encounter and are found by patient and time.
@Suite struct FHIRTimeLinkTests {
  private typealias Fixture = FHIRFixture

  private static func column(_ value: String = "last", hours: String = #""untilHour": 48"#) -> String {
    Fixture.lactate(value, hours: #""linkedBy": "time", "# + hours)
  }

  private static func encounter(
    _ start: String, _ end: String?, id: String = "e1", patient: String = "p1"
  ) -> String {
    let encounter = Fixture.encounter(id, patient: patient, start: start)
    guard let end else { return encounter }
    return encounter.replacing("\"\(start)\"}", with: "\"\(start)\",\"end\":\"\(end)\"}")
  }

  private static func observation(
    _ member: String, _ value: String = "2", patient: String = "Patient/p1", unit: String = "mmol/L"
  ) -> String {
    #"{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"s","code":"lac"}]},"#
      + #""subject":{"reference":"\#(patient)"},\#(member),\#(Fixture.quantity(value, unit))}"#
  }

  private static func at(_ time: String) -> String { #""effectiveDateTime":"\#(time)""# }

  private func table(
    _ encounters: [String], _ observations: [String], column: String = FHIRTimeLinkTests.column()
  ) throws -> ReadTable {
    var fixture = Fixture()
    fixture.encounters = encounters
    fixture.observations = observations
    fixture.columns = column
    return try fixture.read()
  }

  private static let stay = encounter("2025-06-01T12:00:00+02:00", "2025-06-02T09:00:00+02:00")

  @Test(
    "both ends of the period belong to it, in any zone",
    arguments: [
      ("2025-06-01T11:59:59+02:00", ""), ("2025-06-01T12:00:00+02:00", "2"), ("2025-06-01T10:00:00Z", "2"),
      ("2025-06-01T23:00:00-05:00", "2"), ("2025-06-02T07:00:00.900Z", "2"), ("2025-06-02T07:00:01Z", ""),
      ("2025-06-01", ""),
    ])
  func timeLiesWithinThePeriod(time: String, cell: String) throws {
    #expect(try table([Self.stay], [Self.observation(Self.at(time))]).rows == [[cell]])
  }

  @Test func everyFormOfATimeIsTaken() throws {
    for member in [
      #""effectiveInstant":"2025-06-01T13:00:00Z""#, #""effectivePeriod":{"start":"2025-06-01T13:00:00Z"}"#,
    ] { #expect(try table([Self.stay], [Self.observation(member)]).rows == [["2"]]) }
    let timing = #""effectiveTiming":{"event":["2025-06-01T13:00:00Z"]}"#
    let table = try table([Self.stay], [Self.observation(timing)])
    #expect(table.rows == [[""]] && table.notes == Set<TableNote>([.observationsWithoutTime]))
  }

  @Test(
    "an end that is only a date is its last second, by the calendar of the start",
    arguments: [
      ("2025-06-02", "2025-06-02T21:59:59Z", "2"), ("2025-06-02", "2025-06-02T22:00:00Z", ""),
      ("2025-06", "2025-06-30T21:59:59Z", "2"), ("2025-06", "2025-06-30T22:00:00Z", ""),
      ("2025", "2025-12-31T22:59:59Z", ""), ("2025", "2025-12-31T21:59:59Z", "2"),
    ])
  func endMayBeADate(end: String, time: String, cell: String) throws {
    let encounter = Self.encounter("2025-06-01T12:00:00+02:00", end)
    let column = Self.column(hours: #""untilHour": 8784"#)
    #expect(try table([encounter], [Self.observation(Self.at(time))], column: column).rows == [[cell]])
  }

  @Test func openPeriodGoesOnAsFarAsTheHours() throws {
    let encounter = Self.encounter("2025-06-01T12:00:00Z", nil)
    for (time, cell) in [("2025-06-03T11:59:59Z", "2"), ("2025-06-03T12:00:00Z", "")] {
      #expect(try table([encounter], [Self.observation(Self.at(time))]).rows == [[cell]])
    }
  }

  @Test(
    "an end that cannot be read, or lies before the start, makes the row unreadable",
    arguments: ["", "soon", "2025-06-02T09:00:00", "2025-06-01T11:59:59Z", "2025-05-31"])
  func periodHasToBeOne(end: String) throws {
    let encounter = Self.encounter("2025-06-01T12:00:00Z", end)
    let observation = Self.observation(Self.at("2025-06-01T13:00:00Z"))
    #expect(try table([encounter], [observation]).rows == [nil])
    // Where nothing is linked by time nobody asks for the end.
    #expect(try table([encounter], [observation], column: Fixture.lactate("last")).rows == [[""]])
  }

  @Test func encountersThatOverlapAllHaveIt() throws {
    let encounters = [
      Self.encounter("2025-06-01T08:00:00Z", "2025-06-01T12:00:00Z"),
      Self.encounter("2025-06-01T12:00:00Z", "2025-06-05T12:00:00Z", id: "e2"),
      Self.encounter("2025-06-01T13:00:00Z", "2025-06-05T12:00:00Z", id: "e3"),
      Self.encounter("2025-06-01T08:00:00Z", "2025-06-05T12:00:00Z", id: "e4", patient: "p2"),
    ]
    let table = try table(encounters, [Self.observation(Self.at("2025-06-01T12:00:00Z"))])
    #expect(table.rows == [["2"], ["2"], [""], [""]])
  }

  @Test func encounterThatAnObservationNamesIsNotLookedAt() throws {
    let observation = Self.observation(
      Self.at("2025-06-01T13:00:00Z") + #","encounter":{"reference":"Encounter/e9"}"#)
    let table = try table([Self.stay], [observation])
    #expect(table.rows == [["2"]] && table.notes.isEmpty)
  }

  @Test func observationOfNobodyIsLeftOutAndSaidSo() throws {
    for patient in ["Patient/p9", "Group/p1", "Encounter/e1"] {
      let observation = Self.observation(Self.at("2025-06-01T13:00:00Z"), patient: patient)
      let table = try table([Self.stay], [observation])
      #expect(table.rows == [[""]] && table.notes == Set<TableNote>([.observationsWithoutPatient]))
    }
  }

  @Test func anotherUnitIsRefusedWithinTheHoursAlone() throws {
    func problem(_ time: String) -> FHIRProblem? {
      fhirProblem { try table([Self.stay], [Self.observation(Self.at(time), unit: "mg/dL")]) }
    }
    #expect(problem("2025-06-01T13:00:00Z") == .otherUnit(line: 1, column: "lactate", declared: "mmol/L"))
    #expect(problem("2025-06-09T13:00:00Z") == nil)
  }

  @Test func columnsOfBothKindsStandSideBySide() throws {
    let named = Fixture.lactate("last").replacing(#""lactate""#, with: #""named""#)
    let observations = [
      Self.observation(Self.at("2025-06-01T13:00:00Z"), "3"),
      Fixture.observation(of: "e1", at: "2025-06-01T13:00:00Z", value: Fixture.quantity("4")),
    ]
    let table = try table([Self.stay], observations, column: Self.column() + "," + named)
    #expect(table.rows == [["3", "4"]])
    #expect(table.notes == Set<TableNote>([.observationsWithoutEncounter, .observationsWithoutPatient]))
  }

  @Test(
    "a column is declared strictly",
    arguments: [
      #""value": "last", "untilHour": 24, "linkedBy": "patient""#,
      #""value": "last", "untilHour": 24, "fromHour": -1, "linkedBy": "time""#,
    ])
  func declarationIsStrict(keys: String) {
    let column = #"{"column": "c", "from": "observation", "codes": [{"system": "s", "code": "c"}], \#(keys)}"#
    #expect(throws: SiteFileError.self) { try Fixture.declaration(column) }
    let condition =
      #"{"column": "c", "from": "condition", "codes": [{"system": "s", "code": "c"}], "value": "present", "linkedBy": "time""#
    #expect(throws: SiteFileError.self) { try Fixture.declaration(condition + #", "of": "patient"}"#) }
    #expect(throws: Never.self) { try Fixture.declaration(condition + "}") }
  }

  @Test func declarationKeepsHowItIsLinked() throws {
    let declaration = try Fixture.declaration(
      Self.column() + "," + Fixture.lactate("last").replacing(#""lactate""#, with: #""l""#))
    #expect(try DatasetDeclaration.parse(declaration.encode()) == declaration)
    let text = String(decoding: declaration.encode(), as: UTF8.self)
    #expect(text.components(separatedBy: "linkedBy").count == 2)
  }
}

/// The same cells as from a program that was written from the specification alone.
@Suite(.enabled(if: OtherProgram.path("python3") != nil, "needs python3"))
struct FHIRTimeLinkReferenceTests {
  private struct Export {
    var files: [[String]] = [[], [], [], []]
    private var numbers: SeededNumbers

    init(seed: UInt64) {
      numbers = SeededNumbers(state: seed)
      for patient in 0..<10 { files[0].append(#"{"resourceType":"Patient","id":"p\#(patient)"}"#) }
      for encounter in 0..<80 { files[1].append(self.encounter(encounter)) }
      for _ in 0..<60 { files[2].append(condition()) }
      for _ in 0..<1500 { files[3].append(observation()) }
    }

    private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &numbers) }

    /// Some moment of the first ten days of March 2025, in one of four zones.
    private mutating func time(_ hour: Int? = nil) -> String {
      let hour = hour ?? below(240)
      let day = "2025-03-" + two(1 + hour / 24)
      let fraction = below(8) == 0 ? ".75" : ""
      return "\(day)T\(two(hour % 24)):\(two(below(60))):\(two(below(60)))\(fraction)"
        + ["Z", "+02:00", "-05:00", "+05:30"][below(4)]
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private mutating func encounter(_ number: Int) -> String {
      let hour = below(200)
      let end: String
      switch below(10) {
      case 0: end = ""
      case 1: end = #","end":"2025-03""#
      case 2: end = #","end":"2025-03-\#(two(1 + hour / 24 + below(2)))""#
      case 3: end = #","end":"\#(time())""#
      default: end = #","end":"\#(time(min(239, hour + 1 + below(60))))""#
      }
      return
        #"{"resourceType":"Encounter","id":"e\#(number)","status":"finished","subject":{"reference":"Patient/p\#(below(11))"},"#
        + #""period":{"start":"\#(time(hour))"\#(end)}}"#
    }

    private mutating func condition() -> String {
      let texts = [time(), "2025-03-\(two(1 + below(10)))", "2025-03", "2025", time()]
      let text = texts[below(5)]
      let member = [
        #""onsetDateTime":"\#(text)""#, #""onsetPeriod":{"start":"\#(text)"}"#, #""recordedDate":"\#(text)""#,
        #""onsetDateTime":"\#(text)","recordedDate":"\#(time())""#,
      ][below(4)]
      return #"{"resourceType":"Condition","code":{"coding":[{"system":"s","code":"dm"}]},"#
        + #""subject":{"reference":"Patient/p\#(below(10))"},\#(member)}"#
    }

    private mutating func observation() -> String {
      let text = below(20) == 0 ? "2025-03-0\(1 + below(9))" : time()
      let member = [
        #""effectiveDateTime":"\#(text)""#, #""effectivePeriod":{"start":"\#(text)"}"#,
        #""effectiveInstant":"\#(text)""#,
      ][below(3)]
      let status = ["final", "final", "amended", "corrected", "preliminary"][below(5)]
      return
        #"{"resourceType":"Observation","id":"o","status":"\#(status)","code":{"coding":[{"system":"s","code":"lac"}]},"#
        + #""subject":{"reference":"Patient/p\#(below(10))"},\#(member),\#(FHIRFixture.quantity("\(below(90))"))}"#
    }
  }

  private static let columns =
    [
      ("first", #""untilHour": 48"#), ("last", #""untilHour": 48"#), ("min", #""untilHour": 48"#),
      ("max", #""untilHour": 48"#), ("last", #""fromHour": 2, "untilHour": 6"#),
    ].enumerated().map { index, column in
      FHIRFixture.lactate(column.0, hours: #""linkedBy": "time", "# + column.1)
        .replacing(#""lactate""#, with: "\"c\(index)\"")
    } + [
      #"{"column": "dm", "from": "condition", "codes": [{"system": "s", "code": "dm"}], "value": "present", "linkedBy": "time"}"#
    ]

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func cellsAreThoseOfAnotherProgram(seed: UInt64) throws {
    let files = Export(seed: seed).files
    let tables = try FHIRFixture.declaration(Self.columns.joined(separator: ",")).tables
    try withFiles(files.map { Array($0.map { $0 + "\n" }.joined().utf8) }) { paths in
      let rows = try readTable(openTable(paths, as: tables)).rows
      let script = Repository.path("Tests/SiteEvaluationTests/Sources/FHIR/Reference/time_link.py")
      let outcome = try OtherProgram.run("python3", [script] + paths)
      try #require(outcome.status == 0)
      let expected = outcome.output.split(separator: "\n").map { line -> [String]? in
        line == "-" ? nil : line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let isSame = rows == expected
      #expect(
        isSame, "row \(zip(rows, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? -1)"
      )
      // Enough of everything was there.
      let filled = expected.compactMap { $0 }.count { $0[0] != "" && $0[5] == "1" }
      #expect(expected.contains(nil) && filled > 5 && filled < 75)
    }
  }
}
