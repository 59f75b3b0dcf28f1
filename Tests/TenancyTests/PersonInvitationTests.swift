import CanonicalJSON
import Cryptography
import Tenancy
import Testing

/// Who can be invited, and how a person's time ends.
@Suite struct PersonInvitationTests {
  @Test(
    "only a tenant's people can be invited", arguments: [PrincipalRole.operator, .site, .pendingSite])
  func otherRolesAreRefused(role: PrincipalRole) async throws {
    let world = try await World.make()
    await #expect(throws: TenancyRefusal.self) { try await world.invite(person: "Ada", role: role) }
    #expect(try await world.store().accounts().count == 1)
    #expect(try await world.actions().last == "invitation.created refused: invalid")
  }

  @Test func nobodyIsInvitedIntoTheOperatorsTenant() async throws {
    let world = try await World.make()
    let operators = try #require(world.directory.store(of: "operators"))
    await #expect(throws: TenancyRefusal.self) {
      try await operators.invite(
        person: "Ada", role: .tenantAdministrator, lifetime: 60, by: "user/u-1", at: at(1))
    }
  }

  @Test(
    "a name is something to read",
    arguments: ["", String(repeating: "x", count: 201), "a\u{0}b", "a\u{202E}b"])
  func otherNamesAreRefused(name: String) async throws {
    let world = try await World.make()
    await #expect(throws: TenancyRefusal.self) { try await world.invite(person: name, role: .reviewer) }
    #expect(try await world.store().accounts().count == 1)
  }

  @Test func noneLivesLongerThanADay() async throws {
    let world = try await World.make()
    #expect(try await world.invite(person: "Ada", role: .reviewer, lifetime: day).expiresAt == at(day))
    for lifetime in [day + 1, 0, -1, Int64.max] {
      await #expect(throws: TenancyRefusal.self) {
        try await world.invite(person: "Ada", role: .reviewer, lifetime: lifetime)
      }
    }
  }

  @Test func fiftyMayLiveAtATimeInATenant() async throws {
    let world = try await World.make()
    var last = try await world.invite(person: "0", role: .reviewer)
    for index in 1..<50 { last = try await world.invite(person: "\(index)", role: .reviewer) }
    do {
      _ = try await world.invite(person: "one more", role: .reviewer)
      Issue.record("the fifty-first was invited")
    } catch TenancyRefusal.tooManyPersonInvitations {}
    #expect(try await world.store().accounts().count == 51)
    #expect(try await world.actions().last == "invitation.created refused: too-many-invitations")
    // The other tenant has room; so has this one when one of them was answered, or ended.
    await #expect(throws: Never.self) { try await world.invite(person: "Ada", role: .reviewer, tenant: 1) }
    _ = try await world.directory.join(Person().request(for: last), at: at(1))
    await #expect(throws: Never.self) { try await world.invite(person: "50", role: .reviewer) }
    await #expect(throws: Never.self) { try await world.invite(person: "51", role: .reviewer, at: at(3600)) }
  }

  @Test func theJoinPortIsOpenWhileAPersonIsExpected() async throws {
    let world = try await World.make()
    let directory = world.directory
    #expect(!directory.hasLiveInvitation(at: at(0)))
    let invitation = try await world.invite(person: "Ada", role: .reviewer)
    #expect(directory.hasLiveInvitation(at: at(3599)) && !directory.hasLiveInvitation(at: at(3600)))
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(5))
    #expect(again.tenants.hasLiveInvitation(at: at(5)))
    let answer = try await directory.join(Person().request(for: invitation), at: at(10))
    #expect(directory.hasLiveInvitation(at: at(11)))
    let identity = try #require(try world.admit(answer.certificate, at: at(12)))
    try await world.store().recordFirstUse(of: identity, at: at(12))
    #expect(!directory.hasLiveInvitation(at: at(13)))
  }

  @Test func theSecretIsNowhereOnDisk() async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Ada", role: .reviewer)
    _ = try await world.directory.join(Person().request(for: invitation), at: at(10))
    let path = world.folder + "/store/" + world.tenants[0] + ".sqlite"
    let files = try [path, path + "-wal"].map { try Array(contentsOf: $0) }
    #expect(files.allSatisfy { $0.firstRange(of: Array(invitation.secret.utf8)) == nil })
    #expect(files.contains { $0.firstRange(of: Array(invitation.id.utf8)) != nil })
  }

  @Test func revocationEndsCertificateAndInvitation() async throws {
    let world = try await World.make()
    let store = try world.store()
    let answer = try await world.person(.auditor)
    try await store.revoke(user: answer.user, reason: "left", by: "user/u-1", at: at(20))
    #expect(try world.admit(answer.certificate, at: at(20)) == nil)

    let invitation = try await world.invite(person: "Bea", role: .reviewer)
    try await store.revoke(user: invitation.user, reason: "a mistake", by: "user/u-1", at: at(21))
    #expect(!world.directory.hasLiveInvitation(at: at(21)))
    await #expect(throws: JoinRefusal.burned) {
      try await world.directory.join(Person().request(for: invitation), at: at(22))
    }
    await #expect(
      throws: TenancyRefusal.wrongState(
        action: "user.revoked", object: "user/" + invitation.user, state: "revoked")
    ) {
      try await store.revoke(user: invitation.user, reason: "again", by: "user/u-1", at: at(23))
    }
  }

  @Test func thoseWhoDoNotRunATenantDoNotReplaceItsLastAdministrator() async throws {
    let world = try await World.make()
    let store = try world.store()
    let first = try #require(try await store.accounts().first)
    for role in [PrincipalRole.studyLead, .reviewer, .auditor] { _ = try await world.person(role) }
    let invited = try await world.invite(person: "Bea", role: .tenantAdministrator)
    await #expect(throws: TenancyRefusal.lastAdministrator(user: first.id)) {
      try await store.revoke(user: first.id, reason: "left", by: "user/u-1", at: at(20))
    }
    _ = try await world.directory.join(Person().request(for: invited), at: at(21))
    await #expect(throws: Never.self) {
      try await store.revoke(user: first.id, reason: "left", by: "user/u-1", at: at(22))
    }
    await #expect(throws: TenancyRefusal.lastAdministrator(user: invited.user)) {
      try await store.revoke(user: invited.user, reason: "left", by: "user/u-1", at: at(23))
    }
  }

  @Test func theDumpTellsWhoWasInvitedAndNoSecret() async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Ada", role: .reviewer)
    let dump = try await world.store().read { encodeCanonicalJSON(.object(try stateDump($0))) }
    let text = String(decoding: dump, as: UTF8.self)
    #expect(text.contains(invitation.id) && text.contains(#""state":"invited""#))
    #expect(!text.contains(invitation.secret))
    #expect(!text.contains(Digest(of: Array(invitation.secret.utf8)).hex))
  }
}
