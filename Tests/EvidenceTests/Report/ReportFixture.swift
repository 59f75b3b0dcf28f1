import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Submissions
import Synchronization
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
  /// The version of the protocol; the record of a study with a history has the second.
  var version: Int64 = 3
  /// Who signs besides the sponsor, and with which keys; without a history nobody has a key.
  var reviewers: [String] = []
  /// Half the width of the AUROC's prediction interval.
  var predictionHalfWidth = 0.078
  /// Validation hospitals beside those with names.
  var moreSites = 0
  /// Whether these release the numbers of the first hospital; else they withhold all.
  var moreAreReleased = false
  /// Whether the protocol has a comparator, alerts, a CUSUM and a rule for many gaps.
  var hasExtras = true
  /// Whether it asks what the score leans on, which only a model that sites run can say.
  var hasExplanation = false

  static let months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
  static let attributes = [
    ("age", ["under-50", "50-to-69", "70-and-over", "missing"]), ("sex", ["female", "male", "missing"]),
  ]

  /// The record of this study; that of each fixture is made once.
  func record() throws -> EvidenceRecord {
    if let found = ReportFixture.made.withLock({ $0.first { $0.fixture == self }?.record }) { return found }
    let record = try parsed()
    ReportFixture.made.withLock { $0.append((self, record)) }
    return record
  }

  private static let made = Mutex<[(fixture: ReportFixture, record: EvidenceRecord)]>([])

  // Parses everything from documents, as the bundle does.
  private func parsed() throws -> EvidenceRecord {
    let evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(protocolDocument))
    let matrix = try ValidationMatrix.parse(
      matrix(evaluationProtocol).encode(), under: evaluationProtocol)
    let sealedAt = try UTCTime(parsing: "2026-07-20T09:30:00Z")
    return EvidenceRecord(
      evaluationProtocol: evaluationProtocol, modelCard: try ModelCard.parse(encodeCanonicalJSON(card)),
      sites: try (["origin", "elm"] + released + more).sorted().map { try evidence($0, evaluationProtocol) },
      matrix: matrix, outcome: try decide(matrix, phase: .silent, under: evaluationProtocol, look: 1),
      sealedAt: sealedAt, validUntil: try UTCTime(parsing: "2027-07-20T09:30:00Z"))
  }

  /// Ids of the hospitals without a name of their own.
  var more: [String] { (0..<moreSites).map { "more-\(1000 + $0)" } }

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
    var signOffs: [JSONValue] = [
      [
        "role": "clinical sponsor", "person": "Dr. A. Example", "organisation": "Alder Hospital",
        "independence": ["notModelAuthor", "notVendorEmployee"],
      ]
    ]
    if !reviewers.isEmpty {
      signOffs = reviewers.enumerated().map { index, person in
        [
          "role": .string(["clinical sponsor", "safety officer", "statistician"][index % 3]),
          "person": .string(person), "organisation": .string("Hospital \(index + 1)"),
          "fingerprint": .string(Digest(of: Array("key \(index)".utf8)).text),
          "independence": ["notModelAuthor"],
        ]
      }
    }
    let later: [JSONValue] = (reviewers.isEmpty ? [] : ["limited", "broad"]).map {
      [
        "phase": .string($0), "exposure": "Some see the output.",
        "minimum": ["sites": 3, "rows": 5000, "events": 300, "days": 90], "goCriteria": [],
        "stopCriteria": [], "signOffs": .array(signOffs),
      ]
    }
    var document: JSONObject = [
      "format": "urn:equipoise:protocol:v1", "id": "ward-sepsis", "version": .integer(version),
      "authorship": [
        "vendor": "Example Diagnostics",
        "protocolAuthors": [["name": "P. Example", "organisation": "Example Diagnostics"]],
        "modelAuthors": [["name": "M. Example", "organisation": "Example Diagnostics"]],
      ],
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
          "attribute": "age", "column": "age", "bands": ["50", "70"], "reference": "50-to-69",
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
        ([
          ("alder", siteName, "validation"), ("birch", "Birch Valley Medical Centre", "validation"),
          ("cedar", "Cedar City Hospital", "validation"), ("elm", "Elm District Hospital", "validation"),
          ("fir", "Fir Island Clinic", "validation"),
          ("origin", "Origin University Hospital", "development"),
        ].map { ($0.0, $0.1, $0.2) } + more.map { ($0, "Hospital \($0)", "validation") }).map {
          ["id": .string($0.0), "name": .string($0.1), "role": .string($0.2)]
        }),
      "phases": .array(
        [
          [
            "phase": "silent", "exposure": "Nobody sees the output.",
            "minimum": ["sites": 3, "rows": 5000, "events": 300, "days": 90], "goCriteria": .array(go),
            "stopCriteria": .array(stop), "signOffs": .array(signOffs),
          ]
        ] + later),
      "fallback": "The score is switched off; wards go back to the paper chart.",
      "evidence": ["validityDays": 365, "regulatory": ["example device 12-345"]],
    ]
    var analysis: JSONObject = [:]
    if hasExplanation { analysis["explanation"] = explanationPlan }
    if hasExplanation, case .object(var model)? = document["model"] {
      model["kind"] = "logisticRegression"
      model["features"] = .string(Digest(of: Array("features".utf8)).text)
      document["model"] = .object(model)
    }
    if hasExtras {
      document["baseline"] = ["name": "NEWS2", "column": "news2", "thresholds": ["5", "7"]]
      analysis["standardPrevalence"] = "0.08"
      analysis["multiplicity"] = "holm"
      analysis["cusum"] = ["oddsRatio": "1.5", "limit": "3.5", "runLength": 120]
      document["operations"] = [
        "alert": ["column": "alerted", "values": ["yes"]],
        "override": ["column": "overridden", "values": ["yes"]],
        "acknowledgement": [
          "column": "minutes", "unit": "minutes", "edges": ["5", "15", "60", "240"], "target": "15",
        ],
      ]
    }
    if !analysis.members.isEmpty { document["analysis"] = .object(analysis) }
    if version > 1 {
      document["amendment"] = ["previous": .string(Digest(of: []).text), "reason": "A hospital joined."]
    }
    return .object(document)
  }
}
