import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Synchronization
import Tenancy
import Transport

/// What the handlers share: the deployment, the clock, the log, and who waits for what.
final class CoordinatorService: Sendable {
  /// What a long poll waits for.
  enum Topic: Hashable, Sendable {
    /// The assignments of a tenant's site.
    case site(String, String)
    /// The rounds of a tenant.
    case rounds(String)
  }

  let configuration: CoordinatorConfiguration
  let deployment: Deployment
  let loop: EventLoop
  let log: Logger
  let bell = Bell<Topic>()
  /// By certificate.
  let callers: RateLimiter<Digest>
  /// By address, for those who are not admitted: their refusals cost an entry in a log.
  let strangers = RateLimiter<String>(perSecond: 5, burst: 50)

  private let clock = SystemClock()
  private let monotonic = SystemMonotonicClock()
  private let ports = Mutex<Listeners?>(nil)
  private let condition = Mutex(StorageCondition.normal)
  private let seen = Mutex<[Topic: UTCTime]>([:])

  init(configuration: CoordinatorConfiguration, deployment: Deployment, loop: EventLoop, log: Logger) {
    self.configuration = configuration
    self.deployment = deployment
    self.loop = loop
    self.log = log
    callers = RateLimiter(
      perSecond: configuration.requestsPerSecond, burst: configuration.requestBurst)
  }

  /// The time of day.
  func now() throws -> UTCTime { try UTCTime(secondsSinceEpoch: clock.now()) }

  /// Milliseconds of a clock that only goes forward.
  func milliseconds() -> Int64 { monotonic.milliseconds() }

  /// Who a verified peer is now: asked for every request, from memory.
  func identity(of peer: VerifiedPeer) -> AdmittedIdentity? {
    guard let now = try? now() else { return nil }
    return deployment.register.admit(leaf: peer.leaf, anchorKeyDigest: peer.anchorKeyDigest, at: now)
  }

  /// The role in the words of the route table.
  func role(of identity: AdmittedIdentity) -> Role {
    switch identity.role {
    case .operator: .operator
    case .tenantAdministrator: .tenantAdministrator
    case .studyLead: .studyLead
    case .reviewer: .reviewer
    case .auditor: .auditor
    case .site: .site
    case .pendingSite: .pendingSite
    }
  }

  /// The store of an admitted identity's tenant.
  func tenant(_ id: String) throws -> TenantStore {
    guard let store = deployment.tenants.store(of: id) else { throw Problem.notFound }
    return store
  }

  /// Waits until something happens to a topic after `revision`, at most `seconds`.
  func wait(for topic: Topic, after revision: UInt64, seconds: Int) async {
    let loop = loop
    await bell.wait(for: topic, after: revision) { await loop.sleep(for: .seconds(seconds)) }
  }

  /// Notes that a site's agent asked; kept in memory, since it is only for people who watch.
  func noteSeen(site: String, of tenant: String, at now: UTCTime) {
    seen.withLock { $0[.site(tenant, site)] = now }
  }

  /// When a site's agent last asked since this process started.
  func lastSeen(site: String, of tenant: String) -> UTCTime? {
    seen.withLock { $0[.site(tenant, site)] }
  }

  /// Whether an identity would be admitted again: asked after a long wait.
  func isStillAdmitted(_ identity: AdmittedIdentity) -> Bool {
    guard let now = try? now() else { return false }
    return deployment.register.isAdmitted(identity, at: now)
  }

  /// The tenant and the name of somebody whose certificate is good and who is not let in, or not any more.
  func formerIdentity(of peer: VerifiedPeer) -> (tenant: TenantStore, actor: String)? {
    guard let name = deployment.register.name(in: peer.leaf, anchorKeyDigest: peer.anchorKeyDigest),
      let store = deployment.tenants.store(of: name.tenant)
    else { return nil }
    return (store, name.principal.path)
  }

  /// Ports come after the service, whose handlers answer on them.
  func use(_ listeners: Listeners) { ports.withLock { $0 = listeners } }

  private var listeners: Listeners? { ports.withLock { $0 } }

  /// Opens the join port while an invitation lives, and closes it after.
  func updateJoinPort() throws {
    try listeners?.updateJoinPort(isExpecting: deployment.tenants.hasLiveInvitation(at: now()))
  }

  /// Takes the anchors of a new tenant.
  func reloadTLS() throws { try listeners?.reloadTLS() }

  /// Ends the connections of those who were admitted and are no longer.
  func dropConnectionsOfTheRefused() {
    listeners?.closeConnections { self.identity(of: $0) == nil }
  }

  /// Whether only revoking and the like go on.
  var isStorageLow: Bool { condition.withLock { $0 == .low } }

  /// Measures the room that is left.
  func measureStorage() {
    do {
      let measured = try deployment.storageCondition()
      let before = condition.withLock { condition in
        defer { condition = measured }
        return condition
      }
      if measured != before {
        log.warning("storage", [("condition", .text(measured == .low ? "low" : "normal"))])
      }
      if measured == .normal { deployment.ballast.hold() }
    } catch {
      log.error("storage not measured", [("error", .text("\(error)"))])
    }
  }
}
