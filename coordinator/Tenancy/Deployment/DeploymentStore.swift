internal import Attestations
internal import CanonicalJSON
internal import Cryptography
internal import Storage

/// A row of the deployment's file.
struct TenantRow: Sendable, Equatable {
  let id: String
  let name: String
  let key: Digest
  let file: String

  static func all(in database: Database) throws -> [TenantRow] {
    try database.rows("SELECT id, name, key, file FROM tenant ORDER BY id", []) { row in
      TenantRow(
        id: try row.text(0), name: try row.text(1), key: try Digest(bytes: row.blob(2)),
        file: try row.text(3))
    }
  }
}

/// The file that lists the tenants, and the only writer of it. A tenant exists when its row does: keys and a
/// store without a row are what a crash left.
actor DeploymentStore {
  private let thread = StorageThread(name: "deployment")
  private let database: Database
  private nonisolated let opener: TenantOpener

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(database: sending Database, opener: TenantOpener) {
    self.database = database
    self.opener = opener
  }

  func rows() throws -> [TenantRow] { try TenantRow.all(in: database) }

  /// Makes a tenant's keys and store, and lists it last.
  func make(
    id: String, name: String, administratorName: String, administratorRequest: [UInt8], at now: UTCTime
  ) throws -> (TenantStore, TenantRequest) {
    let key = try opener.folder.makeKeys(of: id, now: now)
    let row = TenantRow(id: id, name: name, key: key.verificationKey.digest, file: id + ".sqlite")
    let user = try Identifier.user.make()
    let host = id + "." + opener.deployment
    try createStore(row) { database in
      try auditedTransaction(in: database, tenant: id, actor: "system", at: now) { database, trail in
        try insertTenant(id, deployment: opener.deployment, at: now, in: database)
        try database.run(
          """
          INSERT INTO account (id, name, role, state, request, created_at)
          VALUES (?1, ?2, 'tenantAdministrator', 'requested', ?3, ?4)
          """,
          [
            .text(user), .text(administratorName), .blob(administratorRequest),
            .integer(now.secondsSinceEpoch),
          ])
        trail.append(
          action: "tenant.requested", object: "tenant/" + id,
          detail: ["key": .string(row.key.text), "user": .string(user)])
      }
    }
    try database.run(
      "INSERT INTO tenant (id, name, key, file) VALUES (?1, ?2, ?3, ?4)",
      [.text(id), .text(name), .blob(row.key.bytes), .text(row.file)])
    let request = TenantRequest(
      tenant: id, request: try CertificateRequest.make(by: key).der, host: host)
    return (try opener.open(row, at: now).store, request)
  }

  /// The certificate, if it is that of this tenant's authority under this deployment's root, now.
  func checkAuthority(_ der: [UInt8], of id: String, at now: UTCTime) throws -> Certificate? {
    guard let row = try rows().first(where: { $0.id == id }), let certificate = try? Certificate(der: der)
    else {
      return nil
    }
    // A second certificate for one key would leave two anchors for one tenant.
    if let present = try opener.folder.certificate(ifAt: opener.folder.authority(of: id)),
      present != certificate
    {
      return nil
    }
    return (try? opener.check(certificate, of: row, at: now)) == nil ? nil : certificate
  }

  /// Writes the certificate beside its key; the same one may be there already.
  func install(_ certificate: Certificate, of id: String) throws -> TenantAuthority {
    let folder = opener.folder
    let path = folder.authority(of: id)
    if let present = try folder.certificate(ifAt: path) {
      guard present == certificate else { throw TenancyRefusal.authorityInvalid(tenant: id) }
    } else {
      try folder.writePublic(certificate.pem, to: path)
    }
    return TenantAuthority(certificate: certificate, key: try folder.key(at: folder.authorityKey(of: id)))
  }

  /// The connection is closed before anybody else opens the file.
  private func createStore(_ row: TenantRow, _ body: (Database) throws -> Void) throws {
    let store = try Database(
      opening: opener.folder.store(file: row.file), journal: .writeAhead,
      schemas: [TenancySchema.tenant] + opener.schemas, createIfMissing: true)
    try body(store)
  }
}

/// Opens tenants' stores with their keys.
struct TenantOpener: Sendable {
  let folder: DeploymentFolder
  let deployment: String
  let root: Certificate
  let schemas: [Schema]
  let settings: TenancySettings
  let register: IdentityRegister
  let invitations: InvitationBoard

  /// Opens a tenant that is listed; its anchor is nil until its certificate was installed.
  func open(_ row: TenantRow, at now: UTCTime) throws -> (store: TenantStore, anchor: Certificate?) {
    let key = try folder.key(at: folder.authorityKey(of: row.id))
    let keyPath = folder.authorityKey(of: row.id)
    guard key.verificationKey.digest == row.key else {
      throw TenancyError.inconsistent(path: keyPath, problem: "it is not the key that the deployment lists")
    }
    let certificate = try folder.certificate(ifAt: folder.authority(of: row.id))
    if let certificate {
      do { try check(certificate, of: row, at: nil) } catch {
        throw TenancyError.inconsistent(path: folder.authority(of: row.id), problem: "\(error)")
      }
    }
    let evidence: SigningIdentity
    do { evidence = try SigningIdentity.load(from: folder.evidence(of: row.id)) } catch {
      throw TenancyError.identity(error)
    }
    let store = try TenantStore(
      path: folder.store(file: row.file), schemas: schemas,
      identity: TenantIdentity(
        tenant: row.id, deployment: deployment, evidence: evidence,
        authority: certificate.map { TenantAuthority(certificate: $0, key: key) }),
      register: register, invitations: invitations, settings: settings, at: now)
    if let certificate { register.addAnchor(certificate.publicKey.digest, tenant: row.id) }
    return (store, certificate)
  }

  /// Whether a certificate is a tenant's authority: profile, key, host, and the root's signature.
  ///
  /// - Parameter now: when both have to be valid; nil for one that was taken in before.
  func check(_ certificate: Certificate, of row: TenantRow, at now: UTCTime?) throws {
    try CertificateProfile.tenantAuthority(host: row.id + "." + deployment).lint(
      certificate, key: certificate.publicKey, issuer: root)
    guard certificate.publicKey.digest == row.key else {
      throw TenancyRefusal.authorityInvalid(tenant: row.id)
    }
    try verifyAuthority(certificate, root: root, at: now?.secondsSinceEpoch ?? certificate.notBefore)
  }
}
