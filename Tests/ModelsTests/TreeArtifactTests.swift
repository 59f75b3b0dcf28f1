import CanonicalJSON
import Cryptography
import TestSupport
import Testing

@testable import Models

/// Models of trees from the reference tables of `TreeEnsembles`, through a feature definition.
@Suite struct TreeArtifactTests {
  private static let folder = "Tests/TreeEnsemblesTests/Reference/"

  /// Inputs in reverse, so that a name and not a place has to decide.
  private static func features(_ count: Int = 12) -> [UInt8] {
    let features = (0..<count).reversed().map {
      "{\"name\": \"Column_\($0)\", \"column\": \"x\($0)\", \"kind\": \"number\"}"
    }
    return Array("{\"features\": [\(features.joined(separator: ", "))]}".utf8)
  }

  private static func load(
    _ artifact: [UInt8], features: [UInt8]? = features()
  ) throws(ModelError) -> ModelArtifact {
    try ModelArtifact.load(
      .treeEnsemble, artifact: ModelFileContent(bytes: artifact, expected: Digest(of: artifact)),
      features: features.map { ModelFileContent(bytes: $0, expected: Digest(of: $0)) })
  }

  @Test("rows of cells score as LightGBM scored their numbers")
  func rowsScore() throws {
    let scorer = ModelScorer(
      try Self.load(fileBytes(Repository.path(Self.folder + "lightgbm-4.7.0-nan.txt"))))
    #expect(scorer.columns == (0..<12).map { "x\($0)" })
    let table = String(
      decoding: try fileBytes(Repository.path(Self.folder + "lightgbm-4.7.0-nan.csv")), as: UTF8.self)
    var count = 0
    for line in table.split(separator: "\n").dropFirst(2) {
      let cells = line.split(separator: ",")
      // A cell cannot say infinite; such rows are for the evaluator's own tests.
      guard !cells.contains(where: { $0.hasSuffix("inf") }) else { continue }
      guard case .number(let score) = scorer.score({ Cell((cells[$0] == "nan" ? "" : cells[$0]).utf8) })
      else {
        Issue.record("no score")
        continue
      }
      let expected = Double(cells[13]) ?? .nan
      #expect(abs(score - expected) <= 1e-15 * expected)
      count += 1
    }
    #expect(count > 60)
  }

  /// The rows of a reference table without infinite cells: the cells, and what the library itself says each input adds.
  private static func rows() throws -> [(cells: [Cell], contributions: [Double])] {
    let table = String(
      decoding: try fileBytes(Repository.path(folder + "lightgbm-4.7.0-nan.csv")), as: UTF8.self)
    var rows: [(cells: [Cell], contributions: [Double])] = []
    for line in table.split(separator: "\n").dropFirst(2) {
      let texts = line.split(separator: ",").map(String.init)
      if texts.contains(where: { $0.hasSuffix("inf") }) { continue }
      let cells = texts.prefix(12).map { text -> Cell in Cell((text == "nan" ? "" : text).utf8) }
      let contributions = texts.dropFirst(14).map { text -> Double in Double(text) ?? .nan }
      rows.append((cells, contributions))
    }
    return rows
  }

  @Test func rowsOfABlockScoreAsEachDoesAlone() throws {
    let scorer = ModelScorer(
      try Self.load(fileBytes(Repository.path(Self.folder + "lightgbm-4.7.0-nan.txt"))))
    let rows = try Self.rows()
    var block = CheckedScorer(scorer)
    // Twice, and the second time more rows, so that nothing of the first is left.
    for count in [7, rows.count] {
      let inputs = rows.prefix(count).flatMap { row in
        scorer.inputRules.map { $0.value(of: row.cells[$0.column]) }
      }
      let together = try block.scores(of: inputs, rows: count)
      let alone = rows.prefix(count).map { row in scorer.score { row.cells[$0] } }
      let isSame = together == alone
      #expect(isSame)
    }
    try block.finish()
  }

  @Test func contributionsAreTheLibrarys() throws {
    let scorer = ModelScorer(
      try Self.load(fileBytes(Repository.path(Self.folder + "lightgbm-4.7.0-nan.txt"))))
    for row in try Self.rows() {
      let found = try #require(try scorer.contributions { row.cells[$0] })
      // The model's inputs are in the order of the table.
      let worst = zip(found.contributions + [found.base], row.contributions).map { abs($0 - $1) }.max()
      #expect(try #require(worst) < 1e-9)
    }
  }

  @Test func treesNeedTheirFeatures() throws {
    let artifact = try fileBytes(Repository.path(Self.folder + "lightgbm-4.7.0-nan.txt"))
    #expect(throws: ModelError.featuresMissing) { try Self.load(artifact, features: nil) }
    #expect(throws: ModelError.unknownFeature("Column_11")) {
      try Self.load(artifact, features: Self.features(11))
    }
  }

  @Test("a file without the names of its inputs is refused, since a place is no name")
  func inputsHaveNames() throws {
    for suffix in ["json", "ubj"] {
      let artifact = try fileBytes(Repository.path(Self.folder + "xgboost-3.2.0-missing.\(suffix)"))
      #expect(throws: ModelError.inputsUnnamed) { try Self.load(artifact) }
    }
  }

  @Test(
    "content decides the format, and other content is refused",
    arguments: ["", "tree", "{", "[1]", "{]", "\u{80}\u{4}pickle", "ONNX"])
  func otherContentIsRefused(text: String) {
    #expect(throws: ModelError.unknownTreeFormat) { try Self.load(Array(text.utf8)) }
  }

  @Test func damageIsNamed() throws {
    let error = #expect(throws: ModelError.self) { try Self.load(Array("tree\nversion=v9\n".utf8)) }
    #expect(
      error?.description
        == "model artifact: the model was written by version v9 of LightGBM's format, which is not known here"
    )
    #expect(error?.remedy.isEmpty == false)
  }
}
