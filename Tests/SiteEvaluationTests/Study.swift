import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import SiteEvaluation
import StudyFixtures
import TestSupport

/// A study in which a hospital's recorded score is evaluated: every part has a default, and a test names
/// only what its claim is about.
struct Study {
  var patientColumn: String? = "pid"
  var features: JSONValue = []
  var maximumUnreadableShare = "0.5"
  var rules: JSONValue = []
  var slices: JSONValue = [
    [
      "attribute": "sex", "column": "sex",
      "levels": [
        ["level": "f", "label": "female", "codes": ["F", "female"]],
        ["level": "m", "label": "male", "codes": ["M"]],
      ],
    ]
  ]
  var windows: JSONValue = ["kind": "undated"]
  var scorePrecision: JSONValue = ["kind": "binary64"]
  var thresholds = ["0.5"]
  var fineEdges: JSONValue = []
  var profiles: JSONValue = []
  var analysis: JSONValue?
  var operations: JSONValue?
  var intersections: JSONValue?
  /// The comparator, where there is one: its column is `b`.
  var baselineThresholds: [String]?
  var minimumCell = 2
  var minimumFitEvents = 2
  var kind = ModelKind.recordedScore
  var artifact = Array(
    "{\"format\":\"recorded-score\",\"version\":1,\"column\":\"score\",\"system\":\"x\"}".utf8)
  var definition: [UInt8]?

  var evaluationProtocol: EvaluationProtocol {
    get throws { try EvaluationProtocol.parse(encodeCanonicalJSON(document)) }
  }

  private var document: JSONValue {
    var document = core
    document["analysis"] = analysis
    document["operations"] = operations
    document["intersections"] = intersections
    return .object(document)
  }

  private var core: JSONObject {
    var data: JSONObject = ["features": features, "maximumUnreadableShare": .string(maximumUnreadableShare)]
    data["patientColumn"] = patientColumn.map(JSONValue.string)
    var model: JSONObject = [
      "id": "m", "version": "1", "kind": .string(kind.rawValue),
      "artifact": .string(Digest(of: artifact).text),
      "output": "risk", "scorePrecision": scorePrecision,
      "thresholds": .array(thresholds.map { ["value": .string($0), "action": "act"] }),
    ]
    model["features"] = definition.map { .string(Digest(of: $0).text) }
    var object: JSONObject = [
      "format": .string(EvaluationProtocol.format), "id": "study", "version": 1,
      "study": [
        "title": "t", "intendedUse": "u", "targetPopulation": "p", "riskCategory": "high", "owner": "o",
        "responsibilities": [],
      ],
      "model": .object(model), "data": .object(data), "cohort": ["description": "c", "rules": rules],
      "label": [
        "description": "l", "column": "y", "positive": ["1", "yes"], "negative": ["0"],
        "outcomeWindow": "24 h",
        "adjudication": "a",
      ],
      "slices": slices, "windows": windows, "grid": ["calibrationEdges": [], "fineEdges": fineEdges],
      "drift": ["reference": "r", "profiles": profiles],
      "disclosure": [
        "minimumCell": .integer(Int64(minimumCell)), "minimumFitEvents": .integer(Int64(minimumFitEvents)),
      ],
      "sites": [["id": "here", "name": "h", "role": "validation"]],
      "phases": [
        [
          "phase": "silent", "exposure": "e", "minimum": ["sites": 1, "rows": 0, "events": 0, "days": 0],
          "goCriteria": [], "stopCriteria": [], "signOffs": [],
        ]
      ],
      "fallback": "f", "evidence": ["validityDays": 1, "regulatory": []],
    ]
    if let baselineThresholds {
      object["baseline"] = [
        "name": "before", "column": "b", "thresholds": .array(baselineThresholds.map { .string($0) }),
      ]
    }
    return object
  }

  /// The default declaration: public data, nothing mapped.
  static func declaration(
    _ mapping: SiteMapping = SiteMapping(), tables: TableDeclaration = .csv
  ) throws -> DatasetDeclaration {
    DatasetDeclaration(
      id: "d", dataClass: .public, source: "s", sourceVersion: "1",
      extractedAt: try UTCTime(parsing: "2026-01-01T00:00:00Z"), deidentification: "none", license: nil,
      tables: tables, mapping: mapping)
  }

  static let lowPolicy = SitePolicy(
    minimumCell: 2, lowering: SitePolicy.Lowering(person: "A Person", reason: "public data"))

  /// Evaluates tables given as text, each as one file.
  func evaluate(
    _ tables: String..., mapping: SiteMapping = SiteMapping(), policy: SitePolicy = lowPolicy
  ) throws -> SiteEvaluationResult {
    try evaluate(tables.map { Array($0.utf8) }, mapping: mapping, policy: policy)
  }

  /// Evaluates tables given as bytes, each as one file.
  func evaluate(
    _ tables: [[UInt8]], mapping: SiteMapping = SiteMapping(), policy: SitePolicy = lowPolicy
  ) throws -> SiteEvaluationResult {
    try withFiles(tables) { try evaluate(files: $0, declaredAs: Self.declaration(mapping), policy: policy) }
  }

  /// Evaluates files as they lie there.
  func evaluate(
    files paths: [String], declaredAs declaration: DatasetDeclaration, policy: SitePolicy = lowPolicy
  ) throws -> SiteEvaluationResult {
    try StudyFixtures.evaluate(
      files: paths, declaredAs: declaration, under: evaluationProtocol,
      model: SiteModel(artifact: artifact, features: definition), site: "here", policy: policy)
  }
}

/// Writes tables to files for as long as `body` runs.
@discardableResult
func withFiles<Result>(_ tables: [[UInt8]], _ body: ([String]) throws -> Result) throws -> Result {
  try withTemporaryDirectory { folder in
    var paths: [String] = []
    for (index, table) in tables.enumerated() {
      paths.append("\(folder)/\(index).csv")
      try writeFile(table, to: paths[index])
    }
    return try body(paths)
  }
}

extension LocalFlow {
  /// Rows and patients for each reason that left any out.
  var table: [String: [Int]] {
    Dictionary(
      uniqueKeysWithValues: exclusions.filter { $0.rows > 0 }.map { ($0.reason.id, [$0.rows, $0.patients]) })
  }
}
