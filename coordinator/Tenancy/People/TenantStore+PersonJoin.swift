package import CanonicalJSON
internal import Cryptography
internal import Storage

extension TenantStore {
  /// Answers a person's join: the invitation's use, the certificate, the account's start and the audit entries
  /// are one transaction.
  ///
  /// - Throws: `JoinRefusal`, after it was recorded.
  /// - Source: `protocols/enrolment.md`, section "People".
  package func join(_ request: PersonJoinRequest, at now: UTCTime) throws -> PersonJoinAnswer {
    let join = PersonJoin(issuer: try issuer(), lifetime: settings.personLifetime, now: now)
    let shown = ShownInvitation(
      id: request.invitation, secret: request.secret, kind: .person, request: request.request)
    return try answer(shown, at: now) { invited, key, database, trail in
      try join.answer(invited, key: key, in: database, &trail)
    }
  }
}

/// One attempt of a person to join, inside its transaction.
private struct PersonJoin: Sendable {
  let issuer: Issuer
  let lifetime: Int64
  let now: UTCTime

  func answer(
    _ invited: InvitationRow, key: VerificationKey, in database: Database, _ trail: inout AuditTrail
  ) throws -> PersonJoinAnswer {
    if let serial = invited.certificate {
      return try answerAgain(invited, serial: serial, key: key, in: database, &trail)
    }
    guard let account = try Account.find(invited.invited, in: database), account.state == .invited else {
      throw JoinRefusal.burned
    }
    let issued: IssuedCertificate
    do {
      issued = try issuer.issue(
        to: .user(id: account.id), role: account.role, key: key, lifetime: lifetime, at: now,
        action: "user.joined", in: database, &trail)
    } catch TenancyRefusal.keySeen {
      throw JoinRefusal.keySeen
    }
    try invited.use(for: issued.certificate.serial, in: database)
    try database.run("UPDATE account SET state = 'active' WHERE id = ?1", [.text(account.id)])
    trail.append(
      action: "user.joined", object: invited.object,
      detail: [
        "invitation": .string(invited.id), "role": .string(account.role.rawValue),
        "serial": .string(issued.certificate.serial),
      ])
    return PersonJoinAnswer(
      tenant: issuer.tenant, user: account.id, role: account.role, certificate: issued.certificate,
      issuer: issued.issuer)
  }

  /// The first answer may have been lost, so the same key gets it again. Another key means that two have the
  /// secret: nobody can tell which of them is the person, and nobody compared a fingerprint; so the account ends,
  /// were it the last administrator's.
  private func answerAgain(
    _ invited: InvitationRow, serial: String, key: VerificationKey, in database: Database,
    _ trail: inout AuditTrail
  ) throws -> PersonJoinAnswer {
    guard let row = try CertificateRow.find(serial: serial, in: database), row.key == key.digest else {
      try invited.burn(in: database)
      let ended = try endAccount(invited.invited, in: database)
      trail.append(
        action: "invitation.reused", object: invited.object,
        detail: [
          "certificates": .integer(Int64(ended)), "invitation": .string(invited.id),
          "key": .string(key.digest.text),
        ])
      trail.changesIdentities = true
      throw JoinRefusal.reused
    }
    guard row.isActive, now < row.notAfter, let account = try Account.find(invited.invited, in: database)
    else { throw JoinRefusal.burned }
    return PersonJoinAnswer(
      tenant: issuer.tenant, user: account.id, role: account.role, certificate: try Certificate(der: row.der),
      issuer: issuer.authority.certificate)
  }
}
