package import CanonicalJSON
package import Cryptography

/// A signed statement as it was found. Before `verify`, only the role it claims can be read.
package struct UnverifiedAttestation: Sendable {
  private let envelope: Envelope

  /// Reads the file of a signed statement; its form is checked, its signature is not.
  ///
  /// - Throws: `AttestationError` naming the rule.
  package static func parse(_ bytes: [UInt8]) throws(AttestationError) -> UnverifiedAttestation {
    UnverifiedAttestation(envelope: try Envelope.parse(bytes))
  }

  /// The role that the leaf certificate names: a hint for which pin to look up, proof of nothing.
  package var claimedRole: SignerRole? { try? Self.role(of: envelope.leaf) }

  /// What kind of statement it claims to be: a hint for which reader to take, proof of nothing.
  package var claimedType: PredicateType? { try? Statement.parse(envelope.payload).predicateType }

  /// When the leaf certificate becomes valid: a time at which a statement can be checked before the time that
  /// it claims has been read.
  package var leafStart: UTCTime {
    get throws(AttestationError) {
      do { return try UTCTime(secondsSinceEpoch: envelope.leaf.notBefore) } catch {
        throw .chain(.notYetValid)
      }
    }
  }

  /// Checks everything that makes the statement somebody's, then reads it.
  ///
  /// The pinned digest decides. The root certificate may come from anywhere, the bundle included: unless its
  /// key is the pinned one it is refused before anything else is looked at. The signature is checked over
  /// the stored payload, and the statement is read from those same bytes.
  ///
  /// - Parameters:
  ///   - expected: the role that the statement's place requires.
  ///   - predicateType: the type that the statement's place requires.
  ///   - root: the signer's root certificate.
  ///   - pinnedRootKey: the digest of the root's SubjectPublicKeyInfo, from the verifier's own trust file.
  ///   - time: when the statement was signed; both certificates must be valid then.
  /// - Throws: `AttestationError` naming the rule.
  /// - Source: `protocols/attestations.md`, section "Verification".
  package func verify(
    role expected: SignerRole, predicateType: PredicateType, root: Certificate, pinnedRootKey: Digest,
    at time: UTCTime
  ) throws(AttestationError) -> VerifiedAttestation {
    let rootKey = root.publicKey.digest
    guard rootKey == pinnedRootKey else { throw .rootNotPinned(expected: pinnedRootKey, found: rootKey) }
    let leaf = envelope.leaf
    do { try verifyChain(leaf: leaf, root: root, at: time.secondsSinceEpoch) } catch {
      throw .chain(error)
    }
    guard leaf.publicKey != root.publicKey else { throw .leafKeyIsRootKey }
    let role = try Self.role(of: leaf)
    guard role == expected else { throw .role(expected: expected, found: role) }

    let signed = Envelope.preAuthenticationEncoding(of: envelope.payload)
    do { try leaf.publicKey.verify(envelope.signature, of: signed) } catch { throw .signature(error) }

    let statement = try Statement.parse(envelope.payload)
    guard statement.predicateType == predicateType else {
      throw .predicateType(expected: predicateType, found: statement.predicateType)
    }
    guard role.maySign(predicateType) else { throw .roleMayNotSign(role, predicateType) }
    return VerifiedAttestation(
      statement: statement, role: role, leafKey: leaf.publicKey.digest, rootKey: rootKey,
      signedDigest: Digest(of: signed))
  }

  private static func role(of leaf: Certificate) throws(AttestationError) -> SignerRole {
    guard leaf.uriNames.count == 1, !leaf.hasOtherNames else { throw .unknownRole }
    return try SignerRole(parsing: leaf.uriNames[0])
  }
}

/// A statement whose signature, certificate, role and type have been checked. Only `verify` makes one.
package struct VerifiedAttestation: Sendable {
  /// What was signed.
  package let statement: Statement
  /// Who signed it.
  package let role: SignerRole
  /// The digest of the key that signed.
  package let leafKey: Digest
  /// The digest of the pinned key above it.
  package let rootKey: Digest
  /// The digest of what was signed, type included. With `leafKey` it is the statement's identity; signature
  /// bytes are not, since they can differ for one statement.
  package let signedDigest: Digest

  fileprivate init(
    statement: Statement, role: SignerRole, leafKey: Digest, rootKey: Digest, signedDigest: Digest
  ) {
    self.statement = statement
    self.role = role
    self.leafKey = leafKey
    self.rootKey = rootKey
    self.signedDigest = signedDigest
  }

  /// The predicate, ready to be read with paths that start with `predicate`.
  package var predicate: DocumentField { DocumentField(.object(statement.predicate), path: "predicate") }

  /// Checks that the statement speaks of exactly these files.
  ///
  /// - Throws: `AttestationError.subjectMissing`, `.subjectUnexpected` or `.subjectDiffers`, naming the file.
  package func confirm(subjects files: [Subject]) throws(AttestationError) {
    let signed = Dictionary(uniqueKeysWithValues: statement.subjects.map { ($0.name, $0.digest) })
    for file in files {
      guard let digest = signed[file.name] else { throw .subjectMissing(name: file.name) }
      guard digest == file.digest else { throw .subjectDiffers(name: file.name) }
    }
    let present = Set(files.map(\.name))
    if let absent = statement.subjects.first(where: { !present.contains($0.name) }) {
      throw .subjectUnexpected(name: absent.name)
    }
  }
}
