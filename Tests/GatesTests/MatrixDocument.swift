import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Synthesis
import TestSupport

/// A protocol with the criteria that a test is about.
struct GateStudy {
  let evaluationProtocol: EvaluationProtocol

  init(
    go: [JSONValue] = [], stop: [JSONValue] = [], windows: [String] = [], minimum: JSONValue? = nil,
    plannedLooks: Int64? = nil
  ) throws {
    let bytes = try fileBytes(Repository.path("protocols/vectors/merge/protocol.json"))
    guard case .object(var document) = try parseCanonicalJSON(bytes, limits: .protocolDocument),
      case .array(let phases)? = document["phases"], case .object(var phase)? = phases.first
    else { throw Unexpected() }
    phase["goCriteria"] = .array(go)
    phase["stopCriteria"] = .array(stop)
    phase["minimum"] = minimum ?? ["sites": 1, "rows": 0, "events": 0, "days": 0]
    document["phases"] = [.object(phase)]
    if let plannedLooks {
      document["monitoring"] = ["everyDays": 30, "openDays": 7, "quorum": 1, "looks": .integer(plannedLooks)]
    }
    if windows.isEmpty { document["windows"] = ["kind": "undated"] }
    evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }

  struct Unexpected: Error {}

  /// The outcome of the gate on these rows.
  func decide(_ rows: [SiteRow], pooled: [JSONValue] = [], look: Int = 1) throws -> GateOutcome {
    try Gates.decide(matrix(rows, pooled: pooled), phase: .silent, under: evaluationProtocol, look: look)
  }

  /// Reads a matrix from documents, so that verdicts are decided on written decimals.
  func matrix(_ rows: [SiteRow], pooled: [JSONValue] = []) throws -> ValidationMatrix {
    let digest = JSONValue.string(evaluationProtocol.digest.text)
    let names = rows.map(\.site).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let sites = names.map { site in
      (
        path: "sites/\(site).json",
        bytes: encodeCanonicalJSON([
          "format": "urn:equipoise:site-matrix:v1", "protocol": digest, "site": .string(site),
          "role": site == "home" ? "development" : "validation", "aggregate": digest, "minimumCell": 2,
          "dataClass": "synthetic", "rows": .array(rows.filter { $0.site == site }.map(\.json)), "drift": [],
        ])
      )
    }
    let document = encodeCanonicalJSON([
      "format": "urn:equipoise:pooled-matrix:v1", "protocol": digest, "aggregates": [], "notRun": [],
      "rows": .array(pooled),
    ])
    return try ValidationMatrix.parse(
      [(path: "pooled.json", bytes: document)] + sites, under: evaluationProtocol)
  }
}

/// One row of one site's part of a matrix.
struct SiteRow {
  let site: String
  var slice = SliceID.overall
  var window = WindowPlan.undatedID
  var labelled: Int64 = 200
  var events: Int64 = 100
  var withheld: [String] = []
  var isReleased = true
  var measures: [JSONValue] = []

  var json: JSONValue { row(contributors: isReleased ? [window] : []) }

  /// The same as a row of the pooled part.
  func pooled(_ sites: [String]) -> JSONValue { row(contributors: sites) }

  private func row(contributors: [String]) -> JSONValue {
    [
      "window": .string(window), "attribute": .string(slice.attribute), "level": .string(slice.level),
      "contributors": .array(contributors.map { .string($0) }),
      "withheld": .array(withheld.map { .string($0) }), "labelled": .integer(labelled),
      "events": .integer(events), "unlabelled": 0, "measures": .array(measures),
    ]
  }
}

/// A written estimate.
func estimate(
  _ metric: String, _ value: String, _ lower: String? = nil, _ upper: String? = nil,
  at threshold: String? = nil,
  estimand: String = "site", omitted: [String] = [], prediction: (lower: String, upper: String)? = nil,
  counts: (successes: Int64, trials: Int64)? = nil, method: String? = nil
) -> JSONValue {
  var object: JSONObject = [
    "metric": .string(metric), "estimand": .string(estimand), "status": "estimated",
    "method": .string(method ?? (prediction == nil ? "wilson-95/v1" : "reml-hksj/v1")),
    "value": .string(value),
  ]
  if let counts {
    object["successes"] = .integer(counts.successes)
    object["trials"] = .integer(counts.trials)
  }
  if let threshold { object["threshold"] = .string(threshold) }
  if let lower { object["lower"] = .string(lower) }
  if let upper { object["upper"] = .string(upper) }
  if !omitted.isEmpty { object["omitted"] = .array(omitted.map { .string($0) }) }
  if let prediction {
    object["randomEffects"] = [
      "weights": [], "tauSquared": "0.00000000", "iSquared": "0.00000000", "q": "0.00000000",
      "predictionLower": .string(prediction.lower), "predictionUpper": .string(prediction.upper),
    ]
  }
  return .object(object)
}

/// An entry without a number.
func noEstimate(
  _ metric: String, status: String, reason: String? = nil, at threshold: String? = nil,
  estimand: String = "site"
) -> JSONValue {
  var object: JSONObject = [
    "metric": .string(metric), "estimand": .string(estimand), "status": .string(status),
  ]
  if let reason { object["reason"] = .string(reason) }
  if let threshold { object["threshold"] = .string(threshold) }
  return .object(object)
}

/// A criterion; every argument has a default.
func criterion(
  _ id: String = "criterion", _ metric: String = "sensitivity", scope: String = "everySite",
  bound: String = "lower",
  _ comparison: String = "atLeast", _ limit: String = "0.7", at threshold: String? = "0.4",
  slice: JSONValue = ["attribute": "overall"], events: Int64 = 1, sites: Int64 = 1, share: String = "0",
  whenWithheld: String = "block", looks: JSONValue? = nil, window: String? = nil
) -> JSONValue {
  var object: JSONObject = [
    "id": .string(id), "rationale": "a test", "metric": .string(metric), "scope": .string(scope),
    "bound": .string(bound), "comparison": .string(comparison), "limit": .string(limit), "confidence": "0.95",
    "minimumEvents": .integer(events), "slice": slice,
    "coverage": [
      "minimumSites": .integer(sites), "minimumRowShare": .string(share),
      "whenWithheld": .string(whenWithheld),
    ],
  ]
  if let looks { object["looks"] = looks }
  if let window { object["window"] = .string(window) }
  if let threshold { object["threshold"] = .string(threshold) }
  return .object(object)
}
