import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Glibc
import Statistics
import Testing

@testable import SiteEvaluation

@Suite struct SyntheticCohortTests {
  private func bytes(
    seed: UInt64 = 1, hospital: Int = 1, rows: Int, until: String? = nil, driftFrom: String? = nil
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try SyntheticCohort(
      seed: seed, hospital: hospital, rows: rows, until: until.map { try UTCTime(parsing: $0) },
      driftFrom: driftFrom.map { try UTCTime(parsing: $0) }
    ).write { bytes += $0 }
    return bytes
  }

  private func lines(_ bytes: [UInt8]) -> [[Substring]] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
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

  @Test func publishedBytesDoNotChange() throws {
    // The digest of the file before cohorts could end early or drift.
    #expect(
      Digest(of: try bytes(seed: 2026, hospital: 3, rows: 500)).hex
        == "4715f878bf3775c5b8971e16fa62772b7b0a3f92ead35e077911b75303a27a2e")
  }

  @Test func cohortThatEndsEarlyHasTheEarlierRowsInOrder() throws {
    let whole = lines(try bytes(rows: 2000))
    let early = lines(try bytes(rows: 2000, until: "2025-04-01T00:00:00Z"))
    let expected = [whole[0]] + whole.dropFirst().filter { $0[2] < "2025-04-01T00:00:00Z" }
    #expect((300...700).contains(early.count))
    let isEqual = early == expected
    #expect(isEqual, "rows before April")
  }

  @Test func driftTakesTheScoreItsMeaningAndNothingElse() throws {
    let table = lines(try bytes(rows: 8000)).dropFirst()
    let drifted = lines(try bytes(rows: 8000, driftFrom: "2025-10-01T00:00:00Z")).dropFirst()
    let score = try #require(SyntheticCohort.columns.firstIndex { $0.name == "score" })
    var ranks: [(score: Double, isEvent: Bool)] = []
    for (before, after) in zip(table, drifted) {
      let isLate = before[2] >= "2025-10-01T00:00:00Z"
      let isSame = before.indices.allSatisfy { before[$0] == after[$0] || ($0 == score && isLate) }
      #expect(isSame, "\(before[0])")
      #expect(before[score].isEmpty == after[score].isEmpty)
      if isLate, let value = Double(after[score]), !after[after.count - 1].isEmpty {
        ranks.append((value, after[after.count - 1] == "1"))
      }
    }
    let events = ranks.filter(\.isEvent)
    let others = ranks.filter { !$0.isEvent }
    let concordant = events.reduce(0.0) { sum, event in
      sum + others.reduce(0.0) { $0 + (event.score > $1.score ? 1 : event.score == $1.score ? 0.5 : 0) }
    }
    let area = concordant / Double(events.count * others.count)
    #expect((0.4...0.6).contains(area), "AUROC \(area)")
    let alarms = Double(ranks.count { $0.score >= 0.1 }) / Double(ranks.count)
    #expect((0.4...0.6).contains(alarms), "share at or above 0.1: \(alarms)")
  }

  @Test func timesOfAnotherYearAreRefused() throws {
    for text in ["2024-12-31T23:59:59Z", "2026-01-01T00:00:01Z"] {
      #expect(throws: SyntheticCohortError.timeOutOfBounds) { try bytes(rows: 1, until: text) }
      #expect(throws: SyntheticCohortError.timeOutOfBounds) { try bytes(rows: 1, driftFrom: text) }
    }
    #expect(try bytes(rows: 9, until: "2026-01-01T00:00:00Z") == bytes(rows: 9))
    #expect(lines(try bytes(rows: 9, until: "2025-01-01T00:00:00Z")).count == 1)
  }

  @Test func declarationSaysWhichCohortItIs() throws {
    let end = try UTCTime(parsing: "2025-07-01T00:00:00Z")
    let cohort = try SyntheticCohort(seed: 1, hospital: 4, rows: 10, until: end, driftFrom: end)
    let declaration = cohort.declaration(extractedAt: end)
    #expect(declaration.id == "synthetic-4-before-2025-07-01")
    #expect(declaration.sourceVersion.contains("drift from 2025-07-01T00:00:00Z"))
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
