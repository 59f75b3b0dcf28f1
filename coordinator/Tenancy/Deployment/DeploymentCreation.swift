package import CanonicalJSON
internal import Attestations
package import Cryptography
internal import Storage

/// What `Deployment.create` made.
package struct CreatedDeployment: Sendable, Equatable {
  /// The digest of the root's key, for people to compare.
  package let rootFingerprint: Digest
  /// The id of the first operator.
  package let firstOperator: String
  /// The folder with the first operator's profile.
  package let profileFolder: String
}

extension Deployment {
  /// Makes a deployment's folder: root, server certificates, the operators' tenant and the first operator.
  ///
  /// Everything is made in a folder beside it that takes the name last: the folder is there completely or not
  /// at all.
  ///
  /// - Parameters:
  ///   - directory: must not be there.
  ///   - name: like a DNS name, at most 100 bytes; the tenants' hosts end with it.
  ///   - serverNames: DNS names and addresses under which the coordinator is reached.
  ///   - apiURL: for the operator's profile.
  ///   - passphrase: encrypts the root's key; 12 bytes or more.
  /// - Throws: `TenancyError.exists`, `.nameInvalid` and others; nothing is left then.
  package static func create(
    directory: String, name: String, serverNames: [String], apiURL: String, operatorName: String,
    passphrase: [UInt8], settings: TenancySettings = TenancySettings(), now: UTCTime
  ) throws -> CreatedDeployment {
    let directory = directory.withoutTrailingSlash
    let description = try DeploymentDescription(name: name, serverNames: serverNames)
    let staging = try StagingFolder(for: directory)
    do {
      let folder = DeploymentFolder(path: staging.path)
      let root = try DeploymentRoot.create(deployment: name, now: now.secondsSinceEpoch)
      try root.save(to: folder, passphrase: passphrase)
      let serverAuthority = try ServerCertificate(folder: folder).create(
        root: root, description: description, now: now.secondsSinceEpoch)
      try folder.make(folder.keys)
      try folder.make(folder.stores)
      let user = try createOperators(
        folder, root: root, deployment: name, apiURL: apiURL, operatorName: operatorName,
        serverAuthority: serverAuthority, settings: settings, now: now)
      try folder.writePublic(description.encode(), to: folder.description)
      try staging.finish()
      return CreatedDeployment(
        rootFingerprint: root.certificate.publicKey.digest, firstOperator: user,
        profileFolder: DeploymentFolder(path: directory).operatorProfile)
    } catch {
      staging.discard()
      throw error
    }
  }

  private static func createOperators(
    _ folder: DeploymentFolder, root: DeploymentRoot, deployment: String, apiURL: String,
    operatorName: String, serverAuthority: Certificate, settings: TenancySettings, now: UTCTime
  ) throws -> String {
    let tenant = operatorsTenant
    let key = try folder.makeKeys(of: tenant, now: now)
    let certificate = try root.issueTenantAuthority(
      request: try CertificateRequest.make(by: key).der, tenant: tenant, deployment: deployment, now: now)
    try folder.writePublic(certificate.pem, to: folder.authority(of: tenant))

    let file = tenant + ".sqlite"
    let issuer = Issuer(
      tenant: tenant, deployment: deployment,
      authority: TenantAuthority(certificate: certificate, key: key),
      register: IdentityRegister(deployment: deployment))
    let user = try Identifier.user.make()
    let clientKey = try SigningKey()
    let request = try CertificateRequest.make(by: clientKey).der
    let store = try Database(
      opening: folder.store(file: file), journal: .writeAhead, schemas: [TenancySchema.tenant],
      createIfMissing: true)
    let account = try auditedTransaction(in: store, tenant: tenant, actor: "system", at: now) {
      database, trail in
      try insertTenant(tenant, deployment: deployment, at: now, in: database)
      trail.append(
        action: "deployment.created", object: "tenant/" + tenant,
        detail: ["root": .string(root.certificate.publicKey.digest.text)])
      return try addAccount(
        user: user, name: operatorName, request: request, issuer: issuer, settings: settings, at: now,
        in: database, &trail)
    }
    let list = try Database(
      opening: folder.deploymentStore, journal: .writeAhead, schemas: [TenancySchema.deployment],
      createIfMissing: true)
    try list.run(
      "INSERT INTO tenant (id, name, key, file) VALUES (?1, ?2, ?3, ?4)",
      [.text(tenant), "operators", .blob(certificate.publicKey.digest.bytes), .text(file)])
    try PersonProfile(url: apiURL, tenant: tenant, user: user).write(
      to: folder.operatorProfile, key: clientKey, certificate: account.issued.certificate,
      serverAuthority: serverAuthority, in: folder)
    return user
  }
}

extension String {
  fileprivate var withoutTrailingSlash: String {
    utf8.count > 1 && utf8.last == 0x2F ? String(dropLast()) : self
  }
}

/// Writes a new store's own name into it.
func insertTenant(
  _ tenant: String, deployment: String, at now: UTCTime, in database: Database
) throws(StorageError) {
  try database.run(
    "INSERT INTO tenant (only, id, host, created_at) VALUES (1, ?1, ?2, ?3)",
    [.text(tenant), .text(tenant + "." + deployment), .integer(now.secondsSinceEpoch)])
}
