import Attestations
import CanonicalJSON
import Cryptography
import Foundation
import Storage
import Tenancy

/// 2026-11-23T00:00:00Z and so many seconds.
func at(_ seconds: Int64) -> UTCTime {
  guard let time = try? UTCTime(secondsSinceEpoch: 1_795_392_000 + seconds) else { preconditionFailure() }
  return time
}

let day: Int64 = 86_400
let passphrase = Array("correct horse battery staple".utf8)

/// A deployment with two tenants in a folder of its own.
///
/// The keys are made once for all tests and the folder is copied, since deriving a key from a passphrase is
/// made to be slow.
final class World: Sendable {
  let folder: String
  let deployment: Deployment
  let tenants: [String]

  private struct Template: Sendable {
    let folder: String
    let tenants: [String]
  }

  private static let template = Task<Template, any Error> {
    let folder = temporaryPath()
    _ = try Deployment.create(
      directory: folder, name: "demo.equipoise.test", serverNames: ["localhost", "127.0.0.1"],
      apiURL: "https://localhost:8443", operatorName: "Olga", passphrase: passphrase, now: at(0))
    let deployment = try Deployment.open(directory: folder, now: at(0))
    let root = try DeploymentRoot.load(from: folder + "/root", passphrase: passphrase)
    var tenants: [String] = []
    for name in ["North Network", "South Network"] {
      let key = try SigningKey()
      let request = try await deployment.tenants.requestTenant(
        name: name, administrator: ("Ada", CertificateRequest.make(by: key).der), by: "user/u-1", at: at(0))
      let certificate = try root.issueTenantAuthority(
        request: request.request, tenant: request.tenant, deployment: deployment.name, now: at(0))
      _ = try await deployment.tenants.installTenant(
        request.tenant, certificate: certificate.der, by: "user/u-1", at: at(0))
      tenants.append(request.tenant)
    }
    return Template(folder: folder, tenants: tenants)
  }

  /// - Parameter schemas: tables of other modules.
  static func make(
    settings: TenancySettings = TenancySettings(), schemas: [Schema] = []
  ) async throws -> World {
    let template = try await template.value
    let folder = temporaryPath()
    try FileManager.default.copyItem(atPath: template.folder, toPath: folder)
    return World(
      folder: folder,
      deployment: try Deployment.open(directory: folder, schemas: schemas, settings: settings, now: at(0)),
      tenants: template.tenants)
  }

  private init(folder: String, deployment: Deployment, tenants: [String]) {
    self.folder = folder
    self.deployment = deployment
    self.tenants = tenants
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var directory: TenantDirectory { deployment.tenants }
  var register: IdentityRegister { deployment.register }

  func store(_ tenant: Int = 0) throws -> TenantStore {
    guard let store = directory.store(of: tenants[tenant]) else { throw Missing() }
    return store
  }

  /// A tenant's authority with its key, as somebody with the server's disk has them.
  func authority(_ tenant: Int = 0) throws -> (certificate: Certificate, key: SigningKey) {
    let path = folder + "/keys/" + tenants[tenant] + "/intermediate"
    return (
      try Certificate(pem: KeyFile.readPublic(path + ".pem")),
      try SigningKey(pem: KeyFile.read(path + ".key"))
    )
  }

  /// The identity of a certificate under a tenant's anchor.
  func admit(_ leaf: Certificate, _ tenant: Int = 0, at now: UTCTime) throws -> AdmittedIdentity? {
    register.admit(
      leaf: leaf, anchorKeyDigest: try authority(tenant).certificate.publicKey.digest, at: now)
  }

  /// The actions of a tenant's audit log, refusals with their code.
  func actions(_ tenant: Int = 0) async throws -> [String] {
    try await store(tenant).auditEntries(after: 0, limit: 1000).map { bytes in
      let entry = try AuditEntry.parse(bytes)
      guard entry.outcome == .refused, case .string(let code)? = entry.detail["code"] else {
        return entry.action
      }
      return "\(entry.action) refused: \(code)"
    }
  }

  func invite(
    _ site: String = "north", _ tenant: Int = 0, lifetime: Int64 = 3600, at now: UTCTime = at(0)
  ) async throws -> Invitation {
    try await store(tenant).invite(
      site: site, displayName: "Hospital", lifetime: lifetime, by: "user/u-1", at: now)
  }

  /// Joins a site with new keys and confirms it.
  func member(_ site: String = "north", _ tenant: Int = 0, at now: UTCTime = at(0)) async throws -> JoinAnswer
  {
    let hospital = try Hospital(site: site, at: now)
    let answer = try await directory.join(try hospital.request(for: invite(site, tenant, at: now)), at: now)
    try await store(tenant).confirm(
      site: site, fingerprint: hospital.signing.fingerprint.digest, by: "user/u-1", at: now)
    return answer
  }

  func invite(
    person name: String, role: PrincipalRole, tenant: Int = 0, lifetime: Int64 = 3600, at now: UTCTime = at(0)
  ) async throws -> PersonInvitation {
    try await store(tenant).invite(person: name, role: role, lifetime: lifetime, by: "user/u-1", at: now)
  }

  /// Joins a person with a new key.
  func person(_ role: PrincipalRole, at now: UTCTime = at(0)) async throws -> PersonJoinAnswer {
    try await directory.join(Person().request(for: invite(person: "Ada", role: role, at: now)), at: now)
  }

  func account(_ user: String, _ tenant: Int = 0) async throws -> Account {
    guard let account = try await store(tenant).accounts().first(where: { $0.id == user }) else {
      throw Missing()
    }
    return account
  }

  struct Missing: Error {}
}

func temporaryPath() -> String {
  FileManager.default.temporaryDirectory.path + "/equipoise-tenancy-\(UUID().uuidString)"
}

/// A person's side of a join.
struct Person {
  let key: SigningKey

  init() throws { key = try SigningKey() }
  init(key: SigningKey) { self.key = key }

  func request(for invitation: PersonInvitation, secret: String? = nil) throws -> PersonJoinRequest {
    PersonJoinRequest(
      invitation: invitation.id, secret: secret ?? invitation.secret,
      request: try CertificateRequest.make(by: key).der)
  }
}

/// A hospital's side of a join.
struct Hospital {
  let signing: SigningIdentity
  let key: SigningKey

  init(site: String = "north", at now: UTCTime = at(0)) throws {
    signing = try SigningIdentity.create(role: SignerRole(site: site), now: now)
    key = try SigningKey()
  }

  init(signing: SigningIdentity, key: SigningKey) {
    self.signing = signing
    self.key = key
  }

  /// A request that answers an invitation, with any part exchanged.
  func request(
    for invitation: Invitation, secret: String? = nil, tenant: String? = nil, csr: [UInt8]? = nil,
    root: [UInt8]? = nil, statement: [UInt8]? = nil, tlsSignature: [UInt8]? = nil
  ) throws -> JoinRequest {
    let made = EnrolmentStatement(
      tenant: tenant ?? invitation.tenant, site: invitation.site, invitation: invitation.id,
      tlsKey: key.verificationKey.digest)
    let statement = try statement ?? made.sign(by: signing)
    return JoinRequest(
      invitation: invitation.id, secret: secret ?? invitation.secret,
      request: try csr ?? CertificateRequest.make(by: key).der, signingRoot: root ?? signing.root.der,
      statement: statement, tlsSignature: try tlsSignature ?? key.sign(statement))
  }
}

extension Array where Element == UInt8 {
  init(contentsOf path: String) throws { self = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}
