import CanonicalJSON
import Cryptography
import Tenancy
import Testing

@Suite struct IdentityRegisterTests {
  @Test func aCertificateIsAdmittedWithinItsValidity() async throws {
    let world = try await World.make()
    let leaf = try await world.member().certificate
    let end = leaf.notAfter - at(0).secondsSinceEpoch
    for (second, isAdmitted) in [
      (-301, false), (-300, true), (0, true), (end - 1, true), (end, false), (end + 1, false),
    ] {
      #expect((try world.admit(leaf, at: at(second)) != nil) == isAdmitted, "\(second)")
    }
  }

  @Test func anotherTenantsAnchorAdmitsNobody() async throws {
    let world = try await World.make()
    let leaf = try await world.member().certificate
    #expect(try world.admit(leaf, 0, at: at(1)) != nil)
    #expect(try world.admit(leaf, 1, at: at(1)) == nil)
    #expect(
      world.register.admit(
        leaf: leaf, anchorKeyDigest: world.deployment.root.publicKey.digest, at: at(1)) == nil)
  }

  /// Certificates that a tenant's authority signed with a key that is in the register, but that are not what
  /// the register has.
  @Test func whatTheStoreDidNotIssueIsNotAdmitted() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    let answer = try await world.directory.join(hospital.request(for: invitation), at: at(0))
    let authority = try world.authority()
    func made(_ uri: String, key: VerificationKey, now: Int64 = 0) throws -> Certificate {
      try Certificate.makeClient(
        uri: uri, key: key, authority: authority.certificate, authorityKey: authority.key,
        now: at(now).secondsSinceEpoch, lifetime: 7 * day)
    }
    let uri = answer.certificate.uriNames[0]
    let key = hospital.key.verificationKey
    // The same in everything but the serial number.
    #expect(try world.admit(made(uri, key: key), at: at(1)) == nil)
    #expect(try world.admit(made(uri, key: SigningKey().verificationKey), at: at(1)) == nil)
    #expect(try world.admit(made(uri + "x", key: key), at: at(1)) == nil)
    let host = uri.split(separator: "/")[1]
    #expect(try world.admit(made("spiffe://\(host)/user/u-1", key: key), at: at(1)) == nil)
    #expect(try world.admit(answer.certificate, at: at(1)) != nil)
    // Also when the right one has just been let in.
    #expect(try world.admit(made(uri, key: key), at: at(1)) == nil)
  }

  @Test func revocationIsSeenByTheNextRequest() async throws {
    let world = try await World.make()
    let north = try await world.member("north").certificate
    let south = try await world.member("south").certificate
    #expect(try world.admit(north, at: at(0)) != nil && world.admit(south, at: at(0)) != nil)
    try await world.store().revokeCertificate(serial: north.serial, reason: "lost", by: "user/u-1", at: at(1))
    #expect(try world.admit(north, at: at(1)) == nil && world.admit(south, at: at(1)) != nil)
    try await world.store().revoke(site: "south", reason: "left", by: "user/u-1", at: at(2))
    #expect(try world.admit(south, at: at(2)) == nil)
    // And after a restart.
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(3))
    let anchor = try world.authority().certificate.publicKey.digest
    #expect(again.register.admit(leaf: south, anchorKeyDigest: anchor, at: at(3)) == nil)
  }

  @Test func revocationNeedsSomethingToRevokeAndAReason() async throws {
    let world = try await World.make()
    let store = try world.store()
    let leaf = try await world.member().certificate
    await #expect(throws: TenancyRefusal.absent(action: "certificate.revoked", object: "certificate")) {
      try await store.revokeCertificate(serial: "00", reason: "lost", by: "user/u-1", at: at(1))
    }
    await #expect(throws: TenancyRefusal.absent(action: "site.revoked", object: "site")) {
      try await store.revoke(site: "south", reason: "left", by: "user/u-1", at: at(1))
    }
    for reason in ["", String(repeating: "x", count: 201), "a\u{0}b", "a\u{202E}b"] {
      await #expect(
        throws: TenancyRefusal.invalid(action: "site.revoked", object: "site/north", field: "reason")
      ) {
        try await store.revoke(site: "north", reason: reason, by: "user/u-1", at: at(1))
      }
    }
    #expect(try world.admit(leaf, at: at(1)) != nil)
    try await store.revoke(site: "north", reason: "left", by: "user/u-1", at: at(2))
    await #expect(throws: TenancyRefusal.self) {
      try await store.revoke(site: "north", reason: "left", by: "user/u-1", at: at(3))
    }
    await #expect(throws: TenancyRefusal.self) {
      try await store.revokeCertificate(serial: leaf.serial, reason: "lost", by: "user/u-1", at: at(3))
    }
  }

  @Test func accountsComeAndGoButNotTheLast() async throws {
    let world = try await World.make()
    let store = try world.store()
    let first = try #require(try await store.accounts().first)
    #expect(first.role == .tenantAdministrator && first.name == "Ada")
    await #expect(throws: TenancyRefusal.lastAdministrator(user: first.id)) {
      try await store.revoke(user: first.id, reason: "left", by: "user/u-1", at: at(1))
    }
    let added = try await store.addAccount(
      name: "Bea", request: CertificateRequest.make(by: SigningKey()).der, by: "user/u-1", at: at(1))
    let identity = try #require(try world.admit(added.issued.certificate, at: at(2)))
    #expect(identity.role == .tenantAdministrator && identity.principal == .user(id: added.user))
    #expect(identity.notAfter == at(1 + 30 * day))
    try await store.revoke(user: added.user, reason: "left", by: "user/u-1", at: at(3))
    #expect(try world.admit(added.issued.certificate, at: at(3)) == nil)
    await #expect(throws: TenancyRefusal.self) {
      try await store.revoke(user: added.user, reason: "left", by: "user/u-1", at: at(4))
    }
    await #expect(throws: TenancyRefusal.absent(action: "user.revoked", object: "user")) {
      try await store.revoke(user: "u-none", reason: "left", by: "user/u-1", at: at(4))
    }
    await #expect(throws: TenancyRefusal.self) {
      try await store.addAccount(name: "Cea", request: [1], by: "user/u-1", at: at(5))
    }
    #expect(try await store.accounts().map(\.isActive).filter { $0 }.count == 1)
  }
}
