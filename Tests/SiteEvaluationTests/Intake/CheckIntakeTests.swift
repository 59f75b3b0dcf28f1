import CanonicalJSON
import SiteEvaluation
import Testing

/// What the checks before an evaluation find. The rows are well until a test spoils them.
@Suite struct CheckIntakeTests {
  private static let header = "pid,score,y,sex,sodium,t"

  private static func rows(_ count: Int = 100, _ row: (Int) -> String? = { _ in nil }) -> String {
    header + "\n"
      + (0..<count).map { index in
        row(index)
          ?? "\(index),0.\(index),\(index % 2),\(index % 3 == 0 ? "F" : "M"),\(130 + index % 20),\(time)"
      }.joined(separator: "\n")
  }

  private static let time = "2025-01-02T03:04:05Z"

  private static var study: Study {
    var study = Study()
    study.features = [
      [
        "column": "sodium", "type": "number", "unit": "mmol/l", "lower": "100", "upper": "180",
        "missingValues": ["-1"],
      ]
    ]
    study.windows = [
      "kind": "dated", "column": "t",
      "list": [["id": "w", "start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"]],
    ]
    study.profiles = [["of": "column", "id": "sodium", "edges": ["140"], "counts": [40, 60, 0, 0]]]
    return study
  }

  private func check(
    _ text: String, mapping: SiteMapping = SiteMapping(), study: Study = Self.study
  ) throws -> [IntakeFinding] {
    try checkIntake(
      inspected(text).profile, declaredAs: clinical(mapping: mapping), under: study.evaluationProtocol)
  }

  @Test func rowsAsTheProtocolDescribesThemAreNotSpokenOf() throws {
    let findings = try check(Self.rows())
    #expect(findings.isEmpty, "found \(findings)")
  }

  private static func spoiled(_ count: Int, _ cell: String, at place: Int) -> String {
    rows { index in
      guard index < count else { return nil }
      var cells = "\(index),0.\(index),\(index % 2),F,\(130 + index % 20),\(time)".split(separator: ",").map(
        String.init)
      cells[place] = cell
      return cells.joined(separator: ",")
    }
  }

  @Test(
    "one bad cell is a warning, a column of them a refusal",
    arguments: [
      (IntakeFinding.Check.range, "3.2", 4, "sodium"), (.number, "high", 4, "sodium"),
      (.category, "X", 3, "sex"),
      (.date, "2025-01-02", 5, "t"),
    ])
  func oneIsWarnedOfAndAllAreRefused(
    check kind: IntakeFinding.Check, cell: String, place: Int, column: String
  ) throws {
    for (count, severity) in [(1, IntakeFinding.Severity.warning), (100, .refusal)] {
      let findings = try check(Self.spoiled(count, cell, at: place)).filter { $0.check == kind }
      #expect(findings.map(\.severity) == [severity])
      #expect(findings.first?.column == column)
      #expect(findings.first?.text.contains(cell) == false)
    }
  }

  @Test func numberThatStandsForMissingIsNotOutOfRange() throws {
    let findings = try check(Self.spoiled(5, "-1", at: 4))
    #expect(findings.isEmpty, "found \(findings)")
    #expect(try check(Self.spoiled(30, "-1", at: 4)).map(\.check) == [.missingness])
  }

  /// The column has more different numbers than are kept one by one, so the bands decide.
  @Test func anotherUnitShowsInTheBands() throws {
    func text(_ factor: Double) -> String {
      Self.rows(1000) { "\($0),0.5,\($0 % 2),F,\((120 + Double($0) / 20) * factor),\(Self.time)" }
    }
    #expect(try check(text(1)).isEmpty)
    let findings = try check(text(2.3))
    #expect(findings.map(\.check) == [.range] && findings.map(\.severity) == [.refusal])
    #expect(findings[0].text.contains("100 to 180 mmol/l"))
  }

  @Test func declaredUnitHasToBeTheProtocols() throws {
    for (unit, checks) in [("mmol/l", []), ("mg/dl", [IntakeFinding.Check.unit])] {
      let mapping = SiteMapping(columns: [SiteMapping.Column(column: "sodium", from: "sodium", unit: unit)])
      #expect(try check(Self.rows(), mapping: mapping).map(\.check) == checks)
    }
  }

  @Test func codesAreComparedAfterTheMapping() throws {
    let text = Self.rows().replacing(",F,", with: ",2,").replacing(",M,", with: ",1,")
    #expect(try check(text).map(\.check) == [.category])
    let codes = [SiteMapping.Code(from: "1", to: "M"), SiteMapping.Code(from: "2", to: "F")]
    let mapping = SiteMapping(columns: [SiteMapping.Column(column: "sex", from: "sex", codes: codes)])
    #expect(try check(text, mapping: mapping).isEmpty)
  }

  @Test func labelsThatTheProtocolDoesNotListAreSpokenOf() throws {
    #expect(try check(Self.spoiled(1, "maybe", at: 2)).map(\.severity) == [.warning])
    #expect(try check(Self.spoiled(100, "maybe", at: 2)).map(\.check) == [.label])
    #expect(try check(Self.spoiled(100, "maybe", at: 2)).map(\.severity) == [.refusal])
    #expect(try check(Self.spoiled(100, "0", at: 2)).map(\.check) == [.prevalence])
    #expect(
      try check(Self.spoiled(100, "", at: 2).replacing(",,", with: ",\"\",")).map(\.severity) == [.warning])
  }

  @Test func repeatedRowsAreSpokenOf() throws {
    let row = "7,0.5,1,F,140,\(Self.time)"
    #expect(try check(Self.rows(100) { $0 < 2 ? row : nil }).map(\.check) == [.duplicate])
    let findings = try check(Self.rows(100) { $0 < 60 ? row : nil }).filter { $0.check == .duplicate }
    #expect(findings.map(\.severity) == [.refusal])
  }

  @Test func encounterThatIsDeclaredToStandOnceMayNotStandTwice() throws {
    let text = "enc,x\ne1,1\ne2,2\n,3\n,4\n"
    #expect(try inspected(text, encounterColumn: "enc").findings.isEmpty)
    let findings = try inspected(text + "e1,5\n", encounterColumn: "enc").findings
    #expect(findings.map(\.check) == [.duplicate] && findings.map(\.severity) == [.refusal])
    #expect(try inspected(text, encounterColumn: "visit").findings.map(\.check) == [.header])
  }

  @Test func reportIsReadBack() throws {
    let report = IntakeReport(try check(Self.spoiled(100, "3.2", at: 4)) + check(Self.spoiled(1, "X", at: 3)))
    #expect(try IntakeReport(parsing: report.encode()) == report)
    #expect(report.lines.first?.hasPrefix("refusal: column sodium: ") == true)
    #expect(throws: IntakeError.self) { try report.requireNoRefusal() }
  }
}
