import Attestations
import CanonicalJSON
import Cryptography
import Tenancy
import Testing

/// Each part of a join exchanged by itself; the invitation stays good.
@Suite struct JoinRequestTests {
  private func refuse(
    _ expected: JoinRefusal, _ make: (Hospital, Invitation) throws -> JoinRequest
  ) async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    let request = try make(hospital, invitation)
    await #expect(throws: expected) { try await world.directory.join(request, at: at(10)) }
    #expect(try await world.store().sites().map(\.state) == [.invited])
    if expected != .unknown {
      #expect(try await world.actions().last == "site.joined refused: \(expected.rawValue)")
    }
    await #expect(throws: Never.self) {
      try await world.directory.join(hospital.request(for: invitation), at: at(11))
    }
  }

  @Test func aRequestWithoutProofOfItsKeyIsRefused() async throws {
    try await refuse(.requestInvalid) { hospital, invitation in
      try hospital.request(for: invitation, csr: [1, 2, 3])
    }
  }

  @Test func aStatementAboutAnotherKeyIsRefused() async throws {
    try await refuse(.statementInvalid) { hospital, invitation in
      try hospital.request(for: invitation, csr: CertificateRequest.make(by: SigningKey()).der)
    }
  }

  @Test func aStatementForAnotherTenantIsRefused() async throws {
    try await refuse(.statementInvalid) { hospital, invitation in
      try hospital.request(for: invitation, tenant: "t-other")
    }
  }

  @Test func aStatementForAnotherInvitationIsRefused() async throws {
    try await refuse(.statementInvalid) { hospital, invitation in
      let statement = EnrolmentStatement(
        tenant: invitation.tenant, site: invitation.site, invitation: "i-other",
        tlsKey: hospital.key.verificationKey.digest)
      return try hospital.request(for: invitation, statement: statement.sign(by: hospital.signing))
    }
  }

  @Test func aStatementOfAnotherSiteIsRefused() async throws {
    try await refuse(.statementInvalid) { hospital, invitation in
      let other = try SigningIdentity.create(role: SignerRole(site: "south"), now: at(0))
      let statement = EnrolmentStatement(
        tenant: invitation.tenant, site: "south", invitation: invitation.id,
        tlsKey: hospital.key.verificationKey.digest)
      return try hospital.request(for: invitation, root: other.root.der, statement: statement.sign(by: other))
    }
  }

  @Test func aStatementThatTheTLSKeyDidNotSignIsRefused() async throws {
    try await refuse(.statementInvalid) { hospital, invitation in
      try hospital.request(for: invitation, tlsSignature: SigningKey().sign([1]))
    }
  }

  @Test func aRootThatDidNotIssueTheSigningLeafIsRefused() async throws {
    try await refuse(.statementInvalid) { hospital, invitation in
      let other = try SigningIdentity.create(role: SignerRole(site: "north"), now: at(0))
      return try hospital.request(for: invitation, root: other.root.der)
    }
  }

  @Test func aSigningRootThatIsNoAuthorityIsRefused() async throws {
    try await refuse(.signingRootInvalid) { hospital, invitation in
      try hospital.request(for: invitation, root: hospital.signing.leaf.der)
    }
    try await refuse(.signingRootInvalid) { hospital, invitation in
      try hospital.request(for: invitation, root: [0x30])
    }
  }

  @Test func anInvitationOfNobodyIsRefused() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let good = try Hospital().request(for: invitation)
    let unknown = JoinRequest(
      invitation: "i-none", secret: good.secret, request: good.request, signingRoot: good.signingRoot,
      statement: good.statement, tlsSignature: good.tlsSignature)
    await #expect(throws: JoinRefusal.unknown) { try await world.directory.join(unknown, at: at(1)) }
  }

  @Test func aKeyThatWasCertifiedBeforeIsRefusedInEveryTenant() async throws {
    let world = try await World.make()
    let hospital = try Hospital()
    _ = try await world.directory.join(hospital.request(for: world.invite()), at: at(10))
    let south = Hospital(
      signing: try SigningIdentity.create(role: SignerRole(site: "south"), now: at(0)), key: hospital.key)
    let here = try await world.invite("south")
    await #expect(throws: JoinRefusal.keySeen) {
      try await world.directory.join(south.request(for: here), at: at(11))
    }
    let there = try await world.invite("south", 1)
    await #expect(throws: JoinRefusal.keySeen) {
      try await world.directory.join(south.request(for: there), at: at(12))
    }
    // Also after a restart, and after the key was revoked.
    try await world.store().revoke(site: "north", reason: "stolen", by: "user/u-1", at: at(13))
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(20))
    await #expect(throws: JoinRefusal.keySeen) {
      try await again.tenants.join(south.request(for: there), at: at(21))
    }
  }

  @Test func aSiteComesBackWithItsOwnSigningRootOnly() async throws {
    let world = try await World.make()
    let hospital = try Hospital()
    _ = try await world.directory.join(hospital.request(for: world.invite()), at: at(10))
    let store = try world.store()
    try await store.confirm(
      site: "north", fingerprint: hospital.signing.fingerprint.digest, by: "user/u-1", at: at(11))

    let later = try await world.invite(at: at(9 * day))
    let stranger = try Hospital(at: at(9 * day))
    await #expect(throws: JoinRefusal.signingRootDiffers) {
      try await world.directory.join(stranger.request(for: later), at: at(9 * day))
    }
    let back = Hospital(signing: hospital.signing, key: try SigningKey())
    let answer = try await world.directory.join(back.request(for: later), at: at(9 * day))
    #expect(answer.isConfirmed)
    #expect(try world.admit(answer.certificate, at: at(9 * day))?.role == .site)

    // Revoked and invited again, it may register another root, and is pending again.
    try await store.revoke(site: "north", reason: "keys lost", by: "user/u-1", at: at(9 * day))
    let anew = try await world.invite(at: at(9 * day + 1))
    let fresh = try await world.directory.join(stranger.request(for: anew), at: at(9 * day + 2))
    #expect(!fresh.isConfirmed)
    #expect(try world.admit(fresh.certificate, at: at(9 * day + 2))?.role == .pendingSite)
  }

  @Test func twoSitesDoNotShareASigningRoot() async throws {
    let world = try await World.make()
    let hospital = try Hospital()
    _ = try await world.directory.join(hospital.request(for: world.invite()), at: at(10))
    let south = try await world.invite("south")
    let request = try Hospital(site: "south").request(for: south, root: hospital.signing.root.der)
    await #expect(throws: JoinRefusal.signingRootInvalid) {
      try await world.directory.join(request, at: at(11))
    }
  }
}
