internal import Attestations
package import CanonicalJSON
internal import Cryptography
internal import Storage

extension TenantStore {
  /// Answers a join: the invitation's use, the certificate, the site's signing root and the audit entries are
  /// one transaction.
  ///
  /// - Throws: `JoinRefusal`, after it was recorded.
  /// - Source: `protocols/enrolment.md`, section "Join".
  package func join(_ request: JoinRequest, at now: UTCTime) throws -> JoinAnswer {
    let join = Join(
      request: request, issuer: try issuer(), evidenceRoot: evidence.root, lifetime: settings.agentLifetime,
      now: now)
    // A refusal changes the state too: it counts wrong secrets and burns.
    let outcome = try write(by: "join", at: now) { database, trail in
      do { return Result<JoinAnswer, JoinRefusal>.success(try join.run(in: database, &trail)) } catch {
        guard let refusal = error as? JoinRefusal else { throw error }
        return .failure(refusal)
      }
    }
    return try outcome.get()
  }
}

/// One attempt to join, inside its transaction. Nothing is stored before the last check but what a refusal
/// itself stores.
private struct Join: Sendable {
  let request: JoinRequest
  let issuer: Issuer
  let evidenceRoot: Certificate
  let lifetime: Int64
  let now: UTCTime

  private struct Invited {
    let site: String
    let secret: [UInt8]
    let expiresAt: Int64
    let state: String
    let wrongSecrets: Int64
    let certificate: String?
  }

  func run(in database: Database, _ trail: inout AuditTrail) throws -> JoinAnswer {
    guard let invited = try find(in: database) else { throw JoinRefusal.unknown }
    let given = Digest(of: Array(request.secret.utf8)).bytes
    guard isEqualInConstantTime(given, invited.secret) else {
      try countWrongSecret(invited, in: database, &trail)
      throw JoinRefusal.unknown
    }
    do {
      return try answer(invited, in: database, &trail)
    } catch let refusal as JoinRefusal {
      trail.refuse(action: "site.joined", object: "site/" + invited.site, code: refusal.rawValue)
      throw refusal
    }
  }

  private func answer(
    _ invited: Invited, in database: Database, _ trail: inout AuditTrail
  ) throws -> JoinAnswer {
    guard now.secondsSinceEpoch < invited.expiresAt else { throw JoinRefusal.expired }
    guard invited.state != "burned" else { throw JoinRefusal.burned }
    guard let read = try? CertificateRequest(der: request.request) else { throw JoinRefusal.requestInvalid }
    let key = read.publicKey
    if let serial = invited.certificate {
      return try answerAgain(invited, serial: serial, key: key, in: database, &trail)
    }
    guard let site = try EnrolledSite.find(invited.site, in: database), site.state != .revoked else {
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
    return try admit(site, root: root, key: key, in: database, &trail)
  }

  /// The first answer may have been lost, so the same key gets it again. Another key means that two have the
  /// secret: nobody can tell which of them is the hospital.
  private func answerAgain(
    _ invited: Invited, serial: String, key: VerificationKey, in database: Database,
    _ trail: inout AuditTrail
  ) throws -> JoinAnswer {
    let row = try CertificateRow.find(serial: serial, in: database)
    guard let row, row.key == key.digest, case .agent(let site, let instance) = row.principal else {
      try database.run("UPDATE invitation SET state = 'burned' WHERE id = ?1", [.text(request.invitation)])
      var ended = 0
      if try EnrolledSite.find(invited.site, in: database)?.state == .pending {
        ended = try endSite(invited.site, in: database)
      }
      trail.append(
        action: "invitation.reused", object: "site/" + invited.site,
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
    _ site: EnrolledSite, root: Certificate, key: VerificationKey, in database: Database,
    _ trail: inout AuditTrail
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
    try database.run(
      "UPDATE invitation SET state = 'used', certificate = ?2 WHERE id = ?1",
      [.text(request.invitation), .text(issued.certificate.serial)])
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

  private func countWrongSecret(
    _ invited: Invited, in database: Database, _ trail: inout AuditTrail
  ) throws {
    // Tries after that change nothing and fill no log.
    guard invited.state == "open", now.secondsSinceEpoch < invited.expiresAt else { return }
    let count = invited.wrongSecrets + 1
    let isBurned = count >= TenancySettings.wrongSecrets
    try database.run(
      "UPDATE invitation SET wrong_secrets = ?2, state = ?3 WHERE id = ?1",
      [.text(request.invitation), .integer(count), .text(isBurned ? "burned" : "open")])
    let object = "site/" + invited.site
    trail.refuse(action: "site.joined", object: object, code: "wrong-secret")
    if isBurned {
      trail.append(
        action: "invitation.burned", object: object, detail: ["invitation": .string(request.invitation)])
    }
    trail.changesIdentities = true
  }

  private func find(in database: Database) throws(StorageError) -> Invited? {
    try database.first(
      "SELECT site, secret, expires_at, state, wrong_secrets, certificate FROM invitation WHERE id = ?1",
      [.text(request.invitation)]
    ) { row throws(StorageError) in
      Invited(
        site: try row.text(0), secret: try row.blob(1), expiresAt: try row.integer(2), state: try row.text(3),
        wrongSecrets: try row.integer(4), certificate: try row.optionalText(5))
    }
  }
}

/// Compares without a branch on the bytes, so that the time tells nothing about where they differ.
private func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
