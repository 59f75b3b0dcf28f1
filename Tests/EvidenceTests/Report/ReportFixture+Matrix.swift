import CanonicalJSON
import Cryptography
import EvaluationProtocols

/// The matrix files.
extension ReportFixture {
  /// What makes one site's numbers.
  private struct Shape {
    let rows: Int
    let prevalence: Double
    let auroc: Double
    let ratio: Double
    let slope: Double
  }

  private static let shapes: [String: Shape] = [
    "alder": Shape(rows: 5798, prevalence: 0.081, auroc: 0.826, ratio: 0.94, slope: 0.97),
    "birch": Shape(rows: 3120, prevalence: 0.064, auroc: 0.781, ratio: 1.18, slope: 0.84),
    "cedar": Shape(rows: 1410, prevalence: 0.112, auroc: 0.752, ratio: 1.41, slope: 0.71),
    "origin": Shape(rows: 41_200, prevalence: 0.072, auroc: 0.874, ratio: 1.01, slope: 1.02),
    "pooled": Shape(rows: 10_328, prevalence: 0.08, auroc: 0.801, ratio: 1.07, slope: 0.88),
  ]

  func matrixFiles(_ evaluationProtocol: EvaluationProtocol) -> [(path: String, bytes: [UInt8])] {
    let present = (["origin", "elm"] + released).sorted()
    let digest = JSONValue.string(evaluationProtocol.digest.text)
    let sites = present.map { site in
      (
        path: "sites/\(site).json",
        bytes: encodeCanonicalJSON([
          "format": "urn:equipoise:site-matrix:v1", "protocol": digest, "site": .string(site),
          "role": site == "origin" ? "development" : "validation",
          "aggregate": .string(Digest(of: Array("aggregate of \(site)".utf8)).text),
          "minimumCell": site == "cedar" ? 5 : 11, "dataClass": .string(dataClass),
          "rows": .array(rows(of: site, contributors: ReportFixture.months)), "drift": .array(drift(site)),
        ])
      )
    }
    let pooled = encodeCanonicalJSON([
      "format": "urn:equipoise:pooled-matrix:v1", "protocol": digest,
      "aggregates": .array(
        present.map {
          [
            "site": .string($0),
            "digest": .string(Digest(of: Array("aggregate of \($0)".utf8)).text),
          ]
        }), "notRun": ["fir"], "rows": .array(rows(of: "pooled", contributors: released)),
    ])
    return sites + [(path: "pooled.json", bytes: pooled)]
  }

  private func rows(of site: String, contributors: [String]) -> [JSONValue] {
    (ReportFixture.months + ["all"]).flatMap { window in
      [row(site, window, "overall", "all", share: 1, contributors)]
        + ReportFixture.attributes.flatMap { attribute, levels in
          levels.map { level in
            row(
              site, window, attribute, level, share: level == "missing" ? 0.02 : 1 / Double(levels.count - 1),
              contributors)
          }
        }
    }
  }

  private func row(
    _ site: String, _ window: String, _ attribute: String, _ level: String, share: Double,
    _ contributors: [String]
  ) -> JSONValue {
    let month = ReportFixture.months.firstIndex { $0.hasSameBytes(as: window) }
    let isWithheld =
      site == "elm" || (site == "cedar" && level == "under-50") || (level == "missing" && site != "origin")
      || (site == "cedar" && month == 3)
    var object: JSONObject = [
      "window": .string(window), "attribute": .string(attribute), "level": .string(level),
      "contributors": [],
      "withheld": site == "pooled" ? ["elm"] : strings(month.map { _ in [window] } ?? ReportFixture.months),
      "labelled": 0, "events": 0, "unlabelled": ["status": "withheld"], "measures": [],
    ]
    guard !isWithheld, let shape = ReportFixture.shapes[site] else { return .object(object) }
    let trend = Double(month ?? 0)
    let rows = Double(shape.rows) * share / (month == nil ? 1 : 6)
    object["contributors"] =
      site == "pooled" ? strings(contributors) : strings(month.map { _ in [window] } ?? contributors)
    object["withheld"] = site == "pooled" ? ["elm"] : []
    object["labelled"] = .integer(Int64(rows))
    object["events"] = .integer(Int64(rows * shape.prevalence))
    object["unlabelled"] = site == "birch" ? ["status": "withheld"] : 0
    object["measures"] = .array(measures(site, shape, rows: rows, shift: trend * -0.006))
    if attribute == "overall" {
      object["reliability"] = .array(reliability(shape, rows: rows))
      object["decisionCurve"] = .array(curve(shape))
    }
    return .object(object)
  }

  private func measures(_ site: String, _ shape: Shape, rows: Double, shift: Double) -> [JSONValue] {
    let isPooled = site == "pooled"
    let estimand = isPooled ? "pooledRows" : "site"
    let width = 2.2 / rows.squareRoot()
    func entry(
      _ metric: String, _ value: Double, _ half: Double, _ estimand: String, method: String = "wilson-95/v1",
      threshold: String? = nil, extra: JSONObject = [:]
    ) -> JSONValue {
      let scale = method.hasPrefix("reml-") || method.hasPrefix("site-fit") ? 8 : 12
      var object = extra
      object["metric"] = .string(metric)
      object["estimand"] = .string(estimand)
      object["status"] = "estimated"
      object["value"] = decimal(value, scale)
      object["lower"] = decimal(value - half, scale)
      object["upper"] = decimal(value + half, scale)
      object["method"] = .string(method)
      if let threshold { object["threshold"] = .string(threshold) }
      return .object(object)
    }
    var list = [
      entry("prevalence", shape.prevalence, width / 4, estimand),
      entry("brierScore", 0.061, width / 6, estimand, method: "brier/v1"),
      entry(
        "observedExpectedRatio", shape.ratio - 3 * shift, 3 * width, estimand,
        method: "observed-expected-log/v1"),
    ]
    if isPooled {
      list.append([
        "metric": "auroc", "estimand": "pooledRows", "status": "bounded", "lower": decimal(0.803),
        "upper": decimal(0.811),
      ])
      list.append(
        entry("auroc", shape.auroc + shift, width, "withinSite", method: "delong-within-logit-95/v1"))
      for (metric, value, half, spread) in [
        ("auroc", 0.792, 0.041, predictionHalfWidth), ("observedExpectedRatio", 1.149, 0.19, 0.36),
        ("calibrationSlope", 0.853, 0.12, 0.24),
      ] { list.append(randomEffects(metric, value, half, spread)) }
    } else {
      list.append(entry("auroc", shape.auroc + shift, width, "site", method: "delong-logit-95/v1"))
      if rows * shape.prevalence < 100 {
        for metric in ["calibrationInTheLarge", "calibrationIntercept", "calibrationSlope"] {
          list.append([
            "metric": .string(metric), "estimand": "site", "status": "notEvaluable", "reason": "tooFewEvents",
          ])
        }
      } else {
        list.append(entry("calibrationInTheLarge", shape.ratio - 1.02, 0.14, "site", method: "site-fit/v1"))
        list.append(entry("calibrationIntercept", shape.slope - 1.05, 0.21, "site", method: "site-fit/v1"))
        list.append(entry("calibrationSlope", shape.slope, 0.11, "site", method: "site-fit/v1"))
      }
    }
    for (threshold, sensitivity) in [("0.1", shape.auroc - 0.12), ("0.3", shape.auroc - 0.42)] {
      for (metric, value) in [
        ("sensitivity", sensitivity), ("specificity", 1.45 - sensitivity), ("positivePredictiveValue", 0.24),
        ("negativePredictiveValue", 0.975), ("flagRate", 0.21), ("netBenefit", 0.031),
        ("netBenefitGain", 0.022),
      ] {
        list.append(
          entry(
            metric, min(value, 0.985), metric.hasPrefix("net") ? 0.006 : width, estimand, threshold: threshold
          ))
      }
    }
    return list
  }

  private func randomEffects(_ metric: String, _ value: Double, _ half: Double, _ spread: Double) -> JSONValue
  {
    guard released.count >= 3 else {
      return [
        "metric": .string(metric), "estimand": "randomEffects", "status": "notEvaluable",
        "reason": "tooFewSites",
      ]
    }
    return [
      "metric": .string(metric), "estimand": "randomEffects", "status": "estimated",
      "value": decimal(value, 8), "lower": decimal(value - half, 8), "upper": decimal(value + half, 8),
      "method": "reml-hksj/v1",
      "randomEffects": [
        "weights": [
          ["site": "alder", "weight": decimal(0.42, 8)], ["site": "birch", "weight": decimal(0.34, 8)],
          ["site": "cedar", "weight": decimal(0.24, 8)],
        ], "tauSquared": decimal(0.031, 8), "iSquared": decimal(0.62, 8), "q": decimal(5.9, 8),
        "predictionLower": decimal(value - spread, 8), "predictionUpper": decimal(value + spread, 8),
      ],
    ]
  }

  private func reliability(_ shape: Shape, rows: Double) -> [JSONValue] {
    let bins: [(String, String, Double, Double)] = [
      ("0", "0.05", 0.024, 0.52), ("0.05", "0.1", 0.071, 0.23), ("0.1", "0.2", 0.142, 0.13),
      ("0.2", "0.3", 0.243, 0.07), ("0.3", "0.5", 0.378, 0.04), ("0.5", "1", 0.631, 0.01),
    ]
    return bins.map { lower, upper, mean, share in
      let observed = min(0.95, mean * shape.ratio * (1.1 - 0.5 * mean))
      let count = max(20, rows * share)
      let half = 2 * (observed * (1 - observed) / count).squareRoot()
      return [
        "lower": .string(lower), "upper": .string(upper), "rows": .integer(Int64(count)),
        "events": .integer(Int64(count * observed)), "meanScore": decimal(mean),
        "observed": decimal(observed),
        "observedLower": decimal(max(0, observed - half)), "observedUpper": decimal(min(1, observed + half)),
      ]
    }
  }

  private func curve(_ shape: Shape) -> [JSONValue] {
    let edges = ["0.02", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3", "0.5"]
    return edges.compactMap { edge in
      guard let threshold = Double(edge) else { return nil }
      let weight = threshold / (1 - threshold)
      let found = (1 - threshold) * (1 - threshold) * (shape.auroc + 0.12)
      let alarmed = found * found * found * (1.35 - shape.auroc)
      return [
        "threshold": .string(edge),
        "netBenefit": decimal(found * shape.prevalence - alarmed * (1 - shape.prevalence) * weight),
        "treatAll": decimal(shape.prevalence - (1 - shape.prevalence) * weight),
      ]
    }
  }

  private func drift(_ site: String) -> [JSONValue] {
    ReportFixture.months.enumerated().flatMap { index, month -> [JSONValue] in
      guard site != "elm" else {
        return [["window": .string(month), "profile": "score", "status": "withheld"]]
      }
      let base = site == "cedar" ? 0.17 : site == "birch" ? 0.05 : 0.008
      return [
        [
          "window": .string(month), "profile": "score", "status": "estimated",
          "stabilityIndex": decimal(base + Double(index) * 0.012), "noise": decimal(0.021, 8), "rows": 940,
          "cells": 4,
        ],
        [
          "window": .string(month), "profile": "sex", "status": "estimated", "stabilityIndex": decimal(0.006),
          "noise": decimal(0.018, 8), "rows": 940, "cells": 3,
          "missing": [
            "share": decimal(0.011 + Double(index) * 0.01), "reference": decimal(0.007),
            "difference": decimal(0.004 + Double(index) * 0.01),
            "lower": decimal(-0.003 + Double(index) * 0.01), "upper": decimal(0.013 + Double(index) * 0.01),
          ],
        ],
      ]
    }
  }
}
