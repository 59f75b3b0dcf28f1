package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
import Synthesis

extension StudyFact {
  /// A release round ended with numbers that a gate may be judged on.
  package struct EvidenceRecorded: Equatable, Sendable {
    package let round: String
    package let phase: PhaseName
    package let protocolDigest: Digest
    /// How many rounds of this phase under this protocol there were, this one included.
    package let look: Int
    package let verdict: Verdict
    /// The stop criteria that fail.
    package let breached: [String]
    /// Digest of the evidence list.
    package let evidence: Digest
    package let endedAt: UTCTime
    /// One entry a site that sent something, sorted by site.
    package let sites: [EvidenceSite]
    package let headlines: [EvidenceHeadline]

    /// What a round came to.
    package init(
      round: String, phase: PhaseName, protocolDigest: Digest, look: Int, verdict: Verdict,
      breached: [String],
      evidence: Digest, endedAt: UTCTime, sites: [EvidenceSite], headlines: [EvidenceHeadline]
    ) {
      self.round = round
      self.phase = phase
      self.protocolDigest = protocolDigest
      self.look = look
      self.verdict = verdict
      self.breached = breached
      self.evidence = evidence
      self.endedAt = endedAt
      self.sites = sites
      self.headlines = headlines
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      round = try object.required("round").identifier()
      phase = try object.required("phase").choice(of: PhaseName.self)
      protocolDigest = try object.required("protocol").digest()
      look = try object.required("look").integer(in: 1...1_000_000)
      verdict = try object.required("verdict").choice(of: Verdict.self)
      breached = try object.required("breached").texts { field throws(DocumentError) in try field.identifier()
      }
      evidence = try object.required("evidence").digest()
      endedAt = try object.required("endedAt").time()
      var sites: [EvidenceSite] = []
      for field in try object.required("sites").array(maximum: 1_000) {
        sites.append(try EvidenceSite(field))
      }
      self.sites = sites
      var headlines: [EvidenceHeadline] = []
      for field in try object.required("headlines").array(maximum: 5_000) {
        headlines.append(try EvidenceHeadline(field))
      }
      self.headlines = headlines
    }

    var json: JSONObject {
      [
        "round": .string(round), "phase": .string(phase.rawValue), "protocol": .string(protocolDigest.text),
        "look": .integer(Int64(look)), "verdict": .string(verdict.rawValue),
        "breached": .array(breached.map { .string($0) }), "evidence": .string(evidence.text),
        "endedAt": .string(endedAt.text), "sites": .array(sites.map(\.json)),
        "headlines": .array(headlines.map(\.json)),
      ]
    }
  }
}

/// What one site's part of the evidence was made of: what can be compared with the last time.
package struct EvidenceSite: Equatable, Sendable {
  package let site: String
  /// Commitment to the dataset release.
  package let dataset: Digest
  /// The release's name at the site.
  package let datasetName: String
  package let dataClass: String
  package let source: String
  package let sourceVersion: String
  package let extractedAt: UTCTime
  package let aggregate: Digest
  /// Name and version of the software that evaluated.
  package let evaluator: String
  package let minimumCell: Int
  /// Labelled rows and events over all windows, where the site releases them.
  package let rows: Int?
  package let events: Int?

  /// A site's part.
  package init(
    site: String, dataset: Digest, datasetName: String, dataClass: String, source: String,
    sourceVersion: String, extractedAt: UTCTime, aggregate: Digest, evaluator: String, minimumCell: Int,
    rows: Int?, events: Int?
  ) {
    self.site = site
    self.dataset = dataset
    self.datasetName = datasetName
    self.dataClass = dataClass
    self.source = source
    self.sourceVersion = sourceVersion
    self.extractedAt = extractedAt
    self.aggregate = aggregate
    self.evaluator = evaluator
    self.minimumCell = minimumCell
    self.rows = rows
    self.events = events
  }

  init(_ field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    site = try object.required("site").identifier()
    dataset = try object.required("dataset").digest()
    datasetName = try object.required("datasetName").identifier()
    dataClass = try object.required("dataClass").identifier()
    source = try object.required("source").string()
    sourceVersion = try object.required("sourceVersion").string(maximum: 200)
    extractedAt = try object.required("extractedAt").time()
    aggregate = try object.required("aggregate").digest()
    evaluator = try object.required("evaluator").string(maximum: 100)
    minimumCell = try object.required("minimumCell").integer(in: 1...1_000)
    rows = try object.optional("rows")?.integer(in: 0...Int(JSONValue.maximumInteger))
    events = try object.optional("events")?.integer(in: 0...Int(JSONValue.maximumInteger))
    try object.finish()
  }

  var json: JSONValue {
    var object: JSONObject = [
      "site": .string(site), "dataset": .string(dataset.text), "datasetName": .string(datasetName),
      "dataClass": .string(dataClass), "source": .string(source), "sourceVersion": .string(sourceVersion),
      "extractedAt": .string(extractedAt.text), "aggregate": .string(aggregate.text),
      "evaluator": .string(evaluator), "minimumCell": .integer(Int64(minimumCell)),
    ]
    if let rows { object["rows"] = .integer(Int64(rows)) }
    if let events { object["events"] = .integer(Int64(events)) }
    return .object(object)
  }
}

/// One number of a round over all rows and windows, as written in its matrix: for "what changed since last time".
package struct EvidenceHeadline: Equatable, Sendable {
  package let metric: Metric
  package let scope: Criterion.Scope
  /// The site, where the number is one site's.
  package let site: String?
  package let value: FixedDecimal
  package let lower: FixedDecimal?
  package let upper: FixedDecimal?

  /// A number.
  package init(
    metric: Metric, scope: Criterion.Scope, site: String?, value: FixedDecimal, lower: FixedDecimal?,
    upper: FixedDecimal?
  ) {
    self.metric = metric
    self.scope = scope
    self.site = site
    self.value = value
    self.lower = lower
    self.upper = upper
  }

  init(_ field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    metric = try object.required("metric").choice(of: Metric.self)
    scope = try object.required("scope").choice(of: Criterion.Scope.self)
    site = try object.optional("site")?.identifier()
    value = try object.required("value").writtenDecimal()
    lower = try object.optional("lower")?.writtenDecimal()
    upper = try object.optional("upper")?.writtenDecimal()
    try object.finish()
  }

  var json: JSONValue {
    var object: JSONObject = [
      "metric": .string(metric.rawValue), "scope": .string(scope.rawValue), "value": .string(value.text),
    ]
    if let site { object["site"] = .string(site) }
    if let lower { object["lower"] = .string(lower.text) }
    if let upper { object["upper"] = .string(upper.text) }
    return .object(object)
  }
}

extension DocumentField {
  /// A decimal of the matrix, with one of its two numbers of decimals.
  fileprivate func writtenDecimal() throws(DocumentError) -> FixedDecimal {
    let decimals = try string(maximum: 40).utf8.split(separator: 0x2E).last?.count ?? 0
    return try fixed(scale: decimals == ValidationMatrix.solverScale ? decimals : ValidationMatrix.scale)
  }
}
