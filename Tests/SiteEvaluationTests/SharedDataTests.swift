import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Models
import Statistics
import Testing

@testable import SiteEvaluation

/// Real data against what scikit-learn computed from it.
@Suite(.enabled(if: SharedData.isThere, "needs the shared clinical data beside the checkout"))
struct SharedDataTests {
  @Test(
    "logistic regression scores every row as its own library does",
    arguments: [
      ("heart-disease", "cleveland", 303), ("heart-disease", "hungarian", 294),
      ("heart-disease", "switzerland", 123),
      ("icu-mortality", "region-midwest", 807), ("icu-mortality", "region-south", 738),
      ("icu-mortality", "region-unknown", 210), ("icu-mortality", "region-west", 606),
      ("icu-mortality", "region-northeast", 159), ("diabetes-readmission", "site-a", 16734),
    ])
  func scoresAreEqual(set: String, site: String, rows: Int) throws {
    let artifact = try SharedData.bytes("\(set)/models/lr.json")
    let features = try SharedData.bytes("\(set)/features.json")
    let scorer = ModelScorer(
      try ModelArtifact.load(
        .logisticRegression, artifact: ModelFileContent(bytes: artifact, expected: Digest(of: artifact)),
        features: ModelFileContent(bytes: features, expected: Digest(of: features))))
    let reader = try CSVReader(opening: "\(SharedData.folder)/\(set)/sites/\(site).csv")
    let expected = try CSVReader(opening: "\(SharedData.folder)/\(set)/expected/\(site).csv")
    let columns = try scorer.columns.map { column in
      try #require(reader.header.firstIndex(of: column))
    }
    let scoreColumn = try #require(expected.header.firstIndex(of: "lr"))
    var count = 0
    var worst = 0.0
    while try reader.next() == .row, try expected.next() == .row {
      let score = try #require(parseNumber(expected.row.cell(scoreColumn)))
      guard case .number(let found) = scorer.score({ reader.row.cell(columns[$0]) }) else { continue }
      worst = max(worst, abs(found - score) / score)
      count += 1
    }
    #expect(count == rows)
    // The order of a sum differs between libraries; 8.6e-15 was measured.
    #expect(worst < 1e-13)
  }

  @Test(
    "trees score every row as their own libraries do",
    arguments: [
      ("heart-disease", "cleveland", 303), ("heart-disease", "hungarian", 294),
      ("heart-disease", "switzerland", 123), ("icu-mortality", "region-west", 606),
      ("diabetes-readmission", "site-a", 16734),
    ], ["xgb.json", "xgb.ubj", "lgbm.txt"])
  func treesAreEqual(data: (set: String, site: String, rows: Int), file: String) throws {
    let artifact = try SharedData.bytes("\(data.set)/models/\(file)")
    let features = try SharedData.bytes("\(data.set)/features.json")
    let scorer = ModelScorer(
      try ModelArtifact.load(
        .treeEnsemble, artifact: ModelFileContent(bytes: artifact, expected: Digest(of: artifact)),
        features: ModelFileContent(bytes: features, expected: Digest(of: features))))
    let folder = "\(SharedData.folder)/\(data.set)"
    let reader = try CSVReader(opening: "\(folder)/sites/\(data.site).csv")
    let expected = try CSVReader(opening: "\(folder)/expected/\(data.site).csv")
    let columns = try scorer.columns.map { try #require(reader.header.firstIndex(of: $0)) }
    let model = String(file.prefix { $0 != "." })
    let scoreColumn = try #require(expected.header.firstIndex(of: model))
    var count = 0
    var different = 0
    while try reader.next() == .row, try expected.next() == .row {
      let score = try #require(parseNumber(expected.row.cell(scoreColumn)))
      guard case .number(let found) = scorer.score({ reader.row.cell(columns[$0]) }) else { continue }
      // XGBoost's binary32 to the bit; one unit or so in the last place of LightGBM's binary64.
      let isEqual = model == "xgb" ? found == Double(Float(score)) : abs(found - score) <= 1e-15 * score
      different += isEqual ? 0 : 1
      count += 1
    }
    #expect(count == data.rows && different == 0)
  }

  @Test(
    "a site's counts give the metrics that scikit-learn gives",
    arguments: ["cleveland", "hungarian", "switzerland"])
  func metricsAreEqual(site: String) throws {
    var study = Study()
    study.patientColumn = nil
    study.kind = .logisticRegression
    study.artifact = try SharedData.bytes("heart-disease/models/lr.json")
    study.definition = try SharedData.bytes("heart-disease/features.json")
    study.slices = []
    study.thresholds = ["0.1", "0.2", "0.5"]
    let mapping = SiteMapping(columns: [SiteMapping.Column(column: "y", from: "label")])
    let result = try study.evaluate(
      [SharedData.bytes("heart-disease/sites/\(site).csv")], mapping: mapping)
    let overall = result.local.windows[0].overall

    let metrics = try #require(try SharedMetrics(set: "heart-disease", model: "lr", site: site))
    #expect(Double(overall.rows.total) == metrics.number("n"))
    #expect(Double(overall.rows.positive.reduce(0, +)) == metrics.number("events"))
    for (edge, threshold) in [(1, "0.1"), (2, "0.2"), (3, "0.5")] {
      #expect(overall.rows.positive[edge...].reduce(0, +) == metrics.count("tp", at: threshold))
      #expect(overall.rows.negative[edge...].reduce(0, +) == metrics.count("fp", at: threshold))
    }
    #expect(abs(try auroc(overall.ranks).value - metrics.number("auroc")) < 1e-12)
    guard case .fitted(let fit) = overall.fit else {
      Issue.record("no fit at \(site)")
      return
    }
    // Written with eight decimals; the reference stops its iteration a little earlier.
    #expect(abs(fit.calibrationInTheLarge.value - metrics.number("calibration_in_the_large")) < 1e-7)
    #expect(abs(fit.slope.value - metrics.number("calibration_slope")) < 1e-6)
    #expect(abs(fit.intercept.value - metrics.number("calibration_intercept")) < 1e-6)
  }
}
