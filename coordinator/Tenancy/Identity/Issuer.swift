internal import CanonicalJSON
package import Cryptography
internal import Storage

/// A certificate with the authority's, as its holder needs them.
package struct IssuedCertificate: Sendable, Equatable {
  /// The holder's own.
  package let certificate: Certificate
  /// The tenant's authority.
  package let issuer: Certificate
}

/// Issues certificates of one tenant inside its transactions.
struct Issuer: Sendable {
  let tenant: String
  let deployment: String
  let authority: TenantAuthority
  let register: IdentityRegister

  /// Issues a certificate and stores it with its key. Nothing is stored when it is refused.
  ///
  /// The name comes from the store, the key from the request. What was made has to pass the check that every
  /// request will have to pass.
  ///
  /// - Throws: `TenancyRefusal.keySeen`; `TenancyError.cryptography` when the authority cannot issue it.
  func issue(
    to principal: Principal, role: PrincipalRole, key: VerificationKey, lifetime: Int64, at now: UTCTime,
    action: String, in database: Database, _ trail: inout AuditTrail
  ) throws -> IssuedCertificate {
    let digest = key.digest
    let isSeen = try database.first(
      "SELECT 1 FROM key_seen WHERE key = ?1", [.blob(digest.bytes)]
    ) { _ throws(StorageError) in true }
    guard isSeen == nil, key != authority.certificate.publicKey, register.claim(digest, for: tenant) else {
      throw TenancyRefusal.keySeen(action: action, object: principal.path)
    }
    let certificate = try make(for: principal, role: role, key: key, lifetime: lifetime, at: now)

    var site: String?
    var instance: String?
    var account: String?
    switch principal {
    case .agent(let itsSite, let itsInstance): (site, instance) = (itsSite, itsInstance)
    case .user(let id): account = id
    }
    try database.run(
      """
      INSERT INTO certificate
        (serial, key, site, instance, account, der, issued_at, not_before, not_after, state)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'active')
      """,
      [
        .text(certificate.serial), .blob(digest.bytes), .text(orNull: site), .text(orNull: instance),
        .text(orNull: account), .blob(certificate.der), .integer(now.secondsSinceEpoch),
        .integer(certificate.notBefore), .integer(certificate.notAfter),
      ])
    try database.run(
      "INSERT INTO key_seen (key, seen_at) VALUES (?1, ?2)",
      [.blob(digest.bytes), .integer(now.secondsSinceEpoch)])
    trail.append(
      action: "certificate.issued", object: principal.path,
      detail: [
        "key": .string(digest.text),
        "notAfter": .string(try UTCTime(secondsSinceEpoch: certificate.notAfter).text),
        "serial": .string(certificate.serial),
      ])
    trail.changesIdentities = true
    return IssuedCertificate(certificate: certificate, issuer: authority.certificate)
  }

  private func make(
    for principal: Principal, role: PrincipalRole, key: VerificationKey, lifetime: Int64, at now: UTCTime
  ) throws -> Certificate {
    let name = SpiffeName(tenant: tenant, deployment: deployment, principal: principal)
    let certificate: Certificate
    do {
      certificate = try Certificate.makeClient(
        uri: name.uri, key: key, authority: authority.certificate, authorityKey: authority.key,
        now: now.secondsSinceEpoch, lifetime: lifetime)
    } catch {
      throw TenancyError.cryptography(error)
    }
    let entry = IdentityEntry(
      key: key.digest, serial: certificate.serial, principal: principal, role: role,
      notBefore: try UTCTime(secondsSinceEpoch: certificate.notBefore),
      notAfter: try UTCTime(secondsSinceEpoch: certificate.notAfter), isUsed: false)
    guard entry.admits(certificate, tenant: tenant, deployment: deployment, at: now) else {
      throw TenancyError.cryptography(.profile(.client, "admission would refuse it"))
    }
    return certificate
  }
}

/// The key of a request, or the refusal of what asked for a certificate.
func requestedKey(
  _ request: [UInt8], action: String, object: String
) throws(TenancyRefusal) -> VerificationKey {
  guard let request = try? CertificateRequest(der: request) else {
    throw .requestInvalid(action: action, object: object)
  }
  return request.publicKey
}
