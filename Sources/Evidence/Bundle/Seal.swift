package import Attestations
package import CanonicalJSON
import Cryptography
package import EvaluationProtocols
package import Gates
package import Submissions

/// What a bundle is sealed from.
package struct SealRequest: Sendable {
  /// The canonical bytes of the protocol.
  package let evaluationProtocol: [UInt8]
  package let modelCard: [UInt8]
  package let submissions: [SubmissionFiles]
  package let phase: PhaseName
  package let sequence: Int
  /// The study's history, for the round of a coordinator; `nil` when plain files are sealed.
  package let study: StudyFiles?

  /// A request; everything in it is checked by `seal`.
  package init(
    evaluationProtocol: [UInt8], modelCard: [UInt8], submissions: [SubmissionFiles], phase: PhaseName,
    sequence: Int, study: StudyFiles? = nil
  ) {
    self.evaluationProtocol = evaluationProtocol
    self.modelCard = modelCard
    self.submissions = submissions
    self.phase = phase
    self.sequence = sequence
    self.study = study
  }
}

/// A sealed state: the bytes are kept, and every export returns them.
package struct SealedBundle: Sendable {
  /// `<study>_<gate>_<sequence>_<first 12 hex of the manifest digest>.evb.zip`
  package let fileName: String
  package let bytes: [UInt8]
  package let record: EvidenceRecord
  /// The page inside, which may be shown beside the bundle.
  package let report: [UInt8]
  /// The pages that reviewers read, by gate; none without a history.
  package let reviews: [Gate: [UInt8]]
}

/// Freezes everything into one signed file. The coordinator's signature adds completeness, not numbers: those
/// are the sites' own, and a verifier makes the matrix again.
///
/// - Throws: `SealError` naming the file; nothing that a verifier would refuse is sealed.
package func seal(
  _ request: SealRequest, trust: TrustFile, identity: SigningIdentity, now: UTCTime
) throws -> SealedBundle {
  let evaluationProtocol = try EvaluationProtocol.parse(request.evaluationProtocol)
  let modelCard: ModelCard
  do { modelCard = try ModelCard.parse(request.modelCard) } catch {
    throw SealError.modelCard("\(error)")
  }
  var submissions: [VerifiedSubmission] = []
  for files in request.submissions.sorted(by: { $0.site < $1.site }) {
    guard let pinned = trust.rootKey(of: try SignerRole(site: files.site)) else {
      throw SealError.siteNotTrusted(files.site)
    }
    do {
      submissions.append(
        try files.verify(under: evaluationProtocol, phase: request.phase, pinnedRootKey: pinned, at: now))
    } catch { throw SealError.submission(site: files.site, error) }
  }

  let validity = Int64(evaluationProtocol.evidence.validityDays) * 86_400
  let bundle = BundleDocument(
    study: evaluationProtocol.id, protocolDigest: evaluationProtocol.digest, phase: request.phase,
    sequence: request.sequence, sealedAt: now,
    validUntil: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + validity), renderer: reportRenderer,
    place: request.study.map {
      BundleDocument.Place(tenant: $0.tenant, round: $0.round, history: $0.history.head)
    })
  let study = try request.study.map {
    try CheckedStudy(
      $0, in: bundle, evaluationProtocol: evaluationProtocol, submissions: submissions, trust: trust,
      coordinatorRoot: identity.root)
  }
  let derived = try DerivedFiles(
    evaluationProtocol: evaluationProtocol, modelCard: modelCard, submissions: submissions, bundle: bundle,
    study: study?.record)
  try study?.replay(derived, modelCard: Digest(of: request.modelCard), submissions: submissions)
  return try assemble(
    request, bundle: bundle, derived: derived, study: study?.entries ?? [], identity: identity)
}

/// Puts the files together and signs the manifest; what is in them has been checked.
func assemble(
  _ request: SealRequest, bundle: BundleDocument, derived: DerivedFiles,
  study: [(name: String, bytes: [UInt8])], identity: SigningIdentity
) throws -> SealedBundle {
  var entries: [(name: String, bytes: [UInt8])] = [
    (ZipMimetype.name, ZipMimetype.bytes),
    (BundlePath.report, derived.report),
    (BundlePath.bundle, bundle.encode()),
    (BundlePath.protocolDocument, request.evaluationProtocol),
    (BundlePath.modelCard, request.modelCard),
    (BundlePath.gates, derived.gates),
    (BundlePath.coordinatorRoot, identity.root.pem),
    (BundlePath.instructions, Array(verificationInstructions.utf8)),
  ]
  entries += derived.matrix.map { (BundlePath.matrix($0.path), $0.bytes) }
  entries += embeddedSchemas.map { (BundlePath.schemaFolder + $0.name, Array($0.text.utf8)) }
  for files in request.submissions {
    for (name, bytes) in files.named { entries.append((BundlePath.site(files.site, name), bytes)) }
  }
  entries += study
  entries += derived.reviews.map { (BundlePath.review($0.page.gate), $0.bytes) }
  let manifest = try identity.sign(
    Statement(
      subjects: entries.map { Subject(name: $0.name, digest: Digest(of: $0.bytes)) }
        .sorted { $0.name.precedesInBytes($1.name) },
      predicateType: .manifest,
      predicate: ManifestPredicate(
        files: entries.count, bytes: entries.reduce(0) { $0 + $1.bytes.count }
      ).json))
  entries.append((BundlePath.manifest, manifest))
  return SealedBundle(
    fileName: bundle.fileName(manifest: manifest), bytes: try writeZip(entries), record: derived.record,
    report: derived.report,
    reviews: Dictionary(derived.reviews.map { ($0.page.gate, $0.bytes) }) { first, _ in first })
}

/// Why a bundle was not sealed.
package enum SealError: Error, Equatable {
  case modelCard(String)
  case siteNotTrusted(String)
  case submission(site: String, SubmissionError)
  /// The study's history, by the rule that a verifier would name.
  case study(rule: String, file: String, String, remedy: String)
}

extension SealError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .modelCard(let problem): "model card: \(problem)"
    case .siteNotTrusted(let site): "site \(site) is not in the trust file"
    case .submission(let site, let error): "sites/\(site)/\(error.file): \(error)"
    case .study(let rule, let file, let problem, _): "\(file): \(problem) [\(rule)]"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .modelCard: "correct the field and write the card in canonical form"
    case .siteNotTrusted(let site):
      "ask the site for the fingerprint that its `site-agent status` shows, then `evidence trust add --site \(site)`"
    case .submission(_, let error): error.remedy
    case .study(_, _, _, let remedy): remedy
    }
  }
}
