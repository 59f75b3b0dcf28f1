import Aggregates
import CanonicalJSON
import SiteEvaluation
import TestSupport
import Testing

/// What the declaration says about identifiers.
@Suite struct ScanTermsTests {
  private let days = table("admitted", ["2025-03-02", "2025-03-03"])

  @Test func datesFinerThanDeclaredAreRefused() throws {
    for (precision, isRefused) in [(DatePrecision.year, true), (.month, true), (.day, false), (.time, false)]
    {
      let findings = try inspected(days, dates: precision).findings
      #expect(findings.contains { $0.identifier == .date } == isRefused)
    }
    let times = table("at", ["2025-03-02T08:00:00Z"])
    #expect(try inspected(times, dates: .day).findings.first?.identifier == .date)
    #expect(try inspected(times, dates: .time).findings.isEmpty)
  }

  @Test func reviewedAlarmIsShownWithThePersonAndNotRefused() throws {
    let review = DatasetDeclaration.Review(
      column: "x", kind: .ipAddress, person: "A. Person", reason: "versions of a pump")
    let text = table("x", ["7.1.0.2"])
    let findings = try inspected(text, reviewed: [review]).findings
    #expect(findings.map(\.severity) == [.reviewed])
    #expect(findings[0].text.contains("A. Person says: versions of a pump"))
    // Another column, or another kind in this one, is still refused.
    #expect(try inspected(table("y", ["7.1.0.2"]), reviewed: [review]).findings.first?.severity == .refusal)
    #expect(
      try inspected(table("x", ["a.b@example.org"]), reviewed: [review]).findings.first?.severity == .refusal)
  }

  @Test func surrogatesMayLookLikeNumbersOfRecordsButNotLikePeople() throws {
    let uuids = table("case", ["550e8400-e29b-41d4-a716-446655440000"])
    #expect(try inspected(uuids).findings.count == 1)
    #expect(try inspected(uuids, surrogates: ["case"]).findings.isEmpty)
    #expect(try inspected(table("mrn", ["123456"]), surrogates: ["mrn"]).findings.isEmpty)
    #expect(try inspected(table("case", ["219-09-9999"]), surrogates: ["case"]).findings.count == 1)
  }

  @Test func syntheticRowsAreOfNobody() throws {
    let findings = try inspected(table("age", ["93"]), dataClass: .synthetic).findings
    #expect(findings.map(\.severity) == [.warning])
  }

  @Test func missingHeaderLineIsRefusedWithoutQuotingIt() throws {
    let findings = try inspected("Mary,219-09-9999,54\nJohn,457-55-5462,61\n").findings
    let columns = findings.filter { $0.check == .header }.compactMap(\.column)
    #expect(columns == ["2", "3"])
    #expect(!"\(IntakeError.refused(findings))".contains("219"))
  }

  @Test func freeTextIsToldFromAListOfLongDiagnoses() throws {
    var cells: [String] = []
    for index in 0..<40 {
      cells.append("row \(index) was seen on the ward, felt better and went home in the afternoon")
    }
    #expect(try inspected(table("x", cells)).findings.first?.identifier == .freeText)
    let listed = (0..<400).map { cells[$0 % 10] }
    #expect(try inspected(table("x", listed)).findings.isEmpty)
  }

  /// Texts one or two bytes away from identifiers, where a reader that counts places wrongly would leave its buffer.
  @Test func damagedIdentifiersAreReadToTheirEnd() throws {
    let texts = [
      "2025-01-31T08:15:00+01:00", "(212) 555-0123", "1M8GDM9AXKP042788", "SW1A 1AA", "12 Elm Street Apt 2",
      "2001:db8::ff00:42:8329", "00:1B:44:11:3A:B7", "m.person@example.org", "219-09-9999", "10.12.0.7",
      "www.a.b",
      "GB82 WEST 1234 5698 7654 32", "550e8400-e29b-41d4-a716-446655440000", "Mary O'Hara, Ann",
    ]
    var numbers = SeededNumbers(state: 5)
    var cells: [String] = []
    for index in 0..<5000 {
      var scalars = Array(texts[index % texts.count].utf8)
      for _ in 0..<Int.random(in: 1...3, using: &numbers) where !scalars.isEmpty {
        let place = Int.random(in: 0..<scalars.count, using: &numbers)
        scalars[place] = UInt8.random(in: 0x20...0x7E, using: &numbers)
        if Bool.random(using: &numbers) { scalars.removeSubrange(place...) }
      }
      cells.append(String(decoding: scalars, as: UTF8.self))
    }
    let profile = try inspected(table("column", cells)).profile
    let column = try #require(profile.column("column"))
    #expect(column.rows + profile.unreadable + cells.count { $0.isEmpty } >= 5000)
    #expect(column.texts >= 0 && column.numbers + column.dates.total <= column.filled)
  }

  @Test func declarationKeepsWhatItSays() throws {
    let declaration = try clinical(
      mapping: SiteMapping(columns: [SiteMapping.Column(column: "lactate", from: "LAC", unit: "mg/dl")]),
      dates: .day, surrogates: ["pid"], encounterColumn: "enc",
      reviewed: [.init(column: "x", kind: .phone, person: "A", reason: "r")])
    #expect(try DatasetDeclaration.parse(declaration.encode()) == declaration)
  }

  @Test(
    "a declaration is read strictly",
    arguments: [
      #""dates":"hour""#, #""surrogates":["a","a"]"#,
      #""reviewed":[{"column":"x","kind":"phone","person":"A"}]"#,
      #""reviewed":[{"column":"x","kind":"telephone","person":"A","reason":"r"}]"#,
      #""reviewed":[{"column":"x","kind":"phone","person":"A","reason":"r","until":"x"}]"#,
      #""reviewed":[{"column":"x","kind":"phone","person":"A","reason":"r"},{"column":"x","kind":"phone","person":"B","reason":"r"}]"#,
    ])
  func unknownWordIsRefused(member: String) throws {
    let text = String(decoding: try clinical().encode(), as: UTF8.self)
    #expect(throws: SiteFileError.self) {
      try DatasetDeclaration.parse(Array((text.dropLast() + "," + member + "}").utf8))
    }
  }
}
