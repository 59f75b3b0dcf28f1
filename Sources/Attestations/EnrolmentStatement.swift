package import CanonicalJSON
package import Cryptography

/// What a site says when it joins: this TLS key and this signing root are both mine, for this invitation.
///
/// The site's submission key signs it as an attestation, and the TLS key signs the same bytes, so that neither
/// key can be registered by somebody who only has the other.
///
/// - Source: `protocols/enrolment.md`, section "Statement".
package struct EnrolmentStatement: Equatable, Sendable {
  /// The tenant that invited.
  package let tenant: String
  /// The site that was invited.
  package let site: String
  /// The invitation's id, not its secret.
  package let invitation: String
  /// The digest of the TLS key's SubjectPublicKeyInfo.
  package let tlsKey: Digest

  private static let subjectName = "tls-key"

  /// A statement, before it is signed.
  package init(tenant: String, site: String, invitation: String, tlsKey: Digest) {
    self.tenant = tenant
    self.site = site
    self.invitation = invitation
    self.tlsKey = tlsKey
  }

  /// Signs the statement with the site's identity and gives the bytes of the attestation.
  ///
  /// - Throws: `SigningIdentityError`, also when the identity is of another site.
  package func sign(by identity: SigningIdentity) throws(SigningIdentityError) -> [UInt8] {
    let statement: Statement
    do throws(AttestationError) {
      let expected = try SignerRole(site: site)
      guard identity.role == expected else { throw .role(expected: expected, found: identity.role) }
      statement = try Statement(
        subjects: [subject], predicateType: .siteEnrolment,
        predicate: [
          "invitation": .string(invitation), "site": .string(site), "tenant": .string(tenant),
          "tlsKeyDigest": .string(tlsKey.text),
        ])
    } catch {
      throw .statement(error)
    }
    return try identity.sign(statement)
  }

  /// Checks that a site's key signed exactly this, and that the holder of the TLS key signed the same bytes.
  ///
  /// - Parameters:
  ///   - attestation: the bytes that `sign` gave.
  ///   - root: the site's root, which becomes its pin when the statement is accepted.
  ///   - tlsSignature: the TLS key's signature of `attestation`.
  ///   - tlsKey: the key of the certificate request; its digest has to be the statement's.
  /// - Throws: `AttestationError`.
  package func verify(
    _ attestation: [UInt8], root: Certificate, tlsSignature: [UInt8], tlsKey key: VerificationKey,
    at time: UTCTime
  ) throws(AttestationError) {
    let verified = try UnverifiedAttestation.parse(attestation).verify(
      role: SignerRole(site: site), predicateType: .siteEnrolment, root: root,
      pinnedRootKey: root.publicKey.digest, at: time)
    guard key.digest == tlsKey else { throw .subjectDiffers(name: Self.subjectName) }
    try verified.confirm(subjects: [subject])
    let found = try readingDocument { () throws(DocumentError) in try Self(verified.predicate) }
    guard found == self else { throw .subjectDiffers(name: Self.subjectName) }
    do { try key.verify(tlsSignature, of: attestation) } catch { throw .signature(error) }
  }

  private var subject: Subject { Subject(name: Self.subjectName, digest: tlsKey) }

  private init(_ predicate: DocumentField) throws(DocumentError) {
    var object = try predicate.object()
    invitation = try object.required("invitation").identifier()
    site = try object.required("site").identifier()
    tenant = try object.required("tenant").identifier()
    let key = try object.required("tlsKeyDigest")
    guard let digest = try? Digest(parsing: try key.string()) else {
      throw key.error("not a digest", remedy: "write sha256: and 64 lower-case hexadecimal digits")
    }
    tlsKey = digest
    try object.finish()
  }
}
