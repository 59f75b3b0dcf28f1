package import Attestations
package import CanonicalJSON
internal import Cryptography
package import Storage

/// A tenant's file, and the only writer of it.
///
/// Its invariant: a change and its audit entries are one transaction, and the register of identities follows
/// each commit before the call returns.
package actor TenantStore {
  private let thread: StorageThread
  let database: Database
  /// The tenant's id.
  package nonisolated let tenant: String
  /// The deployment's name, the rest of the tenant's host.
  package nonisolated let deployment: String
  /// Signs receipts and manifests of this tenant.
  package nonisolated let evidence: SigningIdentity
  nonisolated let settings: TenancySettings
  nonisolated let register: IdentityRegister
  nonisolated let invitations: InvitationBoard
  /// Nil until the certificate that the deployment's root signed was installed.
  var authority: TenantAuthority?

  /// All calls run on the store's own thread, because SQLite blocks.
  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Opens the file at `path`, which has to be there, and publishes who may speak.
  ///
  /// - Parameter schemas: tables of other modules in the same file.
  init(
    path: String, schemas: [Schema], identity: TenantIdentity,
    register: IdentityRegister, invitations: InvitationBoard, settings: TenancySettings, at now: UTCTime
  ) throws {
    thread = StorageThread(name: identity.tenant)
    let database = try Database(
      opening: path, journal: .writeAhead, schemas: [TenancySchema.tenant] + schemas,
      createIfMissing: false)
    tenant = identity.tenant
    deployment = identity.deployment
    evidence = identity.evidence
    authority = identity.authority
    self.register = register
    self.invitations = invitations
    self.settings = settings
    let name = try database.first("SELECT id FROM tenant", []) { row throws(StorageError) in try row.text(0) }
    guard name == identity.tenant else {
      throw TenancyError.inconsistent(path: path, problem: "it is the store of another tenant")
    }
    let keys = try database.rows("SELECT key FROM key_seen", []) { row in try Digest(bytes: row.blob(0)) }
    register.note(keys: keys, of: tenant)
    register.publish(try identityEntries(in: database, at: now), of: tenant)
    invitations.publish(try liveInvitations(in: database, at: now), of: tenant)
    self.database = database
  }

  /// Runs `body` in one transaction together with its audit entries.
  ///
  /// When `body` throws a `Refusal`, its changes are undone, the refusal is recorded in a transaction of its
  /// own, and the error is thrown on. When the audit log cannot be written, nothing is changed.
  ///
  /// - Parameter actor: `user/<id>`, `site/<site>/agent/<instance>`, `system` or `join`.
  /// - Throws: what `body` throws; `TenancyError.auditUnavailable`; `.unaudited` for a change without an
  ///   entry.
  package func write<Value: Sendable>(
    by actor: String, at now: UTCTime,
    _ body: @Sendable (Database, inout AuditTrail) throws -> Value
  ) throws -> Value {
    do {
      return try commit(by: actor, at: now, body)
    } catch let refusal as any Refusal {
      try recordRefusal(
        by: actor, at: now, action: refusal.action, object: refusal.object, code: refusal.code)
      throw refusal
    }
  }

  /// Reads, without changing anything.
  package func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws -> Value {
    try body(database)
  }

  /// Records a refusal that was decided before the store was asked, such as one for a wrong role.
  ///
  /// - Throws: `TenancyError.auditUnavailable`.
  package func recordRefusal(
    by actor: String, at now: UTCTime, action: String, object: String, code: String
  ) throws {
    do {
      try commit(by: actor, at: now) { _, trail in trail.refuse(action: action, object: object, code: code) }
    } catch let error as StorageError {
      throw TenancyError.auditUnavailable(error)
    }
  }

  private func commit<Value>(
    by actor: String, at now: UTCTime, _ body: (Database, inout AuditTrail) throws -> Value
  ) throws -> Value {
    var entries: [IdentityEntry]?
    var live: [String: LiveInvitation] = [:]
    let value = try auditedTransaction(in: database, tenant: tenant, actor: actor, at: now) {
      database, trail in
      let value = try body(database, &trail)
      if trail.changesIdentities {
        // Read before the commit, so that nothing can fail after it.
        entries = try identityEntries(in: database, at: now)
        live = try liveInvitations(in: database, at: now)
      }
      return value
    }
    if let entries {
      register.publish(entries, of: tenant)
      invitations.publish(live, of: tenant)
    }
    return value
  }

  /// The tenant's authority and what issuing needs beside it.
  ///
  /// - Throws: `TenancyError.notInstalled`.
  func issuer() throws(TenancyError) -> Issuer {
    guard let authority else { throw .notInstalled(tenant: tenant) }
    return Issuer(tenant: tenant, deployment: deployment, authority: authority, register: register)
  }
}

/// What a store needs of its tenant's keys.
struct TenantIdentity: Sendable {
  let tenant: String
  let deployment: String
  let evidence: SigningIdentity
  let authority: TenantAuthority?
}
