import Aggregates
import CanonicalJSON
import SiteEvaluation
import Statistics
import Testing

/// Model and baseline on the same rows, counted by hand.
@Suite struct PairedCountingTests {
  // Tables have 3 rows, of the score below 0.25, below 0.5 and from 0.5, and 4 columns, of the baseline below -1, below
  // 10 and from 10, and without a baseline.
  private static let study: Study = {
    var study = Study(thresholds: ["0.25", "0.5"])
    study.features = [["column": "b", "type": "number", "missingValues": ["-99"]]]
    study.baselineThresholds = ["-1", "10"]
    return study
  }()
  private static let table = """
    pid,score,y,sex,b
    a,0.1,0,F,-2
    a,0.3,1,F,10
    a,0.4,1,M,9.9
    b,0.5,1,M,25
    b,0.5,0,M,-1
    c,0.75,0,F,-99
    c,1,1,,
    d,0.25,,F,twelve
    d,0.2,,M,1e400
    e,0.25,0,M,1e2
    f,0.9,1,F,-1.0

    """

  private func window(_ table: String = Self.table) throws -> LocalWindow {
    try #require(try Self.study.evaluate(table).local.windows.first)
  }

  @Test func rowsAreCountedByBothScores() throws {
    let paired = try #require(try window().overall.paired)
    #expect(paired.rows.positive == [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1])
    #expect(paired.rows.negative == [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1])
    // A number for "not measured", a text and a number that is too large are no baseline score.
    #expect(paired.rows.unlabelled == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0])
  }

  @Test func theModelsOwnScoreIsNoBaseline() throws {
    let mapped = SiteMapping(columns: [SiteMapping.Column(column: "b", from: "score")])
    #expect(throws: SiteEvaluationError.baselineIsTheModel(column: "score")) {
      try Self.study.evaluate(Self.table, mapping: mapped)
    }
    var own = Self.study
    own.artifact = Array(
      "{\"format\":\"recorded-score\",\"version\":1,\"column\":\"b\",\"system\":\"x\"}".utf8)
    #expect(throws: SiteEvaluationError.baselineIsTheModel(column: "b")) { try own.evaluate(Self.table) }
    // Two columns that hold other scores are compared, whichever of them the mapping calls the baseline.
    let exchanged = SiteMapping(columns: [
      SiteMapping.Column(column: "b", from: "score"), SiteMapping.Column(column: "score", from: "b"),
    ])
    #expect(throws: Never.self) { try Self.study.evaluate(Self.table, mapping: exchanged) }
  }

  @Test func levelsAreCountedApart() throws {
    let sex = try window().attributes[0].compactMap(\.paired)
    #expect(
      sex.map(\.rows.positive) == [
        [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ])
  }

  @Test func patientIsCountedAtTheLowestIntervalOfTheBaselineWithinTheLowestOfTheModel() throws {
    let window = try window()
    // Patient a's rows at 0.3 and 0.4 lie in one interval of the model; the second has the lower baseline, and is of
    // the later level.
    #expect(window.overall.paired?.patients.positive == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1])
    #expect(window.overall.patients.positive == [0, 1, 3])
    #expect(window.attributes[0].map(\.patients.positive) == [[0, 0, 1], [0, 1, 1], [0, 0, 1]])
  }

  @Test func ranksAreThoseOfRowsWithABaselineScore() throws {
    let ranks = try #require(try window().overall.paired?.ranks)
    // Positives (0.3, 10), (0.4, 9.9), (0.5, 25), (0.9, -1); negatives (0.1, -2), (0.5, -1), (0.25, 100).
    // Model: c = 4, 4, 5, 6 and d = 8, 3, 8. Baseline: c = 4, 4, 4, 3 and d = 8, 7, 0.
    #expect(
      ranks.candidate
        == RankIntegers(
          positives: 4, negatives: 3, sumPositive: 19, sumSquaredPositive: 93, sumNegative: 19,
          sumSquaredNegative: 137))
    #expect(
      ranks.baseline
        == RankIntegers(
          positives: 4, negatives: 3, sumPositive: 15, sumSquaredPositive: 57, sumNegative: 15,
          sumSquaredNegative: 113))
    #expect(ranks.crossPositive == 16 + 16 + 20 + 18 && ranks.crossNegative == 64 + 21)
  }

  @Test func withoutABaselineNothingIsCompared() throws {
    let result = try Study().evaluate("pid,score,y,sex\n1,0.5,1,F\n")
    #expect(result.local.windows[0].overall.paired == nil)
  }

  @Test func theBaselinesColumnHasToBeThere() {
    #expect(throws: SiteEvaluationError.self) { try Self.study.evaluate("pid,score,y,sex\n1,0.5,1,F\n") }
  }

  // 500 rows with many equal scores on both sides.
  private static let rows: [String] = (0..<500).map { index in
    let score = Double((index * 7919) % 41) / 40
    let baseline = index % 11 == 0 ? "" : "\(Double((index * 104_729) % 37) - 12)"
    let label = index % 13 == 0 ? "" : (index * 31) % 100 < Int(score * 100) ? "1" : "0"
    return "p\((index * index) % 307),\(score),\(label),\(["F", "M", "", "F"][(index / 3) % 4]),\(baseline)"
  }

  @Test func ranksOfEverySliceAreThoseOfEveryPair() throws {
    let window = try window("pid,score,y,sex,b\n" + Self.rows.joined(separator: "\n"))
    let fields = Self.rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let compared = fields.filter { !$0[2].isEmpty && !$0[4].isEmpty }
    for (level, code) in [nil, "F", "M", ""].enumerated() {
      let members = try compared.filter { code == nil || $0[3] == code }.map { row in
        (
          candidate: try #require(Double(row[1])),
          // Any order-preserving map gives the same ranks; that of Statistics takes scores from 0 to 1.
          baseline: (try #require(Double(row[4])) + 12) / 64, hasOutcome: row[2] == "1"
        )
      }
      let expected = try pairedRankIntegers(members)
      let slice = level == 0 ? window.overall : window.attributes[0][level - 1]
      #expect(slice.paired?.ranks == expected, "slice \(level)")
      #expect(members.count > 80)
    }
  }

  @Test(arguments: [false, true])
  func orderOfRowsCannotBeSeen(onePerPatient: Bool) throws {
    var study = Self.study
    if onePerPatient { study.rules = [["kind": "firstPerPatient", "by": "n"]] }
    func bytes(_ rows: [String]) throws -> [UInt8] {
      let table = (["n,pid,score,y,sex,b"] + rows.map { "1," + $0 }).joined(separator: "\n")
      let result = try study.evaluate(table)
      return result.local.encodeForSite(under: try study.evaluationProtocol, policy: result.policy)
    }
    // Pairs of rows that are alike in all but the baseline: what is kept of them must not depend on which comes first.
    let rows = Self.rows + Self.rows.map { $0 + "1" }
    let expected = try bytes(rows)
    for order in [rows.reversed(), rows.sorted(), (0..<rows.count).map { rows[($0 * 371) % rows.count] }] {
      let isSame = try bytes(order) == expected
      #expect(isSame)
    }
  }
}
