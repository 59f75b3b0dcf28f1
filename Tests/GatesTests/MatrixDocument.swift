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
    plannedLooks: Int64? = nil, change: (inout JSONObject) -> Void = { _ in }
  ) throws {
    let bytes = try fileBytes(Repository.path("protocols/vectors/gates/small-study.json"))
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
    change(&document)
    evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }

  struct Unexpected: Error {}

  /// The outcome of the gate on these rows.
  func decide(
    _ rows: [SiteRow], pooled: [JSONValue] = [], parts: MatrixParts = MatrixParts(), look: Int = 1
  ) throws -> GateOutcome {
    try Gates.decide(
      matrix(rows, pooled: pooled, parts: parts), phase: .silent, under: evaluationProtocol, look: look)
  }

  /// Reads a matrix from documents, so that verdicts are decided on written decimals.
  func matrix(
    _ rows: [SiteRow], pooled: [JSONValue] = [], parts: MatrixParts = MatrixParts()
  ) throws -> ValidationMatrix {
    try parts.matrix(rows, pooled: pooled, under: evaluationProtocol)
  }
}

/// What a matrix has beside rows, by site.
struct MatrixParts {
  var gaps: [String: [JSONValue]] = [:]
  var drift: [String: [JSONValue]] = [:]
  var cusum: [String: [JSONValue]] = [:]
  var pooledGaps: [JSONValue] = []

  /// The matrix of rows and these parts, read from documents.
  func matrix(
    _ rows: [SiteRow], pooled: [JSONValue], under evaluationProtocol: EvaluationProtocol
  ) throws -> ValidationMatrix {
    let digest = JSONValue.string(evaluationProtocol.digest.text)
    let names = rows.map(\.site).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let sites = names.map { site in
      (
        path: "sites/\(site).json",
        bytes: encodeCanonicalJSON([
          "format": "urn:equipoise:site-matrix:v1", "protocol": digest, "site": .string(site),
          "role": site == "home" ? "development" : "validation", "aggregate": digest, "minimumCell": 2,
          "dataClass": "synthetic", "rows": .array(rows.filter { $0.site == site }.map(\.json)),
          "gaps": .array(gaps[site] ?? []), "trends": [], "drift": .array(drift[site] ?? []),
          "cusum": .array(cusum[site] ?? []),
        ])
      )
    }
    let document = encodeCanonicalJSON([
      "format": "urn:equipoise:pooled-matrix:v1", "protocol": digest, "aggregates": [], "notRun": [],
      "rows": .array(pooled), "gaps": .array(pooledGaps), "trends": [],
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
  /// Nil where it is withheld.
  var unlabelled: Int64? = 0
  var measures: [JSONValue] = []

  var json: JSONValue { row(contributors: isReleased ? [window] : []) }

  /// The same as a row of the pooled part.
  func pooled(_ sites: [String]) -> JSONValue { row(contributors: sites) }

  private func row(contributors: [String]) -> JSONValue {
    [
      "window": .string(window), "attribute": .string(slice.attribute), "level": .string(slice.level),
      "contributors": .array(contributors.map { .string($0) }),
      "withheld": .array(withheld.map { .string($0) }), "labelled": .integer(labelled),
      "events": .integer(events), "patients": .integer(labelled),
      "unlabelled": unlabelled.map { .integer($0) } ?? ["status": "withheld"], "measures": .array(measures),
    ]
  }
}

/// A written estimate.
func estimate(
  _ metric: String, _ value: String, _ lower: String? = nil, _ upper: String? = nil,
  at threshold: String? = nil,
  estimand: String = "site", omitted: [String] = [], prediction: (lower: String, upper: String)? = nil,
  counts: (successes: Int64, trials: Int64)? = nil, method: String? = nil, details: JSONObject = [:]
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
  for member in details.members { object[member.key] = member.value }
  if let threshold { object["threshold"] = .string(threshold) }
  if let lower { object["lower"] = .string(lower) }
  if let upper { object["upper"] = .string(upper) }
  if !omitted.isEmpty { object["omitted"] = .array(omitted.map { .string($0) }) }
  if let prediction {
    object["randomEffects"] = [
      "sites": 3, "tauSquared": "0.00000000", "iSquared": "0.00000000", "iSquaredFromQ": "0.00000000",
      "q": "0.00000000", "qPValue": "1.00000000",
      "hartungKnapp": ["lower": "0.00000000", "upper": "1.00000000"],
      "modified": ["lower": "0.00000000", "upper": "1.00000000"],
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
  whenWithheld: String = "block", looks: JSONValue? = nil, window: String? = nil, more: JSONObject = [:]
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
  for member in more.members { object[member.key] = member.value }
  if let looks { object["looks"] = looks }
  if let window { object["window"] = .string(window) }
  if let threshold { object["threshold"] = .string(threshold) }
  return .object(object)
}

/// A written comparison with a reference profile.
func driftRow(
  _ window: String, _ profile: String, _ index: String, upper: String, pValue: String,
  verdict: String = "underpowered", rows: Int64 = 200
) -> JSONValue {
  [
    "window": .string(window), "profile": .string(profile), "status": "estimated",
    "stabilityIndex": .string(index), "noise": "0.05000000", "rows": .integer(rows), "cells": 4,
    "klDivergence": "0.100000000000", "jsDivergence": "0.100000000000",
    "assessment": [
      "pValue": .string(pValue), "upperLimit": .string(upper), "verdict": .string(verdict),
    ],
  ]
}

/// A comparison with a reference profile of which there is no number.
func noDrift(_ window: String, _ profile: String, status: String) -> JSONValue {
  ["window": .string(window), "profile": .string(profile), "status": .string(status)]
}

/// A written gap of a level of the attribute sex.
func gap(
  _ level: String, _ difference: String, _ lower: String, _ upper: String, metric: String = "sensitivity",
  estimand: String = "site", against: String? = "male"
) -> JSONValue {
  var object: JSONObject = [
    "window": .string(WindowPlan.undatedID), "attribute": "sex", "level": .string(level),
    "metric": .string(metric), "estimand": .string(estimand), "status": "estimated",
    "method": "newcombe-difference-95/v1", "difference": .string(difference), "lower": .string(lower),
    "upper": .string(upper),
  ]
  if metric == "sensitivity" { object["threshold"] = "0.4" }
  if let against { object["against"] = .string(against) }
  return .object(object)
}

/// A gap of which there is no number.
func noGap(_ level: String, status: String, estimand: String = "site", reason: String? = nil) -> JSONValue {
  var object: JSONObject = [
    "window": .string(WindowPlan.undatedID), "attribute": "sex", "level": .string(level),
    "metric": "sensitivity", "threshold": "0.4", "estimand": .string(estimand), "status": .string(status),
    "against": "male",
  ]
  if let reason { object["reason"] = .string(reason) }
  return .object(object)
}
