internal import CanonicalJSON
internal import Cryptography
internal import Storage

/// What somebody shows who has no certificate yet; nothing of it is believed.
struct ShownInvitation: Sendable {
  let id: String
  let secret: String
  let kind: InvitationKind
  /// A PKCS#10 request in DER.
  let request: [UInt8]
}

extension TenantStore {
  /// Lets `admit` answer an invitation whose secret is right and that has not ended, for the key of the request:
  /// what it changes, the invitation's use and the audit entries are one transaction.
  ///
  /// - Throws: `JoinRefusal`, after it was recorded.
  func answer<Answer: Sendable>(
    _ shown: ShownInvitation, at now: UTCTime,
    _ admit: @Sendable (InvitationRow, VerificationKey, Database, inout AuditTrail) throws -> Answer
  ) throws -> Answer {
    // A refusal changes the state too: it counts wrong secrets and burns.
    let outcome = try write(by: "join", at: now) { database, trail in
      do {
        return Result<Answer, JoinRefusal>.success(
          try Tenancy.answer(shown, at: now, in: database, &trail, admit))
      } catch {
        guard let refusal = error as? JoinRefusal else { throw error }
        return .failure(refusal)
      }
    }
    return try outcome.get()
  }
}

private func answer<Answer>(
  _ shown: ShownInvitation, at now: UTCTime, in database: Database, _ trail: inout AuditTrail,
  _ admit: (InvitationRow, VerificationKey, Database, inout AuditTrail) throws -> Answer
) throws -> Answer {
  guard let row = try InvitationRow.find(shown.id, of: shown.kind, in: database) else {
    throw JoinRefusal.unknown
  }
  let given = Digest(of: Array(shown.secret.utf8)).bytes
  guard isEqualInConstantTime(given, row.secret) else {
    try row.countWrongSecret(at: now, in: database, &trail)
    throw JoinRefusal.unknown
  }
  do {
    guard now.secondsSinceEpoch < row.expiresAt else { throw JoinRefusal.expired }
    guard row.state != "burned" else { throw JoinRefusal.burned }
    guard let request = try? CertificateRequest(der: shown.request) else { throw JoinRefusal.requestInvalid }
    return try admit(row, request.publicKey, database, &trail)
  } catch let refusal as JoinRefusal {
    trail.refuse(action: shown.kind.joined, object: row.object, code: refusal.rawValue)
    throw refusal
  }
}

/// Compares without a branch on the bytes, so that the time tells nothing about where they differ.
private func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
