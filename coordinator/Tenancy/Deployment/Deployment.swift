package import CanonicalJSON
internal import Attestations
package import Cryptography
package import Storage

/// A coordinator's folder, opened by the one process that may use it.
package final class Deployment: Sendable {
  /// The deployment's name.
  package let name: String
  /// The names and addresses of its server certificate.
  package let serverNames: [String]
  /// The certificate of its offline root.
  package let root: Certificate
  /// The authority of its server certificates, which invitations carry.
  package let serverAuthority: Certificate
  /// All tenants.
  package let tenants: TenantDirectory
  /// Room for a revocation on a full disk.
  package let ballast: Ballast
  private let folder: DeploymentFolder
  private let description: DeploymentDescription
  // Held as long as this object lives.
  private let lock: StoreLock

  /// Opens a folder that `create` made, with every tenant's store.
  ///
  /// Nothing is ever made anew here: a store that is missing beside its keys is an error. Stores are checked
  /// after an unclean stop.
  ///
  /// - Parameter schemas: tables of other modules in the tenants' files.
  /// - Throws: `StorageError.inUse` when another process has it; `TenancyError`, `StorageError`.
  package static func open(
    directory: String, schemas: [Schema] = [], settings: TenancySettings = TenancySettings(), now: UTCTime
  ) throws -> Deployment {
    let folder = DeploymentFolder(path: directory)
    let bytes: [UInt8]
    do { bytes = try KeyFile.readPublic(folder.description) } catch { throw TenancyError.file(error) }
    let description = try DeploymentDescription.parse(bytes, path: folder.description)
    let lock = try StoreLock(folder.lock)
    let root = try folder.certificate(at: folder.root + "/root.pem")
    let server = ServerCertificate(folder: folder)
    if try !server.isConsistent() { try server.renew(description: description, now: now.secondsSinceEpoch) }
    return Deployment(
      folder: folder, description: description, root: root, serverAuthority: try server.authority(),
      tenants: try TenantDirectory(
        folder: folder, deployment: description.name, root: root, schemas: schemas, settings: settings,
        now: now), lock: lock)
  }

  private init(
    folder: DeploymentFolder, description: DeploymentDescription, root: Certificate,
    serverAuthority: Certificate, tenants: TenantDirectory, lock: StoreLock
  ) {
    self.folder = folder
    self.description = description
    name = description.name
    serverNames = description.serverNames
    self.root = root
    self.serverAuthority = serverAuthority
    self.tenants = tenants
    ballast = Ballast(path: folder.ballast)
    self.lock = lock
  }

  /// Who may speak.
  package var register: IdentityRegister { tenants.register }

  /// The file of the server's key.
  package var serverKeyPath: String { ServerCertificate(folder: folder).keyPath }

  /// The file of the server's certificate, followed by its authority.
  package var serverChainPath: String { ServerCertificate(folder: folder).chainPath }

  /// When the server's certificate ends.
  package func serverCertificateEnd() throws -> UTCTime {
    try UTCTime(secondsSinceEpoch: ServerCertificate(folder: folder).leaf().notAfter)
  }

  /// Puts a new server certificate for 90 days, with a new key, in the place of the old one. The root is not
  /// needed.
  package func renewServerCertificate(now: UTCTime) throws {
    try ServerCertificate(folder: folder).renew(description: description, now: now.secondsSinceEpoch)
  }

  /// Whether there is room for changes. What the ballast gave up is room for it to be taken again.
  package func storageCondition() throws -> StorageCondition {
    try StorageCondition.measured(at: folder.stores, reserving: ballast.isHeld ? 0 : Ballast.size)
  }

  /// Adds an operator and writes a profile for them, on the server's own machine: the way back when the last
  /// operator's certificate has expired.
  ///
  /// - Parameter profileFolder: must not be there.
  /// - Returns: the operator's id.
  package func addOperator(
    name: String, apiURL: String, profileFolder: String, now: UTCTime
  ) async throws -> String {
    guard let store = tenants.store(of: operatorsTenant) else {
      throw TenancyError.notInstalled(tenant: operatorsTenant)
    }
    let key = try SigningKey()
    let account = try await store.addAccount(
      name: name, request: try CertificateRequest.make(by: key).der, by: "system", at: now)
    try PersonProfile(url: apiURL, tenant: operatorsTenant, user: account.user).write(
      to: profileFolder, key: key, certificate: account.issued.certificate, serverAuthority: serverAuthority,
      in: folder)
    return account.user
  }
}
