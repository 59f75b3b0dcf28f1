internal import CanonicalJSON
internal import Cryptography
internal import Storage

extension TenantStore {
  /// Takes the tenant's authority and issues the certificate of the administrator who was named with the
  /// request. Once more gives the same answer.
  func install(_ authority: TenantAuthority, at now: UTCTime) throws -> NewAccount {
    let issuer = Issuer(tenant: tenant, deployment: deployment, authority: authority, register: register)
    let settings = settings
    let administrator = try write(by: "system", at: now) { database, trail in
      let requested = try database.first(
        "SELECT id, name, request FROM account WHERE state = 'requested' AND request IS NOT NULL", []
      ) { row throws(StorageError) in (try row.text(0), try row.text(1), try row.blob(2)) }
      guard let (user, name, request) = requested else {
        return try firstAdministrator(issuer, in: database)
      }
      trail.append(
        action: "tenant.installed", object: "tenant/" + issuer.tenant,
        detail: ["certificate": .string(Digest(of: authority.certificate.der).text)])
      return try Tenancy.addAccount(
        user: user, name: name, request: request, issuer: issuer, settings: settings, at: now, in: database,
        &trail)
    }
    self.authority = authority
    return administrator
  }
}

/// The account that was made first and its first certificate.
private func firstAdministrator(_ issuer: Issuer, in database: Database) throws -> NewAccount {
  let first = try database.first(
    "SELECT account, der FROM certificate WHERE account IS NOT NULL ORDER BY issued_at, rowid LIMIT 1", []
  ) { row throws(StorageError) in (try row.text(0), try row.blob(1)) }
  guard let (user, der) = first else {
    throw TenancyRefusal.absent(action: "tenant.installed", object: "tenant")
  }
  return NewAccount(
    user: user,
    issued: IssuedCertificate(
      certificate: try Certificate(der: der), issuer: issuer.authority.certificate))
}
