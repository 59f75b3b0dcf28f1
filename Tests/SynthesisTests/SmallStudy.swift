import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Statistics

/// A study small enough to count by hand: five score intervals, two levels, three validation sites and the
/// hospital where the model was made.
struct SmallStudy {
  let evaluationProtocol: EvaluationProtocol

  /// Ends of the score intervals: 0.2 and 0.5 are thresholds, 0.4 divides calibration bins, 0.8 is fine.
  static let edges = [0, 0.2, 0.4, 0.5, 0.8, 1]

  init(
    windows: [String] = [], countsPatients: Bool = false, validation: [String] = ["alpha", "beta", "gamma"],
    minimumFitEvents: Int64 = 5
  ) throws {
    var data: JSONObject = [
      "features": [["column": "ward", "type": "category"], ["column": "sex", "type": "category"]],
      "maximumUnreadableShare": "0.01",
    ]
    if countsPatients { data["patientColumn"] = "patient" }
    let digest = JSONValue.string(Digest(of: []).text)
    let document: JSONValue = [
      "format": "urn:equipoise:protocol:v1", "id": "small-study", "version": 1,
      "study": [
        "title": "Small", "intendedUse": "tests", "targetPopulation": "nobody", "riskCategory": "low",
        "owner": "tests", "responsibilities": [],
      ],
      "model": [
        "id": "score", "version": "1", "kind": "recordedScore", "artifact": digest, "output": "probability",
        "scorePrecision": ["kind": "binary64"],
        "thresholds": [["value": "0.2", "action": "look"], ["value": "0.5", "action": "act"]],
      ],
      "data": .object(data),
      "cohort": ["description": "all", "rules": []],
      "label": [
        "description": "event", "column": "label", "positive": ["1"], "negative": ["0"],
        "outcomeWindow": "a day", "adjudication": "none",
      ],
      "slices": [
        [
          "attribute": "sex", "column": "sex",
          "levels": [
            ["level": "female", "label": "female", "codes": ["f"]],
            ["level": "male", "label": "male", "codes": ["m"]],
          ],
        ]
      ],
      "windows": SmallStudy.windows(windows),
      "grid": ["calibrationEdges": ["0.4"], "fineEdges": ["0.8"]],
      "drift": [
        "reference": "made up", "stabilityLimit": "0.25",
        "profiles": [
          ["of": "score", "edges": ["0.2", "0.4", "0.8"], "counts": [40, 30, 20, 10]],
          ["of": "attribute", "id": "sex", "counts": [50, 48, 2]],
          ["of": "column", "id": "ward", "levels": ["a", "b", "c"], "counts": [60, 20, 10, 0, 10]],
        ],
      ],
      "disclosure": ["minimumCell": 2, "minimumFitEvents": .integer(minimumFitEvents)],
      "sites": .array(
        validation.map { SmallStudy.site($0, role: "validation") }
          + [SmallStudy.site("home", role: "development")]),
      "phases": [
        [
          "phase": "silent", "exposure": "nobody",
          "minimum": ["sites": 1, "rows": 0, "events": 0, "days": 0],
          "goCriteria": [], "stopCriteria": [], "signOffs": [],
        ]
      ],
      "fallback": "none", "evidence": ["validityDays": 1, "regulatory": []],
    ]
    evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(document))
  }

  private static func site(_ id: String, role: String) -> JSONValue {
    ["id": .string(id), "name": .string(id), "role": .string(role)]
  }

  // Window n is the n-th month of a year.
  private static func windows(_ ids: [String]) -> JSONValue {
    if ids.isEmpty { return ["kind": "undated"] }
    let list = ids.enumerated().map { index, id -> JSONValue in
      [
        "id": .string(id), "start": .string("2025-0\(index + 1)-01T00:00:00Z"),
        "end": .string("2025-0\(index + 2)-01T00:00:00Z"),
      ]
    }
    return ["kind": "dated", "column": "time", "list": .array(list)]
  }

  /// Counts a site's rows, releases them with a minimum cell of 2 and reads the release back.
  func release(_ site: String, _ rows: [Row]) throws -> CheckedAggregate {
    try release(RowCounter(site: site, rows: rows, evaluationProtocol: evaluationProtocol).aggregate())
  }

  /// Releases counts and reads the release back, as a coordinator does.
  func release(_ local: LocalAggregate) throws -> CheckedAggregate {
    let policy = try DisclosurePolicy(
      site: SitePolicy(
        minimumCell: 2, lowering: SitePolicy.Lowering(person: "test", reason: "made-up rows")),
      dataClass: .synthetic, protocol: evaluationProtocol)
    return try CheckedAggregate.parse(
      local.release(under: evaluationProtocol, policy: policy).bytes, under: evaluationProtocol)
  }
}

/// One patient row of a made-up hospital.
struct Row {
  enum Level: Int { case female, male, missing }

  var score: Double
  /// Nil where the label is missing.
  var isEvent: Bool?
  var level: Level
  var window: Int
  /// Cell of the column `ward`: a, b, c, other, missing.
  var ward: Int
  var patient: Int?

  /// Rows spread evenly inside each score interval; one count an interval and class.
  static func spread(
    events: [Int] = [], nonEvents: [Int] = [], unlabelled: [Int] = [], level: Level = .female,
    window: Int = 0, ward: Int = 0
  ) -> [Row] {
    let classes: [(counts: [Int], isEvent: Bool?)] = [(events, true), (nonEvents, false), (unlabelled, nil)]
    return classes.flatMap { entry in
      entry.counts.enumerated().flatMap { interval, count in
        (0..<count).map { index in
          let lower = SmallStudy.edges[interval]
          let width = SmallStudy.edges[interval + 1] - lower
          // A different spread in each class, so that not all scores are tied.
          let shift = entry.isEvent == true ? 0.7 : 0.4
          return Row(
            score: lower + width * (Double(index) + shift) / Double(count), isEvent: entry.isEvent,
            level: level, window: window, ward: ward, patient: nil)
        }
      }
    }
  }
}
