package import Aggregates
import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// A site's files whose signatures hold under a pinned root, and whose content agrees with the protocol.
package struct VerifiedSubmission: Sendable {
  package let site: String
  package let aggregate: CheckedAggregate
  package let context: SiteContext
  package let predicate: SubmissionPredicate
  /// SPKI digest of the root under which the site signed.
  package let rootKey: Digest
}

extension SubmissionFiles {
  /// The SPKI digest of the root certificate in the files: what to compare with the pinned one.
  ///
  /// - Throws: `SubmissionError.root`.
  package func claimedRootKey() throws(SubmissionError) -> Digest { try rootCertificate().publicKey.digest }

  private func rootCertificate() throws(SubmissionError) -> Certificate {
    do { return try Certificate(pem: root) } catch { throw .root(error) }
  }

  /// Checks signatures first, over the stored bytes; then reads those bytes.
  ///
  /// - Parameters:
  ///   - pinnedRootKey: from the verifier's trust file, never from the files.
  ///   - time: when the files were taken in; the claimed signing time must not be later, and the
  ///     certificates must hold at both.
  /// - Throws: `SubmissionError` naming the file.
  package func verify(
    under evaluationProtocol: EvaluationProtocol, phase: PhaseName, pinnedRootKey: Digest, at time: UTCTime
  ) throws(SubmissionError) -> VerifiedSubmission {
    let root = try rootCertificate()
    func verified(
      _ bytes: [UInt8], name: String, type: PredicateType, subjects: [Subject], at time: UTCTime
    ) throws(SubmissionError) -> VerifiedAttestation {
      do throws(AttestationError) {
        let attestation = try UnverifiedAttestation.parse(bytes).verify(
          role: SignerRole(site: site), predicateType: type, root: root, pinnedRootKey: pinnedRootKey,
          at: time)
        try attestation.confirm(subjects: subjects)
        return attestation
      } catch { throw .attestation(file: name, error) }
    }

    let submissionSubjects = [
      Subject(
        name: SubmissionFiles.path(SubmissionFiles.aggregateName, site: site), digest: Digest(of: aggregate)),
      Subject(
        name: SubmissionFiles.path(SubmissionFiles.contextName, site: site), digest: Digest(of: context)),
    ]
    let signed = try verified(
      submission, name: SubmissionFiles.submissionName, type: .siteSubmission, subjects: submissionSubjects,
      at: time)
    let predicate = try read(signed, SubmissionFiles.submissionName, SubmissionPredicate.init(parsing:))
    _ = try verified(
      submission, name: SubmissionFiles.submissionName, type: .siteSubmission, subjects: submissionSubjects,
      at: predicate.signedAt)
    try check(predicate, under: evaluationProtocol, phase: phase, at: time)

    let accepted = try verified(
      acceptance, name: SubmissionFiles.acceptanceName, type: .protocolAcceptance,
      subjects: [Subject(name: SubmissionFiles.protocolPath, digest: evaluationProtocol.digest)], at: time)
    let acceptance = try read(accepted, SubmissionFiles.acceptanceName, AcceptancePredicate.init(parsing:))
    guard acceptance.site == site, acceptance.protocolDigest == evaluationProtocol.digest,
      acceptance.rosterDigest == evaluationProtocol.rosterDigest, acceptance.signedAt <= time
    else {
      throw .predicate(file: SubmissionFiles.acceptanceName, "accepts another protocol, or for another site")
    }

    let checked: CheckedAggregate
    do { checked = try CheckedAggregate.parse(aggregate, under: evaluationProtocol) } catch {
      throw .aggregate(error)
    }
    guard checked.content.site == site else { throw .otherSite(file: SubmissionFiles.aggregateName) }
    let context = try SiteContext.parse(context)
    guard context.site == site, context.dataClass == checked.content.policy.dataClass.rawValue else {
      throw .otherSite(file: SubmissionFiles.contextName)
    }
    return VerifiedSubmission(
      site: site, aggregate: checked, context: context, predicate: predicate, rootKey: signed.rootKey)
  }

  private func read<Predicate>(
    _ attestation: VerifiedAttestation, _ name: String,
    _ parse: (DocumentField) throws(DocumentError) -> Predicate
  ) throws(SubmissionError) -> Predicate {
    do { return try parse(attestation.predicate) } catch {
      throw .predicate(file: name, error.description)
    }
  }

  private func check(
    _ predicate: SubmissionPredicate, under evaluationProtocol: EvaluationProtocol, phase: PhaseName,
    at time: UTCTime
  ) throws(SubmissionError) {
    func refuse(_ problem: String) -> SubmissionError {
      .predicate(file: SubmissionFiles.submissionName, problem)
    }
    guard predicate.site == site else { throw refuse("was signed for another site") }
    guard predicate.protocolDigest == evaluationProtocol.digest,
      predicate.protocolID == evaluationProtocol.id,
      predicate.protocolVersion == evaluationProtocol.version
    else { throw refuse("was signed under another protocol") }
    guard predicate.modelDigest == evaluationProtocol.model.artifact else {
      throw refuse("was signed for another model")
    }
    guard predicate.rosterDigest == evaluationProtocol.rosterDigest else {
      throw refuse("was signed for another list of sites")
    }
    guard predicate.phase == phase else {
      throw refuse("was signed for the phase \(predicate.phase.rawValue), not \(phase.rawValue)")
    }
    guard predicate.signedAt <= time else { throw refuse("claims to be signed after it was taken in") }
  }
}
