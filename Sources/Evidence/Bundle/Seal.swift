package import Attestations
package import CanonicalJSON
import Cryptography
package import EvaluationProtocols
package import Submissions

/// What a bundle is sealed from.
package struct SealRequest: Sendable {
  /// The canonical bytes of the protocol.
  package let evaluationProtocol: [UInt8]
  package let modelCard: [UInt8]
  package let submissions: [SubmissionFiles]
  package let phase: PhaseName
  package let sequence: Int

  /// A request; everything in it is checked by `seal`.
  package init(
    evaluationProtocol: [UInt8], modelCard: [UInt8], submissions: [SubmissionFiles], phase: PhaseName,
    sequence: Int
  ) {
    self.evaluationProtocol = evaluationProtocol
    self.modelCard = modelCard
    self.submissions = submissions
    self.phase = phase
    self.sequence = sequence
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
    validUntil: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + validity), renderer: reportRenderer)
  let derived = try DerivedFiles(
    evaluationProtocol: evaluationProtocol, modelCard: modelCard, submissions: submissions, bundle: bundle)

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
  let manifest = try identity.sign(
    Statement(
      subjects: entries.map { Subject(name: $0.name, digest: Digest(of: $0.bytes)) }
        .sorted { $0.name.precedesInBytes($1.name) },
      predicateType: .manifest,
      predicate: ManifestPredicate(
        files: entries.count, bytes: entries.reduce(0) { $0 + $1.bytes.count }
      ).json))
  entries.append((BundlePath.manifest, manifest))
  let name =
    "\(evaluationProtocol.id)_\(request.phase.rawValue)_\(request.sequence)_"
    + "\(Digest(of: manifest).hex.prefix(12)).evb.zip"
  return SealedBundle(
    fileName: name, bytes: try writeZip(entries), record: derived.record, report: derived.report)
}

/// Why a bundle was not sealed.
package enum SealError: Error, Equatable {
  case modelCard(String)
  case siteNotTrusted(String)
  case submission(site: String, SubmissionError)
}

extension SealError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .modelCard(let problem): "model card: \(problem)"
    case .siteNotTrusted(let site): "site \(site) is not in the trust file"
    case .submission(let site, let error): "sites/\(site)/\(error.file): \(error)"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .modelCard: "correct the field and write the card in canonical form"
    case .siteNotTrusted(let site):
      "ask the site for the fingerprint that its `site-agent status` shows, then `evidence trust add --site \(site)`"
    case .submission(_, let error): error.remedy
    }
  }
}
