import Aggregates
import CanonicalJSON
import EvaluationProtocols
import SiteEvaluation
import TestSupport
import Testing

/// Rows that have nothing to hide raise no alarm.
@Suite struct ScanDataTests {
  @Test("random clinical numbers raise none", arguments: [1, 2, 3] as [UInt64])
  func randomNumbersRaiseNone(seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed)
    let columns = [
      "encounter_id", "patient_id", "age", "heart_rate", "systolic_bp", "sodium", "platelets", "troponin",
      "score",
      "los_days", "bnp", "creatinine_umol", "urine_ml", "dose_units", "time_to_event_min", "weight", "lab_7",
      "q",
    ]
    var text = columns.joined(separator: ",") + "\n"
    for row in 0..<3000 {
      var cells = ["E\(100_000 + row)", "P\(Int.random(in: 0..<900_000, using: &numbers))"]
      cells.append("\(Int.random(in: 18...89, using: &numbers))")
      for magnitude in [200.0, 250, 160, 900_000, 60, 1, 40, 99_999, 1500, 20_000, 99_999_999, 1e12, 150] {
        let number = Double.random(in: 0..<magnitude, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: cells.append("")
        case 1: cells.append("\(Int(number))")
        case 2: cells.append("\((number * 100).rounded() / 100)")
        default: cells.append("\(number)")
        }
      }
      cells.append("\(Int.random(in: 0...99_999, using: &numbers))")
      cells.append("-\(Int.random(in: 0...9_999_999_999, using: &numbers))")
      text += cells.joined(separator: ",") + "\n"
    }
    let findings = try inspected(text).findings
    #expect(findings.isEmpty, "found \(findings)")
  }

  @Test(
    "the example's hospitals raise none", arguments: ["budapest", "cleveland", "long-beach", "switzerland"])
  func exampleRaisesNone(site: String) throws {
    let folder = Repository.path("protocols/examples/heart-disease/sites/\(site)")
    let declaration = try DatasetDeclaration.parse(fileBytes(folder + "/dataset.json"))
    let inspection = try inspectDataset(files: [folder + "/data.csv"], declaredAs: declaration)
    #expect(inspection.findings.isEmpty, "found \(inspection.findings)")
    let evaluationProtocol = try EvaluationProtocol.parse(
      fileBytes(Repository.path("protocols/examples/heart-disease/protocol.json")))
    let found = checkIntake(inspection.profile, declaredAs: declaration, under: evaluationProtocol)
    #expect(found.allSatisfy { $0.severity == .warning }, "found \(found)")
  }

  /// The vectors' hospitals are made up, patients of 90 and more too: declared as clinical they would rightly be refused.
  @Test(
    "the vectors' hospitals raise one that is right",
    arguments: ["alpha", "beta", "gamma", "delta", "epsilon", "home"])
  func vectorsRaiseAgesOnly(site: String) throws {
    let path = Repository.path("protocols/vectors/merge/hospitals/\(site)/data.csv")
    for (dataClass, severity) in [
      (DataClass.clinical, IntakeFinding.Severity.refusal), (.synthetic, .warning),
    ] {
      let findings = try inspectDataset(files: [path], declaredAs: clinical(dataClass)).findings
      #expect(findings.map(\.column) == ["age"] && findings.map(\.identifier) == [.ageOver89])
      #expect(findings.map(\.severity) == [severity])
    }
  }

  @Test(
    "the shared clinical data raise none", .enabled(if: SharedData.isThere, "needs the shared clinical data"))
  func sharedDataRaiseNone() throws {
    var files = 0
    for set in ["heart-disease", "icu-mortality", "diabetes-readmission"] {
      for name in try folderNames("\(SharedData.folder)/\(set)/sites") {
        let path = "\(SharedData.folder)/\(set)/sites/\(name)"
        let findings = try inspectDataset(files: [path], declaredAs: clinical(dates: .year)).findings
        #expect(findings.isEmpty, "\(name): \(findings)")
        files += 1
      }
    }
    #expect(files == 12)
  }

  @Test func madeUpCohortIsOnlyWarnedOfItsOldPatients() throws {
    var text: [UInt8] = []
    let cohort = try SyntheticCohort(seed: 7, hospital: 1, rows: 2000, until: nil, driftFrom: nil)
    _ = cohort.write { text += $0 }
    let declaration = cohort.declaration(extractedAt: try UTCTime(parsing: "2026-01-01T00:00:00Z"))
    try withFiles([text]) { paths in
      let findings = try inspectDataset(files: paths, declaredAs: declaration).findings
      #expect(findings.allSatisfy { $0.severity == .warning && $0.column == "age" }, "found \(findings)")
    }
  }
}
