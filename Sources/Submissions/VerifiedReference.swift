package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// A reference profile's statement whose signature holds under a pinned root. Only `verify` makes one.
package struct VerifiedReference: Sendable {
  package let statement: ReferenceStatement
  /// The digest of what was signed, which a protocol cites as `drift.statement`.
  package let digest: Digest
  /// The digest of the profile that the statement is about.
  let profile: Digest

  /// Checks that a protocol's `drift` section cites this statement and holds what was signed, and that the rows were
  /// counted as the protocol counts.
  ///
  /// - Throws: `ReferenceError` naming the rule.
  /// - Source: `protocols/profile.md`, section "Verification".
  package func confirm(in evaluationProtocol: EvaluationProtocol) throws(ReferenceError) {
    guard let cited = evaluationProtocol.drift.statement else { throw .notCited(digest) }
    guard cited == digest else { throw .otherStatement(cited: cited, found: digest) }
    guard Digest(of: evaluationProtocol.drift.referenceProfile.encode()) == profile else {
      throw .profileDiffers
    }
    for (signed, now) in zip(statement.sections, evaluationProtocol.countingDigests)
    where signed != now.digest {
      throw .countedOtherwise(section: now.section)
    }
  }
}

extension ReferenceStatement {
  /// Checks whose statement it is, then reads it.
  ///
  /// - Parameters:
  ///   - root: certificate of the site's signing root; believed only if its key is pinned.
  ///   - trust: the verifier's own trust file.
  ///   - now: the statement must not be from later. The certificates must hold when it was signed.
  /// - Throws: `ReferenceError` naming the rule.
  package static func verify(
    _ bytes: [UInt8], root: Certificate, trust: TrustFile, now: UTCTime
  ) throws(ReferenceError) -> VerifiedReference {
    let unverified: UnverifiedAttestation
    do { unverified = try UnverifiedAttestation.parse(bytes) } catch { throw .attestation(error) }
    guard let role = unverified.claimedRole, case .siteSubmission(let site) = role else {
      throw .attestation(.unknownRole)
    }
    guard let pinned = trust.rootKey(of: role) else { throw .siteNotTrusted(site) }
    func verified(at time: UTCTime) throws(ReferenceError) -> VerifiedAttestation {
      do {
        return try unverified.verify(
          role: role, predicateType: .referenceProfile, root: root, pinnedRootKey: pinned, at: time)
      } catch { throw .attestation(error) }
    }
    // When it was signed it says itself, and that is read only once the signature holds.
    let start: UTCTime
    do { start = try unverified.leafStart } catch { throw .attestation(error) }
    let signed = try verified(at: start)
    let statement: ReferenceStatement
    do { statement = try ReferenceStatement(parsing: signed.predicate) } catch { throw .predicate(error) }
    guard statement.site.hasSameBytes(as: site) else { throw .otherSite }
    guard statement.signedAt <= now else { throw .time }
    _ = try verified(at: statement.signedAt)
    guard signed.statement.subjects.count == 1, let subject = signed.statement.subjects.first,
      subject.name.hasSameBytes(as: profileName)
    else { throw .subject }
    return VerifiedReference(statement: statement, digest: signed.signedDigest, profile: subject.digest)
  }
}

/// Why a signed reference profile is not the one behind a protocol's drift section.
package enum ReferenceError: Error, Equatable {
  case attestation(AttestationError)
  case predicate(DocumentError)
  /// The verifier has pinned no key of the site that claims to have signed.
  case siteNotTrusted(String)
  /// The statement names another site than its certificate.
  case otherSite
  /// The statement claims to be from the future.
  case time
  /// The statement is not about exactly one `reference-profile.json`.
  case subject
  /// The protocol cites no statement.
  case notCited(Digest)
  /// The protocol cites another statement.
  case otherStatement(cited: Digest, found: Digest)
  /// Words or numbers of the drift section are not those that were signed.
  case profileDiffers
  /// A section of the protocol was another one when the dataset was counted.
  case countedOtherwise(section: String)

  /// The stable name of the rule, as the vectors and `protocols/profile.md` use it.
  package var rule: String {
    switch self {
    case .attestation: "signature"
    case .predicate: "malformed"
    case .siteNotTrusted: "siteNotTrusted"
    case .otherSite: "otherSite"
    case .time: "time"
    case .subject: "subject"
    case .notCited: "notCited"
    case .otherStatement: "otherStatement"
    case .profileDiffers: "profileDiffers"
    case .countedOtherwise: "countedOtherwise"
    }
  }
}

extension ReferenceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .attestation(let error): "reference profile: \(error)"
    case .predicate(let error): "reference profile: \(error)"
    case .siteNotTrusted(let site):
      "site \(site), which signed the reference profile, is not in the trust file"
    case .otherSite: "the reference profile names another site than the key that signed it"
    case .time: "the reference profile claims to be signed later than now"
    case .subject: "the statement is not about one \(ReferenceStatement.profileName)"
    case .notCited: "drift.statement is missing: the protocol does not cite the reference profile"
    case .otherStatement(let cited, let found):
      "drift.statement is \(cited), the digest of the reference profile's statement is \(found)"
    case .profileDiffers: "drift.profiles or drift.reference is not what was signed"
    case .countedOtherwise(let section):
      "the section \(section) of the protocol was another one when the reference dataset was counted"
    }
  }

  /// What whoever writes the protocol can do.
  package var remedy: String {
    switch self {
    case .attestation(let error): error.remedy
    case .predicate(let error): error.remedy
    case .siteNotTrusted:
      "ask the site for its fingerprint, pin it with `evidence trust add`, and give that file with --trust"
    case .otherSite, .subject: "ask the site for the profile again; this statement is of something else"
    case .time: "check the clocks here and at the site"
    case .notCited(let digest): "add \"statement\":\"\(digest)\" to drift"
    case .otherStatement: "give the statement that the protocol cites, or cite this one"
    case .profileDiffers: "put the drift.json that came with the statement into the protocol, as it is"
    case .countedOtherwise:
      "have the dataset counted again under this protocol with `site-agent dataset profile`"
    }
  }
}
