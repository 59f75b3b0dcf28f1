import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Statistics

/// How a withheld value is written, everywhere and always.
let withheldValue: JSONValue = .object(withheldObject)
private let withheldObject: JSONObject = ["status": "withheld"]

extension AggregateContent {
  /// The canonical bytes of `aggregate.json`.
  func encode(as format: String, grid: ScoreGrid) -> [UInt8] {
    var object: JSONObject = [
      "format": .string(format),
      "site": .string(site),
      "protocol": .string(protocolDigest.text),
      "model": .string(modelDigest.text),
      "policy": policy.json,
      "flow": flow.json(\.json),
      "windows": .array(windows.map { $0.json(grid: grid) }),
    ]
    if let featuresDigest { object["features"] = .string(featuresDigest.text) }
    return encodeCanonicalJSON(.object(object))
  }
}

extension Disclosed {
  func json(_ encode: (Value) -> JSONValue) -> JSONValue {
    switch self {
    case .released(let value): encode(value)
    case .withheld: withheldValue
    }
  }
}

extension DisclosurePolicy {
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "minimumCell": .integer(Int64(minimumCell)),
      "minimumFitEvents": .integer(Int64(minimumFitEvents)),
      "dataClass": .string(dataClass.rawValue),
      "counts": .string(countsPatients ? "patients" : "rows"),
    ]
    if let lowering {
      object["lowering"] = ["person": .string(lowering.person), "reason": .string(lowering.reason)]
    }
    return .object(object)
  }
}

extension ReleasedFlow {
  fileprivate var json: JSONValue {
    [
      "read": .integer(Int64(read)),
      "excluded": .array(
        exclusions.map { exclusion in
          [
            "reason": .string(exclusion.reason.id),
            "rows": exclusion.rows.json { .integer(Int64($0)) },
          ]
        }),
    ]
  }
}

extension ReleasedWindow {
  fileprivate func json(grid: ScoreGrid) -> JSONValue {
    var object: JSONObject = [
      "window": .string(id),
      "overall": .object(overall.json(edges: partition?.json(grid: grid))),
      "attributes": .array(attributes.map { $0.json(grid: grid) }),
      "histograms": [
        "rows": .string(histogramsCountUnlabelled ? "all" : "labelled"),
        "columns": .array(histograms.map(\.json)),
      ],
      "intersections": .array(intersections.map { $0.json(grid: grid) }),
      "unscored": unscored.json(\.json),
    ]
    if let cusum { object["cusum"] = cusum.json(sum) }
    if let operations { object["operations"] = operations.json(\.json) }
    if let explanation { object["explanation"] = explanation.json(\.json) }
    return .object(object)
  }
}

extension Partition {
  func json(grid: ScoreGrid) -> JSONValue {
    .array(edges.map { .string(grid.edges[$0].text) })
  }
}

extension ReleasedAttribute {
  fileprivate func json(grid: ScoreGrid) -> JSONValue {
    var object: JSONObject = [
      "attribute": .string(id),
      "levels": .array(levels.map { .object($0.json(edges: nil)) }),
      "unscored": unscored.json { .array($0.map(\.json)) },
    ]
    if let partition { object["edges"] = partition.json(grid: grid) }
    return .object(object)
  }
}

extension ReleasedSlice {
  // An attribute writes its edges once for all levels; overall writes them with its counts.
  func json(edges: JSONValue?) -> JSONObject {
    switch self {
    case .withheld: return withheldObject
    case .empty: return ["status": "empty"]
    case .released(let stratum):
      var object = stratum.json
      if let edges { object["edges"] = edges }
      return object
    }
  }
}

extension ReleasedStratum {
  fileprivate var json: JSONObject {
    var object: JSONObject = [
      "positive": integers(positive),
      "negative": integers(negative),
      "unlabelled": unlabelled.json(integers),
      "patients": .integer(Int64(patients)),
      "bins": .array(bins.map(\.json)),
      "powers": ["positive": positivePowers.json, "negative": negativePowers.json],
      "ranks": ranks.json,
      "averagePrecision": averagePrecision.json,
      "fit": fit.json,
      "clusters": .array(clusters.map(\.json)),
    ]
    if let paired { object["paired"] = paired.json(\.json) }
    return object
  }
}

func integers(_ counts: [Int]) -> JSONValue { .array(counts.map { .integer(Int64($0)) }) }

extension ReleasedBin {
  fileprivate var json: JSONValue {
    [
      "positiveSum": sum(positive.first), "positiveSquares": sum(positive.second),
      "negativeSum": sum(negative.first), "negativeSquares": sum(negative.second),
    ]
  }
}

func sum(_ value: Int128) -> JSONValue { .string(value.description) }

extension ReleasedPowers {
  fileprivate var json: JSONValue {
    ["first": sum(first), "second": sum(second), "high": high.json(\.json)]
  }
}

extension ReleasedPowers.HighPowers {
  fileprivate var json: JSONValue { ["third": sum(third), "fourth": sum(fourth)] }
}

extension RankIntegers {
  fileprivate var json: JSONValue {
    [
      "positives": .integer(Int64(positives)), "negatives": .integer(Int64(negatives)),
      "positiveSum": sum(sumPositive), "positiveSquares": sum(sumSquaredPositive),
      "negativeSum": sum(sumNegative), "negativeSquares": sum(sumSquaredNegative),
    ]
  }
}

extension SiteAveragePrecision {
  fileprivate var json: JSONValue {
    switch self {
    case .tooFewEvents: withoutNumber(.tooFewEvents)
    case .evaluated(let value): .string(value.text)
    }
  }
}

private func withoutNumber(_ reason: SiteFit.Reason) -> JSONValue {
  ["status": "notEvaluable", "reason": .string(reason.rawValue)]
}

extension SiteFit {
  fileprivate var json: JSONValue {
    switch self {
    case .notEvaluable(let reason): withoutNumber(reason)
    case .fitted(let values):
      [
        "calibrationInTheLarge": .string(values.calibrationInTheLarge.text),
        "calibrationInTheLargeError": .string(values.calibrationInTheLargeError.text),
        "intercept": .string(values.intercept.text),
        "slope": .string(values.slope.text),
        "interceptVariance": .string(values.interceptVariance.text),
        "covariance": .string(values.covariance.text),
        "slopeVariance": .string(values.slopeVariance.text),
      ]
    }
  }
}

extension ClusterRecord {
  fileprivate var json: JSONValue {
    [
      "threshold": .string(threshold.text),
      "measure": .string(measure.rawValue),
      "patients": .integer(Int64(sums.clusters)),
      "successes": .integer(Int64(sums.sumSuccesses)),
      "trials": .integer(Int64(sums.sumTrials)),
      "squaredSuccesses": .integer(Int64(sums.sumSquaredSuccesses)),
      "products": .integer(Int64(sums.sumProducts)),
      "squaredTrials": .integer(Int64(sums.sumSquaredTrials)),
    ]
  }
}

extension ReleasedHistogram {
  fileprivate var json: JSONValue { ["column": .string(column), "cells": cells.json(runs)] }
}

/// Runs of neighbouring cells with their rows.
func runs(_ cells: [ReleasedHistogram.Cell]) -> JSONValue {
  .array(
    cells.map {
      [
        "first": .integer(Int64($0.first)), "last": .integer(Int64($0.last)),
        "rows": .integer(Int64($0.rows)),
      ]
    })
}
