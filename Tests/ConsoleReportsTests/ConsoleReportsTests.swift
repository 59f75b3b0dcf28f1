import ConsoleReports
import Evidence
import ServiceRuntime
import StudyFixtures
import Testing

/// The tables that people read in a terminal, on the heart disease study.
@Suite struct ConsoleReportsTests {
  @Test func matrixTextNamesEverySiteAndItsRows() throws {
    let record = try HeartDiseaseStudy.shared().bundle.record
    let lines = MatrixText(matrix: record.matrix, evaluationProtocol: record.evaluationProtocol).lines
      .map(\.plain)
    // Rows of the published data: Detrano et al. (1989).
    for (site, rows) in [
      ("budapest", "294"), ("cleveland (development)", "303"), ("long-beach", "200"), ("switzerland", "123"),
    ] {
      #expect(lines.contains { $0.hasPrefix(site) && $0.contains(rows) }, "\(site)")
    }
  }

  @Test func matrixTextNamesGapsBeyondChanceAndCountsDriftByVerdict() throws {
    let record = try HeartDiseaseStudy.shared().bundle.record
    let lines = MatrixText(matrix: record.matrix, evaluationProtocol: record.evaluationProtocol).lines
      .map(\.plain)
    let gaps = lines.first { $0.hasPrefix("Gaps between groups: ") }
    #expect(gaps?.contains("beyond chance") == true)
    #expect(lines.contains { $0.hasPrefix("sex: female") && $0.contains("within sites") })
    #expect(lines.contains { $0.hasPrefix("Drift: ") && $0.contains("underpowered") })
    // Switzerland recorded a cholesterol of 0 where it was not measured.
    #expect(lines.contains { $0.hasPrefix("switzerland undated: chol ") })
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test func matrixTextSaysWhatTheScoreLeansOn() throws {
    let record = try HeartDiseaseStudy.shared().bundle.record
    let lines = MatrixText(matrix: record.matrix, evaluationProtocol: record.evaluationProtocol).lines
      .map(\.plain)
    // Half of 294, 123 and 200 patients.
    let start = try #require(
      lines.firstIndex(of: "What the score leans on: 308 sampled patients of 3 sites"))
    let inputs = lines[(start + 2)...].prefix(8).compactMap { $0.split(separator: " ").first }
    #expect(inputs.prefix(3) == ["thalach", "oldpeak", "exang"])
    #expect(lines.contains("and 5 more"))
  }

  @Test func gateTextEndsWithTheConclusion() throws {
    let outcome = try HeartDiseaseStudy.shared().bundle.record.outcome
    let lines = GateText(outcome: outcome).lines.map(\.plain)
    #expect(lines.contains { $0.hasPrefix("FAIL  net-benefit") })
    #expect(lines.last == "The gate does not open: 2 of 10 conditions hold.")
  }
}
