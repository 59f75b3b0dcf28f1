import Aggregates
import SiteEvaluation
import StudyFixtures
import TestSupport
import Testing

/// Numbers of records under a name that does not say so.
@Suite struct RecordNumbersTests {
  private static func cells(_ count: Int = 600, _ cell: (Int) -> String) -> [String] { (0..<count).map(cell) }

  /// Numbers that look drawn and never come twice.
  private static func scattered(_ row: Int, _ digits: Int) -> String {
    var modulus = 1
    for _ in 0..<digits { modulus *= 10 }
    // The factor and 10 have no common divisor, so that different rows give different remainders.
    return String(String((row * 7_919_377 + 13) % modulus + modulus).dropFirst())
  }

  @Test(
    "numbers alike in length that hardly repeat are refused by column and kind",
    arguments: [
      cells { "\(70_000_000 + $0)" }, cells { scattered($0, 6) }, cells { scattered($0, 10) },
      cells { "A\(scattered($0, 7))" }, cells { "\(scattered($0, 3))-\(scattered($0 * 31, 4))X" },
      cells { $0 % 25 == 0 ? "" : "\(70_000_000 + $0)" },
      cells(4000) { $0 % 30 == 0 ? "n/a" : scattered($0, 9) },
      cells { "S\(99_800 + $0)" }, cells(100_000) { scattered($0, 8) },
    ])
  func recordNumberIsRefused(cells: [String]) throws {
    let findings = try inspected(table("q7", cells)).findings
    #expect(findings.map(\.column) == ["q7"] && findings.map(\.identifier) == [.otherIdentifier])
    #expect(findings.map(\.severity) == [.refusal])
    let text = "\(IntakeError.refused(findings))"
    #expect(text.contains("hardly repeat") && !text.contains(cells[1]) && !text.contains("\(cells.count)"))
  }

  @Test(
    "what is measured, counted, coded or dated is not taken for one",
    arguments: [
      // Too few to say anything.
      cells(499) { "\(70_000_000 + $0)" },
      cells { "0.\(scattered($0, 8))" }, cells { "\(scattered($0, 3)).\(scattered($0 * 7, 5))" },
      cells { "0,\(scattered($0, 8))" }, cells { "-\(scattered($0, 8))" }, cells { scattered($0, 5) },
      cells { "\(scattered($0, 8).drop { $0 == "0" }.dropFirst($0 % 4))" },
      // Platelets by thousands, codes of drugs, seconds between few visits.
      cells(2000) { "\(150 + $0 * 37 % 300)000" }, cells(2000) { "\(310_000 + $0 * 37 % 400)" },
      cells(2000) { "J\(scattered($0 % 900, 6))" }, cells { "1\(scattered($0, 2))/0\(scattered($0 * 3, 2))" },
      cells { "20\(10 + $0 % 15)\(10 + $0 % 3)\(10 + $0 % 17)" },
      cells { "2025-01-\(10 + $0 % 20)T10:\(10 + $0 % 50):\(10 + $0 % 49)Z" }, cells { _ in "" },
      cells { "\(999_800 + $0)" }, cells { "A\(scattered($0, 4 + $0 % 6))" },
      cells { "\($0)" }, cells { "ward \($0)" },
    ])
  func otherCellsAreNot(cells: [String]) throws {
    let findings = try inspected(table("q7", cells)).findings
    #expect(findings.isEmpty, "found \(findings)")
  }

  @Test func oneInTenMayComeAgainAndOneInThreeMayNot() throws {
    func findings(oneIn: Int) throws -> [IntakeFinding] {
      // Each text of these rows is there once more.
      try inspected(
        table("q7", Self.cells(3000) { Self.scattered($0 % oneIn == 0 ? $0 + 1 : $0, 8) })
      ).findings
    }
    #expect(try findings(oneIn: 20).count == 1)
    #expect(try findings(oneIn: 3).isEmpty)
  }

  @Test func orderOfTheRowsMakesNoDifference() throws {
    let cells = Self.cells(5000) { Self.scattered($0 % 4400, 7) }
    let found = try inspected(table("q7", cells)).findings
    #expect(try inspected(table("q7", cells.sorted())).findings == found)
    #expect(try inspected(table("q7", cells.reversed())).findings == found)
  }

  @Test(arguments: ["encounter_id", "patientId", "PID", "row_number", "stay_id"])
  func numbersThatTheExtractCallsItsOwnAreNot(name: String) throws {
    #expect(try inspected(table(name, Self.cells { "\(70_000_000 + $0)" })).findings.isEmpty)
  }

  @Test func numbersThatWereDeclaredAreNot() throws {
    let text = table("q7", Self.cells { "\(70_000_000 + $0)" })
    #expect(try inspected(text, surrogates: ["q7"]).findings.isEmpty)
    #expect(try inspected(text, encounterColumn: "q7").findings.isEmpty)
    #expect(try inspected(text, surrogates: ["q"]).findings.count == 1)
    let review = DatasetDeclaration.Review(
      column: "q7", kind: .otherIdentifier, person: "A. Person", reason: "seconds of a device's own clock")
    #expect(try inspected(text, reviewed: [review]).findings.map(\.severity) == [.reviewed])
    #expect(try inspected(text, dataClass: .synthetic).findings.map(\.severity) == [.warning])
  }

  @Test func anotherAlarmInAFewCellsHidesNothing() throws {
    let cells = Self.cells { $0 == 3 ? "m.person@example.org" : "\(70_000_000 + $0)" }
    let findings = try inspected(table("q7", cells)).findings
    #expect(findings.map(\.identifier) == [.email, .otherIdentifier])
    #expect(findings.map { $0.text.contains("hardly repeat") } == [false, true])
  }

  @Test func columnWithABetterNameKeepsIt() throws {
    let findings = try inspected(table("mrn", Self.cells { "\(70_000_000 + $0)" })).findings
    #expect(findings.map(\.identifier) == [.medicalRecordNumber])
    #expect(!findings[0].text.contains("hardly repeat"))
  }
}
