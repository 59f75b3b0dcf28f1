package import CanonicalJSON
package import Cryptography

/// Why a signing identity could not be made, kept, read or used.
package enum SigningIdentityError: Error, Equatable {
  /// A file of the identity.
  case file(KeyFileError)
  /// What a file holds.
  case content(path: String, CryptographyError)
  /// The files do not belong together.
  case inconsistent(folder: String, problem: String)
  /// libcrypto.
  case cryptography(CryptographyError)
  /// The statement cannot be signed by this identity, or nobody could read it afterwards.
  case statement(AttestationError)
}

extension SigningIdentityError: CustomStringConvertible {
  /// What is wrong where.
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .content(let path, let error): "\(path): \(error)"
    case .inconsistent(let folder, let problem): "\(folder): \(problem)"
    case .cryptography(let error): error.description
    case .statement(let error): error.description
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .file(let error): error.remedy
    case .content(_, let error): error.remedy
    case .inconsistent:
      "restore the whole folder from one backup, or make a new identity and tell its fingerprint"
    case .cryptography(let error): error.remedy
    case .statement(let error): error.remedy
    }
  }
}

/// What a signer owns: a root that others pin, and under it the leaf that signs.
///
/// The files are `root.key`, `root.pem`, `leaf.key` and `leaf.pem`. Signing needs all but `root.key`, which
/// can be kept offline.
package struct SigningIdentity: Sendable {
  /// Who signs.
  package let role: SignerRole
  /// The root certificate, to hand out beside signed files.
  package let root: Certificate
  /// The leaf certificate, inside every signed file.
  package let leaf: Certificate
  private let leafKey: SigningKey
  /// Only in an identity that was just made.
  private let rootKey: SigningKey?

  /// What others pin: the digest of the root's key.
  package var fingerprint: Fingerprint { Fingerprint(root.publicKey.digest) }

  /// Makes new keys and certificates; nothing is written.
  ///
  /// - Throws: `SigningIdentityError.cryptography`.
  package static func create(
    role: SignerRole, now: UTCTime
  ) throws(SigningIdentityError) -> SigningIdentity {
    do {
      let seconds = now.secondsSinceEpoch
      let rootKey = try SigningKey()
      let leafKey = try SigningKey()
      let root = try Certificate.makeSigningRoot(
        name: "\(role.displayName) signing root", key: rootKey, now: seconds)
      let leaf = try Certificate.makeSigningLeaf(
        name: role.displayName, uri: role.uri, key: leafKey.verificationKey, root: root, rootKey: rootKey,
        now: seconds)
      return SigningIdentity(role: role, root: root, leaf: leaf, leafKey: leafKey, rootKey: rootKey)
    } catch {
      throw .cryptography(error)
    }
  }

  /// Writes the files into a folder, which is made when it is not there. Nothing is overwritten.
  ///
  /// - Throws: `SigningIdentityError.file`.
  package func save(to folder: String) throws(SigningIdentityError) {
    let leafPEM: [UInt8]
    let rootPEM: [UInt8]?
    do {
      leafPEM = try leafKey.pem()
      rootPEM = try rootKey?.pem()
    } catch {
      throw .cryptography(error)
    }
    do {
      try KeyFile.makeFolder(folder)
      if let rootPEM { try KeyFile.write(rootPEM, to: folder + "/root.key") }
      try KeyFile.writePublic(root.pem, to: folder + "/root.pem")
      try KeyFile.write(leafPEM, to: folder + "/leaf.key")
      try KeyFile.writePublic(leaf.pem, to: folder + "/leaf.pem")
    } catch {
      throw .file(error)
    }
  }

  /// Reads what signing needs and checks that it belongs together; `root.key` is not touched.
  ///
  /// Validity in time is the verifier's question: an expired leaf can be read, and what it signs is refused.
  ///
  /// - Throws: `SigningIdentityError`.
  package static func load(from folder: String) throws(SigningIdentityError) -> SigningIdentity {
    let root = try certificate(folder + "/root.pem")
    let leaf = try certificate(folder + "/leaf.pem")
    let leafKey: SigningKey
    let keyPath = folder + "/leaf.key"
    let keyBytes: [UInt8]
    do { keyBytes = try KeyFile.read(keyPath) } catch { throw .file(error) }
    do { leafKey = try SigningKey(pem: keyBytes) } catch { throw .content(path: keyPath, error) }

    guard leafKey.verificationKey == leaf.publicKey else {
      throw .inconsistent(folder: folder, problem: "leaf.key is not the key of leaf.pem")
    }
    do { try verifyChain(leaf: leaf, root: root, at: leaf.notBefore) } catch {
      throw .inconsistent(folder: folder, problem: error.description)
    }
    guard leaf.uriNames.count == 1, !leaf.hasOtherNames,
      let role = try? SignerRole(parsing: leaf.uriNames[0])
    else {
      throw .inconsistent(folder: folder, problem: "leaf.pem does not name exactly one known role")
    }
    return SigningIdentity(role: role, root: root, leaf: leaf, leafKey: leafKey, rootKey: nil)
  }

  /// Signs a statement and gives the bytes of its file.
  ///
  /// The statement is read back before it is signed: what this product would refuse is never signed by it.
  ///
  /// - Throws: `SigningIdentityError.statement` when the role may not say this or the statement breaks a
  ///   rule; `.cryptography`.
  package func sign(_ statement: Statement) throws(SigningIdentityError) -> [UInt8] {
    let payload = statement.encode()
    do throws(AttestationError) {
      guard role.maySign(statement.predicateType) else {
        throw .roleMayNotSign(role, statement.predicateType)
      }
      _ = try Statement.parse(payload)
    } catch {
      throw .statement(error)
    }
    let signature: [UInt8]
    do { signature = try leafKey.sign(Envelope.preAuthenticationEncoding(of: payload)) } catch {
      throw .cryptography(error)
    }
    let file = Envelope(payload: payload, signature: signature, leaf: leaf).encode()
    do { _ = try Envelope.parse(file) } catch { throw .statement(error) }
    return file
  }

  private static func certificate(_ path: String) throws(SigningIdentityError) -> Certificate {
    let bytes: [UInt8]
    do { bytes = try KeyFile.readPublic(path) } catch { throw .file(error) }
    do { return try Certificate(pem: bytes) } catch { throw .content(path: path, error) }
  }
}
