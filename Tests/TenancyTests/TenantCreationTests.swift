import CanonicalJSON
import Cryptography
import Foundation
import Tenancy
import TestSupport
import Testing

@Suite struct TenantCreationTests {
  private func request(_ world: World, key: SigningKey) async throws -> TenantRequest {
    try await world.directory.requestTenant(
      name: "East", administrator: ("Eva", CertificateRequest.make(by: key).der), by: "user/u-1", at: at(1))
  }

  private func root(_ world: World) throws -> DeploymentRoot {
    try DeploymentRoot.load(from: world.folder + "/root", passphrase: passphrase)
  }

  @Test func aTenantIsMadeInTwoSteps() async throws {
    let world = try await World.make()
    let key = try SigningKey()
    let asked = try await request(world, key: key)
    #expect(asked.host == asked.tenant + ".demo.equipoise.test")
    #expect(try await world.directory.list().first { $0.id == asked.tenant }?.isInstalled == false)
    #expect(world.directory.anchors.count == 3)
    await #expect(throws: TenancyError.notInstalled(tenant: asked.tenant)) {
      try await #require(world.directory.store(of: asked.tenant)).invite(
        site: "north", displayName: "North", lifetime: 60, by: "user/u-1", at: at(1))
    }
    let certificate = try root(world).issueTenantAuthority(
      request: asked.request, tenant: asked.tenant, deployment: world.deployment.name, now: at(2))
    let installed = try await world.directory.installTenant(
      asked.tenant, certificate: certificate.der, by: "user/u-1", at: at(3))
    let leaf = installed.administrator.issued.certificate
    #expect(leaf.publicKey == key.verificationKey)
    let identity = try #require(
      world.register.admit(leaf: leaf, anchorKeyDigest: certificate.publicKey.digest, at: at(4)))
    #expect(identity.tenant == asked.tenant && identity.role == .tenantAdministrator)
    #expect(world.directory.anchors.contains(certificate) && world.directory.anchors.count == 4)
    // Once more, because the answer was lost: the same.
    let again = try await world.directory.installTenant(
      asked.tenant, certificate: certificate.der, by: "user/u-1", at: at(5))
    #expect(again == installed)
    // And after a restart.
    let copy = try CrashedCopy(of: world.folder)
    let opened = try Deployment.open(directory: copy.path, now: at(6))
    #expect(
      opened.register.admit(leaf: leaf, anchorKeyDigest: certificate.publicKey.digest, at: at(6)) != nil)
  }

  @Test func onlyThisRootsCertificateForThisTenantAndKeyIsTaken() async throws {
    let world = try await World.make()
    let asked = try await request(world, key: SigningKey())
    let own = try root(world)
    let name = world.deployment.name
    let other = try CertificateRequest.make(by: SigningKey()).der
    let strangerKey = try SigningKey()
    let stranger = try Certificate.makeDeploymentRoot(
      name: "root of demo.equipoise.test", key: strangerKey, now: at(0).secondsSinceEpoch)
    let wrong = [
      try own.issueTenantAuthority(request: other, tenant: asked.tenant, deployment: name, now: at(1)),
      try own.issueTenantAuthority(
        request: asked.request, tenant: world.tenants[0], deployment: name, now: at(1)),
      try own.issueTenantAuthority(
        request: asked.request, tenant: asked.tenant, deployment: "other.test", now: at(1)),
      try own.issueTenantAuthority(
        request: asked.request, tenant: asked.tenant, deployment: name, now: at(9000)),
      try Certificate.makeTenantAuthority(
        name: "tenant", host: asked.host, key: CertificateRequest(der: asked.request).publicKey,
        root: stranger,
        rootKey: strangerKey, now: at(1).secondsSinceEpoch),
      try Certificate.makeServerAuthority(
        name: "tenant", key: CertificateRequest(der: asked.request).publicKey, root: stranger,
        rootKey: strangerKey, now: at(1).secondsSinceEpoch),
    ]
    for (index, certificate) in wrong.enumerated() {
      await #expect(throws: TenancyRefusal.authorityInvalid(tenant: asked.tenant), "\(index)") {
        try await world.directory.installTenant(
          asked.tenant, certificate: certificate.der, by: "user/u-1", at: at(2))
      }
    }
    await #expect(throws: TenancyRefusal.authorityInvalid(tenant: asked.tenant)) {
      try await world.directory.installTenant(asked.tenant, certificate: [1], by: "user/u-1", at: at(2))
    }
    for id in ["t-none", "operators"] {
      await #expect(throws: TenancyRefusal.absent(action: "tenant.installed", object: "tenant")) {
        try await world.directory.installTenant(id, certificate: wrong[0].der, by: "user/u-1", at: at(2))
      }
    }
    #expect(world.directory.anchors.count == 3)
  }

  @Test func anInstalledTenantTakesNoOtherCertificate() async throws {
    let world = try await World.make()
    let asked = try await request(world, key: SigningKey())
    let own = try root(world)
    let both = try [1, 2].map { second in
      try own.issueTenantAuthority(
        request: asked.request, tenant: asked.tenant, deployment: world.deployment.name, now: at(second))
    }
    _ = try await world.directory.installTenant(
      asked.tenant, certificate: both[0].der, by: "user/u-1", at: at(3))
    await #expect(throws: TenancyRefusal.authorityInvalid(tenant: asked.tenant)) {
      try await world.directory.installTenant(
        asked.tenant, certificate: both[1].der, by: "user/u-1", at: at(4))
    }
    let operators = try #require(world.directory.store(of: "operators"))
    let last = try #require(try await operators.auditEntries(after: 0, limit: 100).last)
    #expect(try AuditEntry.parse(last).outcome == .refused)
    #expect(world.directory.anchors.contains(both[0]) && !world.directory.anchors.contains(both[1]))
  }

  @Test func theRootOpensWithItsPassphraseOnly() async throws {
    let world = try await World.make()
    #expect(throws: TenancyError.cryptography(.passphraseWrong)) {
      try DeploymentRoot.load(from: world.folder + "/root", passphrase: Array("something else".utf8))
    }
  }

  @Test func theAdministratorsRequestIsChecked() async throws {
    let world = try await World.make()
    await #expect(throws: TenancyRefusal.self) {
      try await world.directory.requestTenant(
        name: "East", administrator: ("Eva", [1, 2]), by: "user/u-1", at: at(1))
    }
    let key = try SigningKey()
    _ = try await request(world, key: key)
    await #expect(throws: TenancyRefusal.self) { try await request(world, key: key) }
    #expect(try await world.directory.list().count == 4)
  }
}

/// T3 and T4 with another program as the judge: the certificates of a real deployment.
@Suite(.enabled(if: OtherProgram.path("openssl") != nil)) struct TenantIsolationTests {
  private func verify(_ leaf: Certificate, under tenant: Int, _ world: World) throws -> String {
    let path = world.folder + "/leaf.pem"
    try leaf.pem.write(to: path)
    let shell =
      "openssl verify -x509_strict -partial_chain -purpose sslclient -attime "
      + "\(at(1).secondsSinceEpoch) -CAfile \(world.folder)/keys/\(world.tenants[tenant])/intermediate.pem \(path) 2>&1"
    return try OtherProgram.run("sh", ["-c", shell]).output
  }

  @Test func aLeafIsGoodUnderItsOwnTenantOnly() async throws {
    let world = try await World.make()
    let leaf = try await world.member("north", 1).certificate
    #expect(try verify(leaf, under: 1, world).contains("leaf.pem: OK"))
    #expect(try verify(leaf, under: 0, world).contains("error 20"))
    #expect(try world.admit(leaf, 1, at: at(1)) != nil)
    #expect(try world.admit(leaf, 0, at: at(1)) == nil)
  }

  @Test func theSameSiteInTwoTenantsIsTwoSites() async throws {
    let world = try await World.make()
    let leaves = [
      try await world.member("north", 0).certificate, try await world.member("north", 1).certificate,
    ]
    try await world.store(0).revoke(site: "north", reason: "left", by: "user/u-1", at: at(1))
    #expect(try world.admit(leaves[0], 0, at: at(1)) == nil)
    #expect(try world.admit(leaves[1], 1, at: at(1))?.tenant == world.tenants[1])
    #expect(try await world.store(1).sites().map(\.state) == [.confirmed])
  }
}

extension Array where Element == UInt8 {
  fileprivate func write(to path: String) throws { try Data(self).write(to: URL(fileURLWithPath: path)) }
}
