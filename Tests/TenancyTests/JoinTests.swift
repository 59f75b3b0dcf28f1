import Attestations
import CanonicalJSON
import Cryptography
import Storage
import Tenancy
import Testing

@Suite struct JoinTests {
  private func pairsOf(_ world: World) throws -> (Hospital, Hospital) { (try Hospital(), try Hospital()) }

  @Test func aSiteJoinsIsPendingAndIsConfirmedByItsFingerprint() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    #expect(invitation.secret.utf8.count == 32 && invitation.tenant == world.tenants[0])
    let hospital = try Hospital()
    let answer = try await world.directory.join(hospital.request(for: invitation), at: at(10))
    #expect(answer.site == "north" && !answer.isConfirmed && answer.tenant == world.tenants[0])
    #expect(answer.certificate.publicKey == hospital.key.verificationKey)
    #expect(answer.certificate.notAfter == at(10 + 7 * day).secondsSinceEpoch)
    let identity = try #require(try world.admit(answer.certificate, at: at(11)))
    #expect(identity.role == .pendingSite && identity.isFirstUse)
    #expect(identity.principal == .agent(site: "north", instance: answer.instance))

    let store = try world.store()
    await #expect(throws: TenancyRefusal.fingerprintDiffers(site: "north")) {
      try await store.confirm(
        site: "north", fingerprint: Digest(of: [1]), by: "user/u-1", at: at(20))
    }
    #expect(try world.admit(answer.certificate, at: at(21))?.role == .pendingSite)
    try await store.confirm(
      site: "north", fingerprint: hospital.signing.fingerprint.digest, by: "user/u-1", at: at(22))
    #expect(try world.admit(answer.certificate, at: at(23))?.role == .site)
    let site = try #require(try await store.sites().first)
    #expect(site.state == .confirmed && site.signingRoot == hospital.signing.root)
    await #expect(
      throws: TenancyRefusal.wrongState(action: "site.confirmed", object: "site/north", state: "confirmed")
    ) {
      try await store.confirm(
        site: "north", fingerprint: hospital.signing.fingerprint.digest, by: "user/u-1", at: at(24))
    }
    #expect(
      try await world.actions().suffix(6) == [
        "invitation.created", "certificate.issued", "site.joined",
        "site.confirmed refused: fingerprint-differs", "site.confirmed",
        "site.confirmed refused: wrong-state",
      ])
  }

  @Test func aLostAnswerIsGivenAgain() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    let first = try await world.directory.join(hospital.request(for: invitation), at: at(10))
    let count = try await world.actions().count
    let second = try await world.directory.join(hospital.request(for: invitation), at: at(3599))
    #expect(first == second && first.certificate.der == second.certificate.der)
    #expect(try await world.actions().count == count)
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(hospital.request(for: invitation, secret: "x"), at: at(20))
    }
    await #expect(throws: JoinRefusal.expired) {
      try await world.directory.join(hospital.request(for: invitation), at: at(3600))
    }
  }

  @Test func aSecondKeyBurnsTheInvitationAndThePendingSite() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let (first, second) = try pairsOf(world)
    let answer = try await world.directory.join(first.request(for: invitation), at: at(10))
    #expect(try world.admit(answer.certificate, at: at(11)) != nil)
    await #expect(throws: JoinRefusal.reused) {
      try await world.directory.join(second.request(for: invitation), at: at(12))
    }
    #expect(try world.admit(answer.certificate, at: at(12)) == nil)
    #expect(try await world.store().sites().first?.state == .revoked)
    #expect(try await world.actions().suffix(2) == ["invitation.reused", "site.joined refused: reused"])
    await #expect(throws: JoinRefusal.burned) {
      try await world.directory.join(first.request(for: invitation), at: at(13))
    }
  }

  @Test func aSecondKeyDoesNotEndAConfirmedSite() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let (first, second) = try pairsOf(world)
    let answer = try await world.directory.join(first.request(for: invitation), at: at(10))
    try await world.store().confirm(
      site: "north", fingerprint: first.signing.fingerprint.digest, by: "user/u-1", at: at(11))
    await #expect(throws: JoinRefusal.reused) {
      try await world.directory.join(second.request(for: invitation), at: at(12))
    }
    #expect(try world.admit(answer.certificate, at: at(13))?.role == .site)
  }

  @Test func fiveWrongSecretsBurnAnInvitation() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    for _ in 0..<4 {
      await #expect(throws: JoinRefusal.unknown) {
        try await world.directory.join(hospital.request(for: invitation, secret: "aaaa"), at: at(10))
      }
    }
    #expect(world.directory.hasLiveInvitation(at: at(10)))
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(hospital.request(for: invitation, secret: ""), at: at(10))
    }
    #expect(!world.directory.hasLiveInvitation(at: at(10)))
    await #expect(throws: JoinRefusal.burned) {
      try await world.directory.join(hospital.request(for: invitation), at: at(11))
    }
    let actions = try await world.actions()
    #expect(actions.filter { $0 == "site.joined refused: wrong-secret" }.count == 5)
    #expect(actions.contains("invitation.burned"))
    // More guesses fill no log.
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(hospital.request(for: invitation, secret: "b"), at: at(12))
    }
    #expect(try await world.actions().count == actions.count)
  }

  @Test func fourWrongSecretsLeaveItOpen() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    for _ in 0..<4 {
      await #expect(throws: JoinRefusal.unknown) {
        try await world.directory.join(hospital.request(for: invitation, secret: "aaaa"), at: at(10))
      }
    }
    await #expect(throws: Never.self) {
      try await world.directory.join(hospital.request(for: invitation), at: at(11))
    }
  }

  @Test func oneOfManyAtOnceWins() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let requests = try (0..<8).map { _ in try Hospital().request(for: invitation) }
    let outcomes = await withTaskGroup(of: Result<JoinAnswer, any Error>.self) { group in
      for request in requests {
        group.addTask {
          do { return .success(try await world.directory.join(request, at: at(10))) } catch {
            return .failure(error)
          }
        }
      }
      var all: [Result<JoinAnswer, any Error>] = []
      for await one in group { all.append(one) }
      return all
    }
    let refusals = outcomes.compactMap { outcome -> JoinRefusal? in
      if case .failure(let error) = outcome { error as? JoinRefusal } else { nil }
    }
    #expect(refusals.count == 7 && outcomes.count == 8)
    #expect(refusals.filter { $0 == .reused }.count == 1 && refusals.filter { $0 == .burned }.count == 6)
  }

  @Test func theSameRequestManyTimesAtOnceGivesOneCertificate() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let request = try Hospital().request(for: invitation)
    let serials = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask { try await world.directory.join(request, at: at(10)).certificate.serial }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(serials.count == 1)
  }

  @Test func anAnswerThatWasCommittedIsGivenAgainAfterACrash() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    let hospital = try Hospital()
    let first = try await world.directory.join(hospital.request(for: invitation), at: at(10))
    // The folder as a kill would leave it: the write-ahead log is still there.
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(20))
    let second = try await again.tenants.join(hospital.request(for: invitation), at: at(20))
    #expect(first == second)
    _ = try await #require(again.tenants.store(of: world.tenants[0])).verifyAudit()
  }
}
