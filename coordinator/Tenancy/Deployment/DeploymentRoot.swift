package import CanonicalJSON
package import Cryptography

/// The offline root of a deployment, in the hands of whoever has its file and its passphrase. No daemon loads
/// it.
package struct DeploymentRoot: Sendable {
  /// The root's certificate.
  package let certificate: Certificate
  private let key: SigningKey

  /// The shortest passphrase.
  package static let shortestPassphrase = 12

  /// Makes a new root.
  static func create(deployment: String, now: Int64) throws(TenancyError) -> DeploymentRoot {
    do {
      let key = try SigningKey()
      return DeploymentRoot(
        certificate: try Certificate.makeDeploymentRoot(
          name: commonName("root of", deployment), key: key, now: now), key: key)
    } catch {
      throw .cryptography(error)
    }
  }

  /// Opens the root from its folder, which may lie on a medium of its own.
  ///
  /// - Parameter folder: holds `root.key` and `root.pem`.
  /// - Throws: `TenancyError`, `.cryptography(.passphraseWrong)` among them.
  package static func load(from folder: String, passphrase: [UInt8]) throws(TenancyError) -> DeploymentRoot {
    let certificate = try DeploymentFolder(path: folder).certificate(at: folder + "/root.pem")
    let bytes: [UInt8]
    do { bytes = try KeyFile.read(folder + "/root.key") } catch { throw .file(error) }
    do {
      let key = try SigningKey(pem: bytes, passphrase: passphrase)
      guard key.verificationKey == certificate.publicKey else {
        throw TenancyError.inconsistent(path: folder, problem: "root.key is not the key of root.pem")
      }
      return DeploymentRoot(certificate: certificate, key: key)
    } catch let error as TenancyError {
      throw error
    } catch let error as CryptographyError {
      throw .cryptography(error)
    } catch {
      throw .inconsistent(path: folder, problem: "root.key cannot be read")
    }
  }

  /// Writes `root.key`, encrypted, and `root.pem`.
  func save(to folder: DeploymentFolder, passphrase: [UInt8]) throws(TenancyError) {
    guard passphrase.count >= Self.shortestPassphrase else {
      throw .nameInvalid("passphrase: it needs \(Self.shortestPassphrase) bytes or more")
    }
    try folder.make(folder.root)
    let pem: [UInt8]
    do { pem = try key.pem(passphrase: passphrase) } catch { throw .cryptography(error) }
    do { try KeyFile.write(pem, to: folder.root + "/root.key") } catch { throw .file(error) }
    try folder.writePublic(certificate.pem, to: folder.root + "/root.pem")
  }

  /// Issues the certificate of a tenant's authority for a request that the server made.
  ///
  /// - Parameters:
  ///   - request: PKCS#10 in DER.
  ///   - tenant: the tenant's id.
  ///   - deployment: the deployment's name; together they are the host that the authority is bound to.
  /// - Throws: `TenancyError.cryptography`, `.nameInvalid`.
  package func issueTenantAuthority(
    request: [UInt8], tenant: String, deployment: String, now: UTCTime
  ) throws(TenancyError) -> Certificate {
    guard isIdentifier(tenant), isHostName(deployment) else { throw .nameInvalid("tenant") }
    do {
      return try Certificate.makeTenantAuthority(
        name: commonName("tenant", tenant), host: tenant + "." + deployment,
        key: try CertificateRequest(der: request).publicKey, root: certificate, rootKey: key,
        now: now.secondsSinceEpoch)
    } catch {
      throw .cryptography(error)
    }
  }

  func issueServerAuthority(
    for serverKey: VerificationKey, deployment: String, now: Int64
  ) throws(TenancyError) -> Certificate {
    do {
      return try Certificate.makeServerAuthority(
        name: commonName("servers of", deployment), key: serverKey, root: certificate, rootKey: key, now: now)
    } catch {
      throw .cryptography(error)
    }
  }
}

/// A common name of at most 64 characters; it identifies nothing.
func commonName(_ what: String, _ whose: String) -> String { String("\(what) \(whose)".prefix(64)) }
