import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Submissions
import Synthesis

@testable import Evidence

/// A made-up study of six hospitals: one where the model was built, three that released results, one whose
/// overall counts are withheld and one that sent nothing.
struct ReportFixture: Equatable {
  var title = "Early warning of sepsis on general wards"
  var siteName = "Alder General Hospital"
  var deviations: String?
  var dataClass = "synthetic"
  var license: String? = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
  /// Ids of the validation hospitals that release results.
  var released = ["alder", "birch", "cedar"]
  /// A limit that the fixture's numbers meet or miss.
  var aurocLimit = "0.7"
  /// Half the width of the AUROC's prediction interval.
  var predictionHalfWidth = 0.078

  static let months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
  static let attributes = [
    ("age", ["under-50", "50-to-69", "70-and-over", "missing"]), ("sex", ["female", "male", "missing"]),
  ]

  /// The record of this study; that of the unchanged fixture is made once.
  func record() throws -> EvidenceRecord {
    self == ReportFixture() ? try ReportFixture.unchanged.get() : try parsed()
  }

  private static let unchanged = Result { try ReportFixture().parsed() }

  // Parses everything from documents, as the bundle does.
  private func parsed() throws -> EvidenceRecord {
    let evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(protocolDocument))
    let matrix = try ValidationMatrix.parse(matrixFiles(evaluationProtocol), under: evaluationProtocol)
    let sealedAt = try UTCTime(parsing: "2026-07-20T09:30:00Z")
    return EvidenceRecord(
      evaluationProtocol: evaluationProtocol, modelCard: try ModelCard.parse(encodeCanonicalJSON(card)),
      sites: try (["origin", "elm"] + released).sorted().map { try evidence($0, evaluationProtocol) },
      matrix: matrix, outcome: try decide(matrix, phase: .silent, under: evaluationProtocol),
      sealedAt: sealedAt, validUntil: try UTCTime(parsing: "2027-07-20T09:30:00Z"))
  }

  /// The page of the record, as text.
  func page() throws -> String { String(decoding: renderReport(try record()), as: UTF8.self) }

  private func evidence(
    _ site: String, _ evaluationProtocol: EvaluationProtocol
  ) throws -> EvidenceRecord.SiteEvidence {
    EvidenceRecord.SiteEvidence(
      site: site,
      context: SiteContext(
        site: site, dataset: "\(site)-wards-2026", dataClass: dataClass,
        source: "Ward record system of the hospital", sourceVersion: "release 8.2",
        extractedAt: try UTCTime(parsing: "2026-07-02T04:00:00Z"),
        deidentification: "Direct identifiers removed; dates shifted by a secret number of days a patient.",
        license: license, deviations: deviations),
      predicate: SubmissionPredicate(
        site: site, evaluationProtocol: evaluationProtocol, phase: .silent,
        datasetDigest: Digest(of: Array(site.utf8)), evaluator: "site-agent 0.1.0", sequence: 1,
        signedAt: try UTCTime(parsing: "2026-07-11T14:05:00Z"), salt: String(repeating: "0a", count: 16)),
      rootFingerprint: Digest(of: Array("root of \(site)".utf8)),
      flow: site == "elm"
        ? nil
        : [
          .init(what: "read", rows: 6120), .init(what: "unreadable", rows: 12),
          .init(what: "cohortRule1", rows: nil), .init(what: "cohortRule2", rows: 0),
          .init(what: "outsideWindows", rows: 202), .init(what: "scoreMissing", rows: 96),
        ],
      lowering: site == "cedar" ? SitePolicy.Lowering(person: "Dr. Example", reason: "small wards") : nil)
  }
}

/// The documents behind the record.
extension ReportFixture {
  private func decimal(_ value: Double, _ scale: Int = 12) -> JSONValue {
    .string((try? FixedDecimal(value, scale: scale).text) ?? "0.000000000000")
  }

  private func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  fileprivate var card: JSONValue {
    [
      "format": "urn:equipoise:model-card:v1", "name": "Ward Sepsis Score", "version": "2.3.1",
      "developer": "Example Diagnostics", "contact": "safety officer, telephone 555 0100",
      "summary": "A logistic regression on nine routine measurements, computed at every ward round.",
      "intendedUse": "Draws the ward nurse's attention to patients who may be developing sepsis.",
      "intendedUsers": "Ward nurses and physicians",
      "cautions": ["Not for children.", "Not for patients in intensive care."],
      "limitations": ["Lactate is missing for most ward patients."],
      "trainingData": "41 200 admissions of one university hospital, 2019 to 2022.",
      "codeCommit": "4f2c9e1", "references": [],
    ]
  }

  private func criterion(
    _ id: String, _ metric: String, _ rest: JSONObject, scope: String, bound: String, comparison: String,
    limit: String, why: String, threshold: String? = nil, slice: JSONValue = ["attribute": "overall"]
  ) -> JSONValue {
    var object: JSONObject = [
      "id": .string(id), "rationale": .string(why), "metric": .string(metric), "slice": slice,
      "scope": .string(scope), "bound": .string(bound), "confidence": "0.95",
      "comparison": .string(comparison), "limit": .string(limit), "minimumEvents": 50,
      "coverage": .object(rest),
    ]
    if let threshold { object["threshold"] = .string(threshold) }
    return .object(object)
  }

  fileprivate var protocolDocument: JSONValue {
    let list: JSONObject = ["minimumSites": 3, "minimumRowShare": "0.8", "whenWithheld": "list"]
    let block: JSONObject = ["minimumSites": 3, "minimumRowShare": "0.8", "whenWithheld": "block"]
    let go: [JSONValue] = [
      criterion(
        "ranking", "auroc", list, scope: "randomEffects", bound: "lower", comparison: "atLeast",
        limit: aurocLimit, why: "A score that hardly ranks patients only adds alarms."),
      criterion(
        "ranking-new", "auroc", list, scope: "newSite", bound: "lower", comparison: "atLeast", limit: "0.72",
        why: "The next hospital has to be able to rely on it."),
      criterion(
        "calibrated", "observedExpectedRatio", list, scope: "randomEffects", bound: "upper",
        comparison: "atMost", limit: "1.25", why: "Too few expected events give false comfort."),
      criterion(
        "slope", "calibrationSlope", list, scope: "worstSite", bound: "lower", comparison: "atLeast",
        limit: "0.8", why: "Scores must not be too extreme anywhere."),
      criterion(
        "finds", "sensitivity", list, scope: "everySite", bound: "lower", comparison: "atLeast",
        limit: "0.6", why: "Missed sepsis is the harm that the score is there to prevent.", threshold: "0.1"),
      criterion(
        "finds-everyone", "sensitivity", block, scope: "pooledRows", bound: "lower", comparison: "atLeast",
        limit: "0.55", why: "No age group may be served worse.", threshold: "0.1",
        slice: ["attribute": "age"]),
    ]
    let stop: [JSONValue] = [
      criterion(
        "harm", "sensitivity", list, scope: "worstSite", bound: "point", comparison: "atLeast", limit: "0.4",
        why: "Below this the score misleads.", threshold: "0.1")
    ]
    let signOffs: [JSONValue] = [
      [
        "role": "clinical sponsor", "person": "Dr. A. Example",
        "independence": ["notModelAuthor", "notVendorEmployee"],
      ]
    ]
    return [
      "format": "urn:equipoise:protocol:v1", "id": "ward-sepsis", "version": 3,
      "study": [
        "title": .string(title),
        "intendedUse": "Draws the ward nurse's attention to patients who may be developing sepsis.",
        "targetPopulation": "Adults on general wards, from admission to discharge.", "riskCategory": "high",
        "owner": "Example Diagnostics",
        "responsibilities": [["role": "accountable", "who": "Chief medical officer, Example Diagnostics"]],
      ],
      "model": [
        "id": "ward-sepsis-score", "version": "2.3.1", "kind": "recordedScore",
        "artifact": .string(Digest(of: Array("model".utf8)).text),
        "output": "The risk of sepsis within 24 hours.", "scorePrecision": ["kind": "binary64"],
        "thresholds": [
          ["value": "0.1", "action": "the nurse repeats vital signs within the hour."],
          ["value": "0.3", "action": "the physician sees the patient within the hour."],
        ],
      ],
      "data": ["features": [], "maximumUnreadableShare": "0.01"],
      "cohort": [
        "description": "Adults with at least one set of vital signs on a general ward.",
        "rules": [
          ["kind": "range", "column": "age", "lower": "18"], ["kind": "notEmpty", "column": "pulse"],
        ],
      ],
      "label": [
        "description": "Sepsis by the criteria of 2016.", "column": "sepsis", "positive": ["1"],
        "negative": ["0"], "outcomeWindow": "24 hours from the score",
        "adjudication": "Two physicians read the record; a third decides where they differ.",
      ],
      "slices": [
        [
          "attribute": "age", "column": "age", "bands": ["50", "70"],
          "levels": [
            ["level": "under-50", "label": "under 50"], ["level": "50-to-69", "label": "50 to 69"],
            ["level": "70-and-over", "label": "70 and over"],
          ],
        ],
        [
          "attribute": "sex", "column": "sex",
          "levels": [
            ["level": "female", "label": "female", "codes": ["F"]],
            ["level": "male", "label": "male", "codes": ["M"]],
          ],
        ],
      ],
      "windows": [
        "kind": "dated", "column": "scoredAt",
        "list": .array(
          ReportFixture.months.enumerated().map { index, month in
            [
              "id": .string(month), "start": .string("\(month)-01T00:00:00Z"),
              "end": .string("2026-0\(index + 2)-01T00:00:00Z"),
            ]
          }),
      ],
      "grid": [
        "calibrationEdges": ["0.05", "0.1", "0.2", "0.3", "0.5"], "fineEdges": ["0.02", "0.15", "0.25"],
      ],
      "drift": [
        "reference": "the training data, 2019 to 2022.", "stabilityLimit": "0.2",
        "profiles": [
          ["of": "score", "edges": ["0.05", "0.1", "0.3"], "counts": [20_000, 11_000, 8200, 2000]],
          ["of": "attribute", "id": "sex", "counts": [20_500, 20_400, 300]],
        ],
      ],
      "disclosure": ["minimumCell": 5, "minimumFitEvents": 100],
      "sites": .array(
        [
          ("alder", siteName, "validation"), ("birch", "Birch Valley Medical Centre", "validation"),
          ("cedar", "Cedar City Hospital", "validation"), ("elm", "Elm District Hospital", "validation"),
          ("fir", "Fir Island Clinic", "validation"),
          ("origin", "Origin University Hospital", "development"),
        ].map { ["id": .string($0.0), "name": .string($0.1), "role": .string($0.2)] }),
      "phases": [
        [
          "phase": "silent", "exposure": "Nobody sees the output.",
          "minimum": ["sites": 3, "rows": 5000, "events": 300, "days": 90], "goCriteria": .array(go),
          "stopCriteria": .array(stop), "signOffs": .array(signOffs),
        ]
      ],
      "fallback": "The score is switched off; wards go back to the paper chart.",
      "evidence": ["validityDays": 365, "regulatory": ["example device 12-345"]],
    ]
  }
}

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

  fileprivate func matrixFiles(_ evaluationProtocol: EvaluationProtocol) -> [(path: String, bytes: [UInt8])] {
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
