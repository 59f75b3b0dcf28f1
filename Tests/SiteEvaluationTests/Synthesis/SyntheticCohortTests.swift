import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Glibc
import Statistics
import Testing

@testable import SiteEvaluation

@Suite struct SyntheticCohortTests {
  private func bytes(seed: UInt64 = 1, hospital: Int = 1, rows: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try SyntheticCohort(seed: seed, hospital: hospital, rows: rows).write { bytes += $0 }
    return bytes
  }

  @Test func streamIsThatOfThePublishedGenerator() {
    // Seed 1234567 of the reference C code by S. Vigna, as listed by Rosetta Code, "Pseudo-random numbers/Splitmix64".
    var stream = RandomStream(1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in stream.next() } == expected)
  }

  @Test func portableLogisticIsTheLogistic() {
    for step in -4000...4000 {
      let x = Double(step) / 100
      let expected = 1 / (1 + exp(-x))
      #expect(abs(portableLogistic(x) - expected) <= 4e-15)
    }
    #expect(portableLogistic(1e9) == 1)
    #expect(portableLogistic(-1e9) < 1e-300)
  }

  @Test func sameSeedGivesSameBytesAndOthersDiffer() throws {
    let first = try bytes(rows: 200)
    #expect(try bytes(rows: 200) == first)
    #expect(try bytes(seed: 2, rows: 200) != first)
    #expect(try bytes(hospital: 2, rows: 200) != first)
    // A longer cohort begins with the shorter one.
    #expect(try bytes(rows: 300).starts(with: first))
  }

  @Test func everyRowSaysThatItIsMadeUp() throws {
    let lines = String(decoding: try bytes(hospital: 37, rows: 500), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 501)
    #expect(lines[0] == SyntheticCohort.columns.map(\.name).joined(separator: ",")[...])
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("SYN-H37-") })
    let widths = Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count })
    #expect(widths == [SyntheticCohort.columns.count])
    let declaration = try SyntheticCohort(seed: 1, hospital: 37, rows: 500)
      .declaration(extractedAt: UTCTime(parsing: "2026-01-01T00:00:00Z"))
    #expect(declaration.dataClass == .synthetic)
    #expect(try DatasetDeclaration.parse(declaration.encode()) == declaration)
  }

  @Test func numbersOutOfBoundsAreRefused() {
    #expect(throws: SyntheticCohortError.hospitalOutOfBounds) {
      try SyntheticCohort(seed: 1, hospital: 0, rows: 1)
    }
    #expect(throws: SyntheticCohortError.rowsOutOfBounds) {
      try SyntheticCohort(seed: 1, hospital: 1, rows: -1)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6])
  func hospitalsAreWorthLookingAt(hospital: Int) throws {
    let table = try bytes(seed: 20250101, hospital: hospital, rows: 12_000)
    func stratum(_ column: String) throws -> LocalWindow {
      var study = Study()
      study.patientColumn = "patient_id"
      study.scorePrecision = ["kind": "decimals", "digits": 4]
      study.windows = [
        "kind": "dated", "column": "prediction_time",
        "list": [["id": "year", "start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"]],
      ]
      let mapping = SiteMapping(columns: [
        SiteMapping.Column(column: "y", from: "label"), SiteMapping.Column(column: "score", from: column),
      ])
      let result = try study.evaluate([table], mapping: mapping)
      #expect(
        result.local.flow.table["timeInvalid"] == nil && result.local.flow.table["outsideWindows"] == nil)
      return result.local.windows[0]
    }
    let overall = try stratum("score").overall
    let prevalence =
      Double(overall.ranks.positives) / Double(overall.ranks.positives + overall.ranks.negatives)
    let model = try auroc(overall.ranks).value
    let baseline = try auroc(stratum("baseline_score").overall.ranks).value
    #expect((0.05...0.11).contains(prevalence))
    #expect((0.79...0.85).contains(model))
    #expect((0.69...0.76).contains(baseline))
    // A sixth of the rows is of patients seen before.
    #expect((9700...10_300).contains(overall.distinctPatients))
    #expect(overall.rows.unlabelled.reduce(0, +) > 100)
  }
}
