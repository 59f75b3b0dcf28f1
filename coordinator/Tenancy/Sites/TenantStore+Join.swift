internal import Attestations
package import CanonicalJSON
internal import Cryptography
internal import Storage

extension TenantStore {
  /// Answers a site's join: the invitation's use, the certificate, the site's signing root and the audit entries
  /// are one transaction.
  ///
  /// - Throws: `JoinRefusal`, after it was recorded.
  /// - Source: `protocols/enrolment.md`, section "Join".
  package func join(_ request: JoinRequest, at now: UTCTime) throws -> JoinAnswer {
    let join = Join(
      request: request, issuer: try issuer(), evidenceRoot: evidence.root, lifetime: settings.agentLifetime,
      now: now)
    let shown = ShownInvitation(
      id: request.invitation, secret: request.secret, kind: .site, request: request.request)
    return try answer(shown, at: now) { invited, key, database, trail in
      try join.answer(invited, key: key, in: database, &trail)
    }
  }
}

/// One attempt of a site to join, inside its transaction. Nothing is stored before the last check but what a
/// refusal itself stores.
private struct Join: Sendable {
  let request: JoinRequest
  let issuer: Issuer
  let evidenceRoot: Certificate
  let lifetime: Int64
  let now: UTCTime

  func answer(
    _ invited: InvitationRow, key: VerificationKey, in database: Database, _ trail: inout AuditTrail
  ) throws -> JoinAnswer {
    if let serial = invited.certificate {
      return try answerAgain(invited, serial: serial, key: key, in: database, &trail)
    }
    guard let site = try EnrolledSite.find(invited.invited, in: database), site.state != .revoked else {
      throw JoinRefusal.burned
    }
    let root = try checkSigningRoot(of: site, in: database)
    let statement = EnrolmentStatement(
      tenant: issuer.tenant, site: site.id, invitation: request.invitation, tlsKey: key.digest)
    do {
      try statement.verify(
        request.statement, root: root, tlsSignature: request.tlsSignature, tlsKey: key, at: now)
    } catch {
      throw JoinRefusal.statementInvalid
    }
    guard key != root.publicKey else { throw JoinRefusal.statementInvalid }
    return try admit(site, by: invited, root: root, key: key, in: database, &trail)
  }

  /// The first answer may have been lost, so the same key gets it again. Another key means that two have the
  /// secret: nobody can tell which of them is the hospital.
  private func answerAgain(
    _ invited: InvitationRow, serial: String, key: VerificationKey, in database: Database,
    _ trail: inout AuditTrail
  ) throws -> JoinAnswer {
    let row = try CertificateRow.find(serial: serial, in: database)
    guard let row, row.key == key.digest, case .agent(let site, let instance) = row.principal else {
      try invited.burn(in: database)
      var ended = 0
      if try EnrolledSite.find(invited.invited, in: database)?.state == .pending {
        ended = try endSite(invited.invited, in: database)
      }
      trail.append(
        action: "invitation.reused", object: invited.object,
        detail: [
          "certificates": .integer(Int64(ended)), "invitation": .string(request.invitation),
          "key": .string(key.digest.text),
        ])
      trail.changesIdentities = true
      throw JoinRefusal.reused
    }
    guard row.isActive, now < row.notAfter else { throw JoinRefusal.burned }
    let state = try EnrolledSite.find(site, in: database)?.state
    return JoinAnswer(
      tenant: issuer.tenant, site: site, instance: instance, certificate: try Certificate(der: row.der),
      issuer: issuer.authority.certificate, evidenceRoot: evidenceRoot, isConfirmed: state == .confirmed)
  }

  private func checkSigningRoot(of site: EnrolledSite, in database: Database) throws -> Certificate {
    guard let root = try? Certificate(der: request.signingRoot), root.isAuthority else {
      throw JoinRefusal.signingRootInvalid
    }
    if let registered = site.signingRoot, registered.publicKey != root.publicKey {
      throw JoinRefusal.signingRootDiffers
    }
    let other = try database.first(
      "SELECT 1 FROM site WHERE signing_key = ?1 AND id <> ?2",
      [.blob(root.publicKey.digest.bytes), .text(site.id)]
    ) { _ throws(StorageError) in true }
    guard other == nil else { throw JoinRefusal.signingRootInvalid }
    return root
  }

  private func admit(
    _ site: EnrolledSite, by invited: InvitationRow, root: Certificate, key: VerificationKey,
    in database: Database, _ trail: inout AuditTrail
  ) throws -> JoinAnswer {
    let instance = try Identifier.instance.make()
    let isConfirmed = site.state == .confirmed
    let issued: IssuedCertificate
    do {
      issued = try issuer.issue(
        to: .agent(site: site.id, instance: instance), role: isConfirmed ? .site : .pendingSite, key: key,
        lifetime: lifetime, at: now, action: "site.joined", in: database, &trail)
    } catch TenancyRefusal.keySeen {
      throw JoinRefusal.keySeen
    }
    try invited.use(for: issued.certificate.serial, in: database)
    if !isConfirmed {
      try database.run(
        "UPDATE site SET state = 'pending', signing_root = ?2, signing_key = ?3 WHERE id = ?1",
        [.text(site.id), .blob(root.der), .blob(root.publicKey.digest.bytes)])
    }
    trail.append(
      action: "site.joined", object: "site/" + site.id,
      detail: [
        "instance": .string(instance), "invitation": .string(request.invitation),
        "serial": .string(issued.certificate.serial), "signingRoot": .string(root.publicKey.digest.text),
      ])
    return JoinAnswer(
      tenant: issuer.tenant, site: site.id, instance: instance, certificate: issued.certificate,
      issuer: issued.issuer, evidenceRoot: evidenceRoot, isConfirmed: isConfirmed)
  }
}
