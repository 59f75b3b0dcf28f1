import CanonicalJSON
import EvaluationProtocols

/// A study whose grid, slices and policy a test chooses; everything else is filler.
struct SmallStudy {
  var thresholds = ["0.5"]
  var calibration = ["0.3", "0.7"]
  var fine = ["0.1", "0.2", "0.4", "0.6", "0.8", "0.9"]
  /// Levels of each attribute, without the reserved one.
  var attributes = [2]
  /// 0 for an undated study.
  var windows = 0
  /// Value cells of each column that is counted in a histogram.
  var columns: [Int] = []
  var minimumCell = 3
  var minimumFitEvents = 3
  var countsPatients = false
  /// A CUSUM for twice the odds; it needs windows.
  var hasCUSUM = false
  /// Alerts with responses, and acknowledgement times on three bands.
  var hasOperations = false
  /// The first levels of the first two attributes.
  var hasIntersection = false
  /// The baseline's thresholds, one for each of the model's.
  var baseline: [String]?
  /// `largest` of each input of an explanation; its bound is 1,000 patients.
  var explained: [String] = []

  /// The protocol, as it would be read from a file.
  func parse() throws -> EvaluationProtocol {
    try EvaluationProtocol.parse(encodeCanonicalJSON(document))
  }

  private var document: JSONValue {
    var document = core
    var analysis: JSONObject = [:]
    if hasCUSUM { analysis["cusum"] = ["oddsRatio": "2", "limit": "4.5", "runLength": 100] }
    if !explained.isEmpty {
      let features = explained.enumerated().map { index, largest -> JSONValue in
        ["name": .string("x\(index)"), "largest": .string(largest)]
      }
      analysis["explanation"] = ["rows": 1000, "features": .array(features)]
    }
    if !analysis.members.isEmpty { document["analysis"] = .object(analysis) }
    if hasOperations {
      document["operations"] = [
        "alert": ["column": "alert", "values": ["1"]],
        "override": ["column": "override", "values": ["1"]],
        "acknowledgement": [
          "column": "acknowledged", "unit": "minutes", "edges": ["5", "30"], "target": "30",
        ],
      ]
    }
    if hasIntersection {
      document["intersections"] = [
        [
          "id": "both",
          "levels": [["attribute": "a0", "level": "l0"], ["attribute": "a1", "level": "l0"]],
        ]
      ]
    }
    if let baseline {
      document["baseline"] = ["name": "before", "column": "b", "thresholds": strings(baseline)]
    }
    return .object(document)
  }

  private var core: JSONObject {
    [
      "format": "urn:equipoise:protocol:v1", "id": "small", "version": 1,
      "study": [
        "title": "Small", "intendedUse": "a test", "targetPopulation": "nobody", "riskCategory": "low",
        "owner": "nobody", "responsibilities": [],
      ],
      "model": model,
      "data": data,
      "cohort": ["description": "all", "rules": [["kind": "notEmpty", "column": "row"]]],
      "label": [
        "description": "event", "column": "label", "positive": ["1"], "negative": ["0"],
        "outcomeWindow": "none", "adjudication": "none",
      ],
      "slices": .array(attributes.enumerated().map { slice($0.offset, levels: $0.element) }),
      "windows": windowPlan,
      "grid": ["calibrationEdges": strings(calibration), "fineEdges": strings(fine)],
      "drift": [
        "reference": "none",
        "profiles": .array(columns.enumerated().map { profile($0.offset, cells: $0.element) }),
      ],
      "disclosure": [
        "minimumCell": .integer(Int64(minimumCell)), "minimumFitEvents": .integer(Int64(minimumFitEvents)),
      ],
      "sites": [["id": "here", "name": "Here", "role": "validation"]],
      "phases": [
        [
          "phase": "silent", "exposure": "nobody", "goCriteria": [], "stopCriteria": [], "signOffs": [],
          "minimum": ["sites": 1, "rows": 0, "events": 0, "days": 0],
        ]
      ],
      "fallback": "stop", "evidence": ["validityDays": 365, "regulatory": []],
    ]
  }

  // An explanation is of a model that sites run, which has a feature definition.
  private var model: JSONValue {
    var model: JSONObject = [
      "id": "model", "version": "1",
      "kind": .string(explained.isEmpty ? "recordedScore" : "logisticRegression"),
      "artifact": SmallStudy.digest, "output": "risk", "scorePrecision": ["kind": "binary64"],
      "thresholds": .array(thresholds.map { ["value": .string($0), "action": "act"] }),
    ]
    if !explained.isEmpty { model["features"] = SmallStudy.digest }
    return .object(model)
  }

  /// SHA-256 of the one byte "a", from coreutils sha256sum 9.1; stands for the model.
  static let digest: JSONValue = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

  private var data: JSONValue {
    var object: JSONObject = [
      "features": .array(columns.indices.map { ["column": .string("x\($0)"), "type": "category"] }),
      "maximumUnreadableShare": "0.1",
    ]
    if countsPatients { object["patientColumn"] = "patient" }
    return .object(object)
  }

  private func slice(_ index: Int, levels: Int) -> JSONValue {
    [
      "attribute": .string("a\(index)"), "column": .string("a\(index)"),
      "levels": .array(
        (0..<levels).map {
          ["level": .string("l\($0)"), "label": .string("l\($0)"), "codes": [.string("\($0)")]]
        }),
    ]
  }

  private func profile(_ index: Int, cells: Int) -> JSONValue {
    [
      "of": "column", "id": .string("x\(index)"), "levels": strings((0..<cells).map { "\($0)" }),
      "counts": .array(Array(repeating: 1, count: cells + 2)),
    ]
  }

  private var windowPlan: JSONValue {
    if windows == 0 { return ["kind": "undated"] }
    return [
      "kind": "dated", "column": "time",
      "list": .array(
        (0..<windows).map { window in
          [
            "id": .string("w\(window)"), "start": .string("20\(10 + window)-01-01T00:00:00Z"),
            "end": .string("20\(11 + window)-01-01T00:00:00Z"),
          ]
        }),
    ]
  }

  private func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
