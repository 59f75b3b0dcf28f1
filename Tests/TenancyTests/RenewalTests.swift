import CanonicalJSON
import Cryptography
import Tenancy
import Testing

@Suite struct RenewalTests {
  private func renew(
    _ world: World, _ certificate: Certificate, with key: SigningKey? = nil, at now: UTCTime
  ) async throws -> Certificate {
    let identity = try #require(try world.admit(certificate, at: now))
    return try await world.store().renew(
      identity, request: CertificateRequest.make(by: key ?? SigningKey()).der, at: now
    ).certificate
  }

  @Test func aCertificateIsRenewedFromHalfOfItsLife() async throws {
    let world = try await World.make()
    let old = try await world.member().certificate
    await #expect(throws: TenancyRefusal.self) { try await renew(world, old, at: at(7 * day / 2 - 1)) }
    #expect(try await world.actions().last == "certificate.renewed refused: too-early")
    let new = try await renew(world, old, at: at(7 * day / 2))
    #expect(new.notAfter == at(7 * day / 2 + 7 * day).secondsSinceEpoch && new.uriNames == old.uriNames)
  }

  @Test func theOldOneEndsWhenTheNewOneIsUsed() async throws {
    let world = try await World.make()
    let old = try await world.member().certificate
    let now = at(4 * day)
    let new = try await renew(world, old, at: now)
    #expect(try world.admit(old, at: now) != nil)
    let identity = try #require(try world.admit(new, at: now))
    #expect(identity.isFirstUse)
    try await world.store().recordFirstUse(of: identity, at: now)
    #expect(try world.admit(old, at: now) == nil)
    #expect(try world.admit(new, at: now)?.isFirstUse == false)
    // A second first use changes nothing.
    let count = try await world.actions().count
    try await world.store().recordFirstUse(of: identity, at: now)
    #expect(try await world.actions().count == count)
  }

  @Test func atMostTwoAreValid() async throws {
    let world = try await World.make()
    let old = try await world.member().certificate
    let first = try await renew(world, old, at: at(4 * day))
    let second = try await renew(world, old, at: at(4 * day + 1))
    let valid = try [old, first, second].map { try world.admit($0, at: at(4 * day + 2)) != nil }
    #expect(valid == [true, false, true])
  }

  @Test func aLostAnswerIsGivenAgain() async throws {
    let world = try await World.make()
    let old = try await world.member().certificate
    let key = try SigningKey()
    let first = try await renew(world, old, with: key, at: at(4 * day))
    #expect(try await renew(world, old, with: key, at: at(4 * day + 1)) == first)
  }

  @Test func theSameKeyIsNotCertifiedTwice() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    let old = try await world.directory.join(hospital.request(for: invitation), at: at(0)).certificate
    await #expect(throws: TenancyRefusal.self) {
      try await renew(world, old, with: hospital.key, at: at(4 * day))
    }
    #expect(try await world.actions().last == "certificate.renewed refused: key-seen")
    let other = try await world.member("south")
    let identity = try #require(try world.admit(other.certificate, at: at(4 * day)))
    await #expect(throws: TenancyRefusal.self) {
      try await world.store().renew(
        identity, request: CertificateRequest.make(by: hospital.key).der, at: at(4 * day))
    }
    #expect(try world.admit(old, at: at(4 * day)) != nil)
  }

  @Test func onlyAnActiveCertificateRenews() async throws {
    let world = try await World.make()
    let old = try await world.member().certificate
    let identity = try #require(try world.admit(old, at: at(4 * day)))
    let request = try CertificateRequest.make(by: SigningKey()).der
    await #expect(throws: TenancyRefusal.self) {
      try await world.store().renew(identity, request: [0x30, 0], at: at(4 * day))
    }
    #expect(try await world.actions().last == "certificate.renewed refused: request-invalid")
    await #expect(throws: TenancyRefusal.self) {
      try await world.store().renew(identity, request: request, at: at(7 * day))
    }
    #expect(try await world.actions().last == "certificate.renewed refused: not-active")
    try await world.store().revokeCertificate(
      serial: identity.serial, reason: "lost", by: "user/u-1", at: at(4 * day))
    await #expect(throws: TenancyRefusal.self) {
      try await world.store().renew(identity, request: request, at: at(4 * day))
    }
  }

  @Test func lifetimesAreSettings() async throws {
    var settings = TenancySettings()
    settings.agentLifetime = 10
    let world = try await World.make(settings: settings)
    let old = try await world.member().certificate
    #expect(try world.admit(old, at: at(9)) != nil)
    #expect(try world.admit(old, at: at(10)) == nil)
    let new = try await renew(world, old, at: at(5))
    #expect(try world.admit(new, at: at(14)) != nil)
  }
}
