package import Attestations
package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// One of the four statements about a site's phase: what they have in common, and how each is signed and read.
///
/// - Source: `protocols/grants.md`, section "Statements".
package protocol SignedWord: Sendable, Equatable {
  /// Its place among the signed statements.
  static var predicateType: PredicateType { get }

  var tenant: String { get }
  var site: String { get }
  var study: String { get }
  /// Digest of the protocol in force, which is the statement's subject.
  var protocolDigest: Digest { get }
  /// When it was signed, as the signer claims; its certificates have to hold then too.
  var madeAt: UTCTime { get }

  /// Reads the predicate, but not yet `finish`es it: the keys of this statement alone.
  init(reading object: inout DocumentObject, about scope: WordScope) throws(DocumentError)
  /// The keys of this statement alone.
  var members: JSONObject { get }

  /// Checks what holds for it whoever reads it.
  func checkOwnRules() throws(GrantError)
}

/// What a statement is about; the same four keys in each.
package struct WordScope: Sendable, Equatable {
  package let tenant: String
  package let site: String
  package let study: String
  /// Digest of the protocol in force.
  package let protocolDigest: Digest

  /// A scope.
  package init(tenant: String, site: String, study: String, protocolDigest: Digest) {
    self.tenant = tenant
    self.site = site
    self.study = study
    self.protocolDigest = protocolDigest
  }

  fileprivate init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    site = try object.required("site").identifier()
    study = try object.required("study").identifier()
    protocolDigest = try object.required("protocolDigest").digest()
  }
}

/// A statement whose signature, role, subject and form have been checked. Only `verify` makes one.
package struct VerifiedWord<Content: SignedWord>: Sendable, Equatable {
  /// What was said.
  package let content: Content
  /// Digest of what was signed: the statement's identity, whatever its signature bytes are.
  package let signedDigest: Digest
  /// Digest of the key that signed.
  package let leafKey: Digest

  fileprivate init(content: Content, signedDigest: Digest, leafKey: Digest) {
    self.content = content
    self.signedDigest = signedDigest
    self.leafKey = leafKey
  }
}

extension SignedWord {
  /// Most statements have no rule of their own.
  package func checkOwnRules() throws(GrantError) {}

  /// Signs the statement and gives the bytes of its file.
  ///
  /// - Throws: `SigningIdentityError`, also when the identity's role may not say this, or is of another site.
  package func sign(with identity: SigningIdentity) throws(SigningIdentityError) -> [UInt8] {
    let statement: Statement
    do throws(AttestationError) {
      if case .siteSubmission = identity.role {
        let expected = try SignerRole(site: site)
        guard identity.role == expected else { throw .role(expected: expected, found: identity.role) }
      }
      statement = try Statement(
        subjects: [Self.subject(protocolDigest)], predicateType: Self.predicateType, predicate: predicate)
    } catch { throw .statement(error) }
    return try identity.sign(statement)
  }

  /// Checks a statement, then reads it: signature and role at `time` and at the time it claims, the subject, and
  /// the predicate strictly. What depends on the receiver's state is `admit`'s.
  ///
  /// A site's statement has to be by a key for the site that it names; whether that is the expected site, the
  /// caller compares.
  ///
  /// - Parameters:
  ///   - root: certificate of the signer's root; believed only if its key is the pinned one.
  ///   - pinnedRootKey: from the invitation or the registration, never from what came with the statement.
  ///   - time: when the statement came.
  /// - Throws: `GrantError`.
  package static func verify(
    _ bytes: [UInt8], root: Certificate, pinnedRootKey: Digest, at time: UTCTime
  ) throws(GrantError) -> VerifiedWord<Self> {
    func verified(at time: UTCTime) throws(GrantError) -> VerifiedAttestation {
      do throws(AttestationError) {
        let attestation = try UnverifiedAttestation.parse(bytes)
        let role = try expectedRole(claimed: attestation.claimedRole)
        return try attestation.verify(
          role: role, predicateType: predicateType, root: root, pinnedRootKey: pinnedRootKey, at: time)
      } catch { throw .signature(error) }
    }
    let attestation = try verified(at: time)
    let content: Self
    do { content = try Self(parsing: attestation.predicate) } catch { throw .malformed(error) }
    if case .siteSubmission(let signer) = attestation.role {
      guard content.site.hasSameBytes(as: signer) else { throw .otherSite }
    }
    do { try attestation.confirm(subjects: [subject(content.protocolDigest)]) } catch { throw .subject }
    _ = try verified(at: content.madeAt)
    try content.checkOwnRules()
    return VerifiedWord(
      content: content, signedDigest: attestation.signedDigest, leafKey: attestation.leafKey)
  }

  /// The coordinator's words are the evidence key's; a site's are by whatever site the certificate names, which
  /// the predicate is then compared with.
  private static func expectedRole(claimed: SignerRole?) throws(AttestationError) -> SignerRole {
    guard SignerRole.evidence.maySign(predicateType) else {
      guard let claimed else { throw .unknownRole }
      guard claimed.maySign(predicateType) else { throw .roleMayNotSign(claimed, predicateType) }
      return claimed
    }
    return .evidence
  }

  private static func subject(_ digest: Digest) -> Subject {
    Subject(name: "protocol/protocol.json", digest: digest)
  }

  private init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let scope = try WordScope(reading: &object)
    try self.init(reading: &object, about: scope)
    try object.finish()
  }

  private var predicate: JSONObject {
    var object = members
    object["tenant"] = .string(tenant)
    object["site"] = .string(site)
    object["study"] = .string(study)
    object["protocolDigest"] = .string(protocolDigest.text)
    return object
  }
}
