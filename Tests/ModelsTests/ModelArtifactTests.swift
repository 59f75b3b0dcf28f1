import CanonicalJSON
import Cryptography
import Models
import Testing

@Suite struct ModelArtifactTests {
  private static let features = """
    {"features":[{"name":"a","column":"A","kind":"number"},{"name":"b","column":"B","kind":"number"},
    {"name":"a2","column":"A","kind":"equals","value":"2"}]}
    """
  private static let regression = """
    {"format":"logistic-regression","version":1,"link":"logit","intercept":-1,"note":"any",
    "features":[{"name":"b","coefficient":2,"impute":0.5},{"name":"a","coefficient":1e-1,"impute":3}]}
    """
  private static let recorded = """
    {"format":"recorded-score","version":1,"column":"EWS","system":"record system 4.2"}
    """

  private func content(_ text: String) -> ModelFileContent {
    ModelFileContent(bytes: Array(text.utf8), expected: Digest(of: Array(text.utf8)))
  }

  private func load(_ artifact: String, features: String = features) throws -> ModelArtifact {
    try ModelArtifact.load(.logisticRegression, artifact: content(artifact), features: content(features))
  }

  @Test func regressionReadsItsOwnInputsInItsOwnOrder() throws {
    let scorer = ModelScorer(try load(Self.regression))
    #expect(scorer.columns == ["B", "A"])
    let row = ["0.25", "4"]
    // 1 / (1 + exp(-(-1 + 2·0.25 + 0.1·4))), by Python 3.11.
    #expect(scorer.score { Cell(row[$0].utf8) } == .number(0.47502081252106))
  }

  @Test func missingInputIsReplaced() throws {
    let scorer = ModelScorer(try load(Self.regression))
    // Both missing: -1 + 2·0.5 + 0.1·3, by Python 3.11.
    #expect(scorer.score { _ in Cell() } == .number(0.574442516811659))
  }

  @Test func recordedScoreIsTheCell() throws {
    let scorer = ModelScorer(
      try ModelArtifact.load(.recordedScore, artifact: content(Self.recorded), features: nil))
    #expect(scorer.columns == ["EWS"])
    #expect(scorer.score { _ in Cell("0.25".utf8) } == .number(0.25))
    #expect(scorer.score { _ in Cell("7".utf8) } == .number(7))
    #expect(scorer.score { _ in Cell() } == .missing)
    #expect(scorer.score { _ in Cell("high".utf8) } == .unreadable)
  }

  @Test func otherBytesThanTheProtocolNamesAreRefused() throws {
    let expected = Digest(of: [1])
    let found = Digest(of: Array(Self.regression.utf8))
    #expect(throws: ModelError.otherFile(.artifact, expected: expected, found: found)) {
      try ModelArtifact.load(
        .logisticRegression,
        artifact: ModelFileContent(bytes: Array(Self.regression.utf8), expected: expected),
        features: content(Self.features))
    }
    #expect(throws: ModelError.otherFile(.features, expected: expected, found: Digest(of: [2]))) {
      try ModelArtifact.load(
        .logisticRegression, artifact: content(Self.regression),
        features: ModelFileContent(bytes: [2], expected: expected))
    }
  }

  @Test func featuresBelongToFormatsThatComputeInputs() {
    #expect(throws: ModelError.featuresMissing) {
      try ModelArtifact.load(.logisticRegression, artifact: content(Self.regression), features: nil)
    }
    #expect(throws: ModelError.featuresUnexpected) {
      try ModelArtifact.load(
        .recordedScore, artifact: content(Self.recorded), features: content(Self.features))
    }
  }

  @Test func inputThatNobodyMakesIsNamed() {
    #expect(throws: ModelError.unknownFeature("b")) {
      try load(
        Self.regression, features: "{\"features\":[{\"name\":\"a\",\"column\":\"A\",\"kind\":\"number\"}]}")
    }
  }

  @Test(
    "an artifact that says something else is refused",
    arguments: [
      ("\"version\":1", "\"version\":2"), ("\"version\":1", "\"version\":\"1\""),
      ("\"link\":\"logit\"", "\"link\":\"probit\""), ("logistic-regression", "logistic-regression-v2"),
      ("-1,", "1e999,"), ("-1,", "null,"), ("\"b\"", "\"a\""), ("\"impute\":3", "\"impute\":3,\"cap\":1"),
      ("\"note\":\"any\"", "\"offset\":1"), (",\"impute\":3", ""), ("1e-1", "NaN"),
    ])
  func otherArtifactIsRefused(part: String, replacement: String) throws {
    let changed = Self.regression.replacing(part, with: replacement)
    try #require(changed != Self.regression)
    #expect(throws: ModelError.self) { try load(changed) }
  }

  @Test func everyErrorSaysWhatToDo() {
    let errors: [ModelError] = [
      .otherFile(.artifact, expected: Digest(of: [1]), found: Digest(of: [2])), .featuresMissing,
      .featuresUnexpected, .unknownFeature("x"),
      .content(.features, DocumentError(path: "p", problem: "q", remedy: "r")),
    ]
    for error in errors {
      #expect(!error.remedy.isEmpty)
      #expect(error.description.last != ".")
    }
    #expect(errors[4].description == "feature definition: p: q")
  }
}
