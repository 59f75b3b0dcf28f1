import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import SiteEvaluation
import StudyFixtures
import Submissions
import TestSupport

@testable import Evidence

/// A made-up study of five hospitals and three reviewers, with real keys and numbers, made once: what every story
/// of `StudyStory` starts from.
struct StudyFixture: Sendable {
  static let tenant = "example"
  static let sites = ["central", "east", "north", "south", "west"]
  static let start = "2026-03-01T08:00:00Z"

  /// Who has to sign for each gate.
  struct Reviewer: Sendable {
    let person: String
    let role: String
    let organisation: String
    let identity: SigningIdentity
  }

  let evaluationProtocol: EvaluationProtocol
  /// A later version with another intended use.
  let amended: EvaluationProtocol
  let modelCard: [UInt8]
  let coordinator: SigningIdentity
  let identities: [String: SigningIdentity]
  let reviewers: [Reviewer]
  /// Somebody whom the protocol does not name.
  let stranger: Reviewer
  let evaluations: [String: SiteEvaluationResult]
  let trust: TrustFile

  /// The fixture of this process.
  static func shared() throws -> StudyFixture { try cached.get() }

  private static let cached = Result { try StudyFixture() }

  private init() throws {
    let keysMadeAt = try UTCTime(parsing: "2026-02-01T09:00:00Z")
    func reviewer(_ person: String, _ role: String, _ organisation: String) throws -> Reviewer {
      Reviewer(
        person: person, role: role, organisation: organisation,
        identity: try SigningIdentity.create(role: .reviewer, now: keysMadeAt))
    }
    reviewers = [
      try reviewer("Dr. Ada Sample", "clinical sponsor", "North hospital"),
      try reviewer("Bo Sample", "statistician", "Example university"),
      try reviewer("Dr. Cy Sample", "patient safety", "West hospital"),
    ]
    stranger = try reviewer("Dan Sample", "clinical sponsor", "Elsewhere")
    coordinator = try SigningIdentity.create(role: .evidence, now: keysMadeAt)
    let document = try StudyFixture.document(reviewers)
    let evaluationProtocol = try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
    self.evaluationProtocol = evaluationProtocol
    amended = try StudyFixture.amend(document, of: evaluationProtocol)
    modelCard = try SyntheticStudy.file("model-card.json")

    var trust = TrustFile()
    try trust.pinCoordinator(coordinator.fingerprint)
    var identities: [String: SigningIdentity] = [:]
    for site in StudyFixture.sites {
      let identity = try SigningIdentity.create(role: SignerRole(site: site), now: keysMadeAt)
      try trust.add(site: site, fingerprint: identity.fingerprint)
      identities[site] = identity
    }
    self.identities = identities
    self.trust = trust
    evaluations = try StudyFixture.evaluate(under: evaluationProtocol)
  }

  private static func evaluate(
    under evaluationProtocol: EvaluationProtocol
  ) throws -> [String: SiteEvaluationResult] {
    let artifact = try SyntheticStudy.file("model.json")
    var results: [String: SiteEvaluationResult] = [:]
    try withTemporaryDirectory { temporary in
      for (index, site) in sites.enumerated() {
        let cohort = try SyntheticCohort(seed: 7, hospital: index + 1, rows: 500)
        let path = "\(temporary)/\(site).csv"
        try writeFileAtomically(to: path) { write throws(FileError) in try cohort.write(write) }
        results[site] = try StudyFixtures.evaluate(
          files: [path], declaredAs: cohort.declaration(extractedAt: .init(parsing: "2026-01-15T00:00:00Z")),
          under: evaluationProtocol, model: SiteModel(artifact: artifact, features: nil), site: site,
          policy: .standard)
      }
    }
    return results
  }

  /// Signs a site's numbers for a round.
  func submission(of site: String, phase: PhaseName, sequence: Int, at time: UTCTime) throws
    -> SubmissionFiles
  {
    guard let evaluation = evaluations[site], let identity = identities[site] else { throw Missing() }
    return try signSubmission(
      evaluation.releasable,
      context: SiteContext(
        site: site, dataset: "synthetic-\(site)", dataClass: "synthetic", source: "generator",
        sourceVersion: "1", extractedAt: UTCTime(parsing: "2026-01-15T00:00:00Z"),
        deidentification: "made up", license: nil, deviations: nil),
      predicate: SubmissionPredicate(
        site: site, evaluationProtocol: evaluationProtocol, phase: phase,
        datasetDigest: Digest(of: Array("\(site) \(sequence)".utf8)), evaluator: "test 1", sequence: sequence,
        signedAt: time, salt: String(repeating: "0", count: 32)),
      under: evaluationProtocol, with: identity)
  }

  /// Something that the fixture does not have.
  struct Missing: Error {}
}

/// The protocol: the synthetic example without windows and slices, with three phases and criteria that a few
/// hundred rows decide. In `limited` the stop criterion always fails.
extension StudyFixture {
  private static func criterion(_ id: String, _ bound: String, _ limit: String) -> JSONValue {
    [
      "id": .string(id), "rationale": "for the test", "metric": "sensitivity", "threshold": "0.1",
      "slice": ["attribute": "overall"], "scope": "pooledRows", "bound": .string(bound),
      "confidence": "0.95", "comparison": "atLeast", "limit": .string(limit), "minimumEvents": 10,
      "coverage": ["minimumSites": 3, "minimumRowShare": "0.5", "whenWithheld": "list"],
    ]
  }

  private static func document(_ reviewers: [Reviewer]) throws -> JSONObject {
    guard
      case .object(var document) = try parseCanonicalJSON(
        SyntheticStudy.file("protocol.json"), limits: .protocolDocument)
    else { throw Missing() }
    document["windows"] = ["kind": "undated"]
    document["slices"] = []
    document["drift"] = ["reference": "none", "profiles": []]
    document["authorship"] = [
      "vendor": "Example Diagnostics",
      "protocolAuthors": [["name": "Pat Author", "organisation": "Example Diagnostics"]],
      "modelAuthors": [["name": "Mo Author", "organisation": "Example Diagnostics"]],
    ]
    let signOffs = JSONValue.array(
      reviewers.map { reviewer in
        [
          "role": .string(reviewer.role), "person": .string(reviewer.person),
          "organisation": .string(reviewer.organisation),
          "fingerprint": .string(reviewer.identity.fingerprint.digest.text),
          "independence": ["notProtocolAuthor", "notModelAuthor", "distinctOrganisation"],
        ]
      })
    func phase(_ name: String, stop: String, _ signOffs: JSONValue) -> JSONValue {
      [
        "phase": .string(name), "exposure": "for the test",
        "minimum": ["sites": 3, "rows": 100, "events": 10, "days": 0],
        "goCriteria": .array([criterion("finds-\(name)", "lower", "0.1")]),
        "stopCriteria": .array([criterion("harm-\(name)", "point", stop)]), "signOffs": signOffs,
      ]
    }
    document["phases"] = .array([
      phase("silent", stop: "0.05", signOffs), phase("limited", stop: "0.999", signOffs),
      phase("broad", stop: "0.05", []),
    ])
    return document
  }

  private static func amend(
    _ document: JSONObject, of first: EvaluationProtocol
  ) throws -> EvaluationProtocol {
    var amended = document
    guard case .object(var study)? = document["study"] else { throw Missing() }
    study["intendedUse"] = "Another use."
    amended["study"] = .object(study)
    amended["version"] = 2
    amended["amendment"] = ["previous": .string(first.digest.text), "reason": "The use changed."]
    return try EvaluationProtocol.parse(encodeCanonicalJSON(.object(amended)))
  }
}
