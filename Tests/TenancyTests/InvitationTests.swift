import CanonicalJSON
import Tenancy
import Testing

@Suite struct InvitationTests {
  @Test(
    "a site's id is an id and no number",
    arguments: ["17", "", "North", "a/b", "a b", "-a", "ü", String(repeating: "a", count: 64)])
  func siteIds(site: String) async throws {
    let world = try await World.make()
    await #expect(throws: TenancyRefusal.invalid(action: "invitation.created", object: "site", field: "site"))
    {
      try await world.invite(site)
    }
    #expect(try await world.store().sites().isEmpty)
    #expect(try await world.actions().last == "invitation.created refused: invalid")
  }

  @Test func theOperatorsTenantHasNoSites() async throws {
    let world = try await World.make()
    let operators = try #require(world.directory.store(of: "operators"))
    await #expect(throws: TenancyRefusal.self) {
      try await operators.invite(site: "north", displayName: "North", lifetime: 60, by: "user/u-1", at: at(1))
    }
  }

  @Test func threeMayLiveAtATime() async throws {
    let world = try await World.make()
    for _ in 0..<3 { _ = try await world.invite() }
    await #expect(throws: TenancyRefusal.tooManyInvitations(site: "north")) { try await world.invite() }
    await #expect(throws: Never.self) { try await world.invite("south") }
    // When they have ended, there is room again.
    await #expect(throws: Never.self) { try await world.invite(at: at(3600)) }
  }

  @Test func noneLivesLongerThanADay() async throws {
    let world = try await World.make()
    #expect(try await world.invite(lifetime: day).expiresAt == at(day))
    for lifetime in [day + 1, 0, -1, Int64.max] {
      await #expect(throws: TenancyRefusal.self) { try await world.invite("south", lifetime: lifetime) }
    }
  }

  @Test func theJoinPortIsOpenWhileSomebodyIsExpected() async throws {
    let world = try await World.make()
    let directory = world.directory
    #expect(!directory.hasLiveInvitation(at: at(0)) && directory.invitations.lastExpiry == nil)
    let invitation = try await world.invite()
    #expect(directory.hasLiveInvitation(at: at(3599)) && !directory.hasLiveInvitation(at: at(3600)))
    #expect(directory.invitations.lastExpiry == at(3600))
    let answer = try await directory.join(Hospital().request(for: invitation), at: at(10))
    // The answer may have been lost until the certificate is used.
    #expect(directory.hasLiveInvitation(at: at(11)))
    let identity = try #require(try world.admit(answer.certificate, at: at(12)))
    try await world.store().recordFirstUse(of: identity, at: at(12))
    #expect(!directory.hasLiveInvitation(at: at(13)))
  }

  @Test func aRestartFindsLiveInvitations() async throws {
    let world = try await World.make()
    _ = try await world.invite()
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(5))
    #expect(again.tenants.hasLiveInvitation(at: at(5)))
  }

  @Test func theSecretIsNowhereOnDisk() async throws {
    let world = try await World.make()
    let invitation = try await world.invite()
    _ = try await world.directory.join(Hospital().request(for: invitation), at: at(10))
    let path = world.folder + "/store/" + world.tenants[0] + ".sqlite"
    let files = try [path, path + "-wal"].map { try Array(contentsOf: $0) }
    #expect(files.allSatisfy { $0.firstRange(of: Array(invitation.secret.utf8)) == nil })
    #expect(files.contains { $0.firstRange(of: Array(invitation.id.utf8)) != nil })
  }
}
