internal import CanonicalJSON
internal import Cryptography
internal import Glibc

/// The coordinator's own TLS certificate and the authority that renews it without the root.
struct ServerCertificate {
  let folder: DeploymentFolder

  private var authorityKeyPath: String { folder.server + "/intermediate.key" }
  private var authorityPath: String { folder.server + "/intermediate.pem" }
  var keyPath: String { folder.server + "/server.key" }
  var chainPath: String { folder.server + "/server.pem" }

  /// Makes the authority and the first certificate.
  func create(
    root: DeploymentRoot, description: DeploymentDescription, now: Int64
  ) throws(TenancyError) -> Certificate {
    try folder.make(folder.server)
    let key: SigningKey
    do { key = try SigningKey() } catch { throw .cryptography(error) }
    let authority = try root.issueServerAuthority(
      for: key.verificationKey, deployment: description.name, now: now)
    try folder.write(key: key, to: authorityKeyPath)
    try folder.writePublic(authority.pem, to: authorityPath)
    let made = try issue(names: description.serverNames, now: now)
    try folder.write(key: made.key, to: keyPath)
    try folder.writePublic(made.leaf.pem + authority.pem, to: chainPath)
    return authority
  }

  func authority() throws(TenancyError) -> Certificate { try folder.certificate(at: authorityPath) }

  /// The certificate that `server.pem` begins with.
  func leaf() throws(TenancyError) -> Certificate {
    let bytes: [UInt8]
    do { bytes = try KeyFile.readPublic(chainPath) } catch { throw .file(error) }
    let authority = try authority().pem
    guard bytes.count > authority.count, bytes.suffix(authority.count).elementsEqual(authority),
      let leaf = try? Certificate(pem: Array(bytes.dropLast(authority.count)))
    else {
      throw .inconsistent(path: chainPath, problem: "it is not a certificate and its authority")
    }
    return leaf
  }

  /// Makes a new key and a new certificate for 90 days and puts both in the place of the old ones.
  ///
  /// The key takes its name first. Should the power fail between the two, the key and the certificate do not
  /// match, which `Deployment.open` repairs by doing this again.
  func renew(description: DeploymentDescription, now: Int64) throws(TenancyError) {
    let made = try issue(names: description.serverNames, now: now)
    let newKey = keyPath + ".new"
    let newChain = chainPath + ".new"
    // What an interrupted renewal left.
    unlink(newKey)
    unlink(newChain)
    try folder.write(key: made.key, to: newKey)
    try folder.writePublic(made.leaf.pem + authority().pem, to: newChain)
    for (from, to) in [(newKey, keyPath), (newChain, chainPath)] {
      guard rename(from, to) == 0 else {
        throw .system(operation: "renaming", path: from, reason: String(cString: strerror(errno)))
      }
    }
  }

  /// Whether the key file is that of the certificate.
  func isConsistent() throws(TenancyError) -> Bool {
    try folder.key(at: keyPath).verificationKey == leaf().publicKey
  }

  private func issue(
    names: [String], now: Int64
  ) throws(TenancyError) -> (key: SigningKey, leaf: Certificate) {
    let authorityKey = try folder.key(at: authorityKeyPath)
    let authority = try authority()
    guard authorityKey.verificationKey == authority.publicKey else {
      throw .inconsistent(path: authorityKeyPath, problem: "it is not the key of intermediate.pem")
    }
    do {
      let key = try SigningKey()
      let leaf = try Certificate.makeServer(
        name: "coordinator", names: names, key: key.verificationKey, authority: authority,
        authorityKey: authorityKey, now: now)
      return (key, leaf)
    } catch {
      throw .cryptography(error)
    }
  }
}
