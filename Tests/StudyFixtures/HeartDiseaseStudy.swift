package import Attestations
package import CanonicalJSON
import Cryptography
package import Evidence
package import EvaluationProtocols
import ServiceRuntime
package import SiteEvaluation
package import Submissions
import TestSupport

/// The heart disease example of `protocols/examples`, evaluated, signed and sealed with fresh keys.
package struct HeartDiseaseStudy: Sendable {
  package let evaluationProtocol: EvaluationProtocol
  package let modelCard: [UInt8]
  /// By site id.
  package let evaluations: [String: SiteEvaluationResult]
  package let identities: [String: SigningIdentity]
  package let submissions: [String: SubmissionFiles]
  package let coordinator: SigningIdentity
  package let trust: TrustFile
  package let bundle: SealedBundle
  package let sealedAt: UTCTime

  /// One study a test process: making keys and fits takes a moment.
  package static func shared() throws -> HeartDiseaseStudy { try cached.get() }

  private static let cached = Result { try HeartDiseaseStudy() }

  /// The folder of the example.
  package static let folder = Repository.path("protocols/examples/heart-disease")

  /// A file of the example.
  package static func file(_ name: String) throws -> [UInt8] {
    try readFile("\(folder)/\(name)", maximumBytes: 1 << 24)
  }

  /// Evaluates one site of the example, by default on its own file.
  package static func evaluate(
    _ site: String, data: [String]? = nil, under evaluationProtocol: EvaluationProtocol
  ) throws -> SiteEvaluationResult {
    try StudyFixtures.evaluate(
      files: data ?? ["\(folder)/sites/\(site)/data.csv"],
      declaredAs: DatasetDeclaration.parse(file("sites/\(site)/dataset.json")), under: evaluationProtocol,
      model: SiteModel(artifact: file("lr.json"), features: file("features.json")), site: site,
      policy: SitePolicyFile.parse(file("sites/\(site)/policy.json")))
  }

  private init() throws {
    evaluationProtocol = try EvaluationProtocol.parse(HeartDiseaseStudy.file("protocol.json"))
    modelCard = try HeartDiseaseStudy.file("model-card.json")
    sealedAt = try UTCTime(parsing: "2026-06-01T12:00:00Z")
    let signedAt = try UTCTime(parsing: "2026-06-01T09:00:00Z")
    let keysMadeAt = try UTCTime(parsing: "2026-05-01T09:00:00Z")
    coordinator = try SigningIdentity.create(role: .evidence, now: keysMadeAt)
    var trust = TrustFile()
    try trust.pinCoordinator(coordinator.fingerprint)
    var evaluations: [String: SiteEvaluationResult] = [:]
    var identities: [String: SigningIdentity] = [:]
    var submissions: [String: SubmissionFiles] = [:]
    for site in evaluationProtocol.sites.map(\.id) {
      let identity = try SigningIdentity.create(role: SignerRole(site: site), now: keysMadeAt)
      let evaluation = try HeartDiseaseStudy.evaluate(site, under: evaluationProtocol)
      try trust.add(site: site, fingerprint: identity.fingerprint)
      identities[site] = identity
      evaluations[site] = evaluation
      submissions[site] = try HeartDiseaseStudy.sign(
        evaluation, site: site, under: evaluationProtocol, with: identity, at: signedAt)
    }
    self.evaluations = evaluations
    self.identities = identities
    self.submissions = submissions
    self.trust = trust
    bundle = try seal(
      SealRequest(
        evaluationProtocol: evaluationProtocol.bytes, modelCard: modelCard,
        submissions: Array(submissions.values), phase: .silent, sequence: 1),
      trust: trust, identity: coordinator, now: sealedAt)
  }

  /// Signs an evaluation as a site.
  package static func sign(
    _ evaluation: SiteEvaluationResult, site: String, under evaluationProtocol: EvaluationProtocol,
    with identity: SigningIdentity, at time: UTCTime, phase: PhaseName = .silent, sequence: Int = 1
  ) throws -> SubmissionFiles {
    try signSubmission(
      evaluation.releasable,
      context: SiteContext(
        site: site, dataset: "heart-disease-\(site)", dataClass: "public", source: "UCI Heart Disease",
        sourceVersion: "1988", extractedAt: UTCTime(parsing: "1988-07-01T00:00:00Z"),
        deidentification: "by the donors", license: "CC BY 4.0", deviations: nil),
      predicate: SubmissionPredicate(
        site: site, evaluationProtocol: evaluationProtocol, phase: phase, datasetDigest: Digest(of: []),
        evaluator: "test", sequence: sequence, signedAt: time, salt: String(repeating: "0", count: 32)),
      under: evaluationProtocol, with: identity)
  }
}
