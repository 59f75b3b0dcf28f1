package import CanonicalJSON
internal import Cryptography
internal import Storage

extension TenantStore {
  /// Replaces the certificate that asks by one for a new key.
  ///
  /// The old one stays until the new one was used once; one that was issued before and never used ends now, so
  /// that two are valid at most. The same key again gets the same certificate, since the first answer may have
  /// been lost.
  ///
  /// - Parameter request: a PKCS#10 request in DER.
  /// - Throws: `TenancyRefusal.tooEarly`, `.requestInvalid`, `.keySeen`, `.notActive`.
  package func renew(
    _ identity: AdmittedIdentity, request: [UInt8], at now: UTCTime
  ) throws -> IssuedCertificate {
    let issuer = try issuer()
    let lifetime: Int64
    switch identity.principal {
    case .agent: lifetime = settings.agentLifetime
    case .user: lifetime = settings.personLifetime
    }
    return try write(by: identity.actor, at: now) { database, trail in
      let action = "certificate.renewed"
      let object = identity.principal.path
      guard let current = try CertificateRow.find(serial: identity.serial, in: database), current.isActive,
        now < current.notAfter
      else { throw TenancyRefusal.notActive(action: action, object: object) }
      let key = try requestedKey(request, action: action, object: object)
      if let known = try CertificateRow.find(key: key.digest, in: database),
        known.principal == identity.principal, known.serial != identity.serial, known.isActive, !known.isUsed
      {
        return IssuedCertificate(
          certificate: try Certificate(der: known.der), issuer: issuer.authority.certificate)
      }
      let issuedAt = current.issuedAt.secondsSinceEpoch
      let life = current.notAfter.secondsSinceEpoch - issuedAt
      guard now.secondsSinceEpoch - issuedAt >= life / 2 else {
        throw TenancyRefusal.tooEarly(object: object)
      }
      try database.run(
        """
        UPDATE certificate SET state = 'superseded'
        WHERE state = 'active' AND serial <> ?1 AND site IS ?2 AND instance IS ?3 AND account IS ?4
        """, [.text(identity.serial)] + identity.principal.columns)
      let issued = try issuer.issue(
        to: identity.principal, role: identity.role, key: key, lifetime: lifetime, at: now, action: action,
        in: database, &trail)
      trail.append(
        action: action, object: object,
        detail: ["before": .string(identity.serial), "serial": .string(issued.certificate.serial)])
      return issued
    }
  }

  /// Records that a certificate is in use; the one before it ends now.
  package func recordFirstUse(of identity: AdmittedIdentity, at now: UTCTime) throws {
    try write(by: identity.actor, at: now) { database, trail in
      try database.run(
        "UPDATE certificate SET used_at = ?2 WHERE serial = ?1 AND used_at IS NULL AND state = 'active'",
        [.text(identity.serial), .integer(now.secondsSinceEpoch)])
      // Two requests on two connections may both be the first.
      guard database.changes == 1 else { return }
      try database.run(
        """
        UPDATE certificate SET state = 'superseded'
        WHERE state = 'active' AND serial <> ?1 AND site IS ?2 AND instance IS ?3 AND account IS ?4
        """, [.text(identity.serial)] + identity.principal.columns)
      trail.append(
        action: "certificate.used", object: identity.principal.path,
        detail: ["serial": .string(identity.serial), "superseded": .integer(Int64(database.changes))])
      trail.changesIdentities = true
    }
  }

  /// Ends one certificate; its next request is refused.
  ///
  /// - Throws: `TenancyRefusal.absent`, `.notActive`, `.invalid` for a reason that is empty or too long.
  package func revokeCertificate(
    serial: String, reason: String, by actor: String, at now: UTCTime
  ) throws {
    try write(by: actor, at: now) { database, trail in
      let action = "certificate.revoked"
      guard let row = try CertificateRow.find(serial: serial, in: database) else {
        throw TenancyRefusal.absent(action: action, object: "certificate")
      }
      let object = row.principal.path
      try requireReason(reason, action: action, object: object)
      guard row.isActive else { throw TenancyRefusal.notActive(action: action, object: object) }
      try database.run("UPDATE certificate SET state = 'revoked' WHERE serial = ?1", [.text(serial)])
      trail.append(
        action: action, object: object, detail: ["reason": .string(reason), "serial": .string(serial)])
      trail.changesIdentities = true
    }
  }
}

extension Principal {
  /// The columns site, instance and account of a certificate.
  var columns: [SQLValue] {
    switch self {
    case .agent(let site, let instance): [.text(site), .text(instance), .null]
    case .user(let id): [.null, .null, .text(id)]
    }
  }
}

/// A reason in somebody's words: 1 to 200 characters that an audit entry can hold.
func requireReason(_ reason: String, action: String, object: String) throws(TenancyRefusal) {
  guard isPlainText(reason, atMost: 200) else {
    throw .invalid(action: action, object: object, field: "reason")
  }
}

/// Whether a text is of 1 to so many characters that our documents may hold.
func isPlainText(_ text: String, atMost most: Int) -> Bool {
  (1...most).contains(text.unicodeScalars.count)
    && (try? parseCanonicalJSON(encodeCanonicalJSON([.string(text)]), limits: .small)) != nil
}
