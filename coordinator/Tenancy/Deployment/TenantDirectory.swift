internal import Attestations
package import CanonicalJSON
package import Cryptography
internal import Storage
internal import Synchronization

/// A tenant as an operator sees it: nothing of what is inside.
package struct TenantSummary: Sendable, Equatable {
  /// The id.
  package let id: String
  /// The name for people.
  package let name: String
  /// Whether the certificate of its authority was installed.
  package let isInstalled: Bool
}

/// A new tenant that waits for the root's signature.
package struct TenantRequest: Sendable, Equatable {
  /// The tenant's id.
  package let tenant: String
  /// PKCS#10 in DER by the tenant's new authority key.
  package let request: [UInt8]
  /// The one host that the authority may name.
  package let host: String
}

/// A tenant whose authority was installed, with its first administrator.
package struct InstalledTenant: Sendable, Equatable {
  /// The tenant's id.
  package let tenant: String
  /// The administrator's account and certificate.
  package let administrator: NewAccount
}

/// All tenants of a deployment.
package final class TenantDirectory: Sendable {
  private struct State {
    var stores: [String: TenantStore] = [:]
    var anchors: [String: Certificate] = [:]
  }

  /// Who may speak.
  package let register: IdentityRegister
  /// Which invitations live.
  package let invitations: InvitationBoard
  private let state: Mutex<State>
  private let deployment: DeploymentStore

  init(
    folder: DeploymentFolder, deployment: String, root: Certificate, schemas: [Schema],
    settings: TenancySettings, now: UTCTime
  ) throws {
    let register = IdentityRegister(deployment: deployment)
    let invitations = InvitationBoard()
    let opener = TenantOpener(
      folder: folder, deployment: deployment, root: root, schemas: schemas, settings: settings,
      register: register, invitations: invitations)
    let list = try Database(
      opening: folder.deploymentStore, journal: .writeAhead, schemas: [TenancySchema.deployment],
      createIfMissing: false)
    var state = State()
    for row in try TenantRow.all(in: list) {
      let (store, anchor) = try opener.open(row, at: now)
      state.stores[row.id] = store
      state.anchors[row.id] = anchor
    }
    // An older copy of the list would drop a tenant without a word.
    for id in try folder.installedTenants() where state.anchors[id] == nil {
      throw TenancyError.inconsistent(path: folder.deploymentStore, problem: "tenant \(id) is not listed")
    }
    guard state.anchors[operatorsTenant] != nil else {
      throw TenancyError.inconsistent(
        path: folder.deploymentStore, problem: "the operators' tenant is missing")
    }
    self.register = register
    self.invitations = invitations
    self.state = Mutex(state)
    self.deployment = DeploymentStore(database: list, opener: opener)
  }

  /// A tenant's store.
  package func store(of tenant: String) -> TenantStore? { state.withLock { $0.stores[tenant] } }

  /// The ids of all tenants, sorted.
  package var ids: [String] { state.withLock { $0.stores.keys.sorted() } }

  /// The authorities of all tenants: the only anchors for clients' certificates, each by itself.
  package var anchors: [Certificate] {
    state.withLock { state in state.anchors.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// All tenants, by id.
  package func list() async throws -> [TenantSummary] {
    let installed = state.withLock { Set($0.anchors.keys) }
    return try await deployment.rows().map {
      TenantSummary(id: $0.id, name: $0.name, isInstalled: installed.contains($0.id))
    }
  }

  /// Whether somebody may come: then the join port is open.
  package func hasLiveInvitation(at now: UTCTime) -> Bool { invitations.hasLive(at: now) }

  /// Hands a site's join to the tenant of its invitation.
  ///
  /// - Throws: `JoinRefusal`.
  package func join(_ request: JoinRequest, at now: UTCTime) async throws -> JoinAnswer {
    guard let tenant = invitations.tenant(of: request.invitation), let store = store(of: tenant) else {
      throw JoinRefusal.unknown
    }
    return try await store.join(request, at: now)
  }

  /// Hands a person's join to the tenant of its invitation.
  ///
  /// - Throws: `JoinRefusal`.
  package func join(_ request: PersonJoinRequest, at now: UTCTime) async throws -> PersonJoinAnswer {
    guard let tenant = invitations.tenant(of: request.invitation), let store = store(of: tenant) else {
      throw JoinRefusal.unknown
    }
    return try await store.join(request, at: now)
  }

  /// First step of a new tenant: keys, store and the request for the root to sign.
  ///
  /// - Parameter administrator: a name and PKCS#10 in DER.
  /// - Throws: `TenancyRefusal.invalid`, `.requestInvalid`.
  package func requestTenant(
    name: String, administrator: (name: String, request: [UInt8]), by actor: String, at now: UTCTime
  ) async throws -> TenantRequest {
    guard let operators = store(of: operatorsTenant) else {
      throw TenancyError.notInstalled(tenant: operatorsTenant)
    }
    let id = try Identifier.tenant.make()
    let object = "tenant/" + id
    // The operators' log comes first: what fails after it left a request that nothing answers.
    let register = register
    try await operators.write(by: actor, at: now) { _, trail in
      guard isPlainText(name, atMost: 200) else {
        throw TenancyRefusal.invalid(action: "tenant.requested", object: object, field: "name")
      }
      guard isPlainText(administrator.name, atMost: 200) else {
        throw TenancyRefusal.invalid(action: "tenant.requested", object: object, field: "administrator.name")
      }
      let key = try requestedKey(administrator.request, action: "tenant.requested", object: object)
      guard register.claim(key.digest, for: id) else {
        throw TenancyRefusal.keySeen(action: "tenant.requested", object: object)
      }
      trail.append(action: "tenant.requested", object: object)
    }
    let (store, request) = try await deployment.make(
      id: id, name: name, administratorName: administrator.name, administratorRequest: administrator.request,
      at: now)
    state.withLock { $0.stores[id] = store }
    return request
  }

  /// Second step: takes the certificate that the root signed, and issues the first administrator's.
  ///
  /// Once more with the same certificate gives the same answer, since the first may have been lost.
  ///
  /// - Parameter certificate: the tenant's authority in DER.
  /// - Throws: `TenancyRefusal.absent`, `.authorityInvalid`, `.keySeen`.
  package func installTenant(
    _ id: String, certificate der: [UInt8], by actor: String, at now: UTCTime
  ) async throws -> InstalledTenant {
    guard let operators = store(of: operatorsTenant) else {
      throw TenancyError.notInstalled(tenant: operatorsTenant)
    }
    let store = store(of: id)
    let certificate = try await deployment.checkAuthority(der, of: id, at: now)
    try await operators.write(by: actor, at: now) { _, trail in
      guard store != nil, id != operatorsTenant else {
        throw TenancyRefusal.absent(action: "tenant.installed", object: "tenant")
      }
      guard let certificate else { throw TenancyRefusal.authorityInvalid(tenant: id) }
      trail.append(
        action: "tenant.installed", object: "tenant/" + id,
        detail: ["certificate": .string(Digest(of: certificate.der).text)])
    }
    guard let store, let certificate else { throw TenancyRefusal.authorityInvalid(tenant: id) }
    let authority = try await deployment.install(certificate, of: id)
    let administrator = try await store.install(authority, at: now)
    register.addAnchor(certificate.publicKey.digest, tenant: id)
    state.withLock { $0.anchors[id] = certificate }
    return InstalledTenant(tenant: id, administrator: administrator)
  }
}
