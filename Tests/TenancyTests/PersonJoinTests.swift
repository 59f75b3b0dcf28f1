import CanonicalJSON
import Cryptography
import Tenancy
import Testing

/// People's invitations: `protocols/enrolment.md`, section 9.
@Suite struct PersonJoinTests {
  @Test(
    "a person joins with the role of the invitation, and is active from then on",
    arguments: PrincipalRole.invited)
  func aPersonJoins(role: PrincipalRole) async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Dr Ada Marsh", role: role)
    #expect(invitation.secret.utf8.count == 32 && invitation.tenant == world.tenants[0])
    var account = try await world.account(invitation.user)
    #expect(account.state == .invited && account.role == role && account.name == "Dr Ada Marsh")
    #expect(account.invitationEnd == at(3600) && account.certificateEnd == nil)

    let person = try Person()
    let answer = try await world.directory.join(person.request(for: invitation), at: at(10))
    #expect(answer.tenant == world.tenants[0] && answer.user == invitation.user && answer.role == role)
    #expect(answer.certificate.publicKey == person.key.verificationKey)
    #expect(answer.certificate.notAfter == at(10 + 30 * day).secondsSinceEpoch)
    account = try await world.account(invitation.user)
    #expect(account.state == .active && account.invitationEnd == nil)
    #expect(account.certificateEnd == at(10 + 30 * day))
    let identity = try #require(try world.admit(answer.certificate, at: at(11)))
    #expect(identity.role == role && identity.principal == .user(id: invitation.user))
    #expect(try world.admit(answer.certificate, 1, at: at(11)) == nil)
    let actions = try await world.actions().suffix(3)
    #expect(actions == ["invitation.created", "certificate.issued", "user.joined"])
  }

  @Test func theRoleIsAFactOfTheFileAndOutlivesARestartAndARenewal() async throws {
    let world = try await World.make()
    let answer = try await world.person(.reviewer)
    let identity = try #require(try world.admit(answer.certificate, at: at(16 * day)))
    let renewed = try await world.store().renew(
      identity, request: CertificateRequest.make(by: SigningKey()).der, at: at(16 * day))
    #expect(try world.admit(renewed.certificate, at: at(16 * day))?.role == .reviewer)
    // No name and no extension of a certificate tells it.
    #expect(renewed.certificate.uriNames == answer.certificate.uriNames)
    #expect(!renewed.certificate.uriNames[0].contains("reviewer"))
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(16 * day))
    let anchor = try world.authority().certificate.publicKey.digest
    let found = again.register.admit(leaf: renewed.certificate, anchorKeyDigest: anchor, at: at(16 * day))
    #expect(found?.role == .reviewer)
  }

  @Test func aLostAnswerIsGivenAgain() async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Ada", role: .auditor)
    let person = try Person()
    let first = try await world.directory.join(person.request(for: invitation), at: at(10))
    let count = try await world.actions().count
    let second = try await world.directory.join(person.request(for: invitation), at: at(3599))
    #expect(first == second && first.certificate.der == second.certificate.der)
    #expect(try await world.actions().count == count)
    // Also when the process was killed after the commit.
    let copy = try CrashedCopy(of: world.folder)
    let again = try Deployment.open(directory: copy.path, now: at(20))
    #expect(try await again.tenants.join(person.request(for: invitation), at: at(20)) == first)
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(person.request(for: invitation, secret: "x"), at: at(20))
    }
    await #expect(throws: JoinRefusal.expired) {
      try await world.directory.join(person.request(for: invitation), at: at(3600))
    }
  }

  @Test func aSecondKeyBurnsTheInvitationRaisesAnAlarmAndEndsTheAccount() async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Ada", role: .studyLead)
    let (first, second) = (try Person(), try Person())
    let answer = try await world.directory.join(first.request(for: invitation), at: at(10))
    #expect(try world.admit(answer.certificate, at: at(11)) != nil)
    await #expect(throws: JoinRefusal.reused) {
      try await world.directory.join(second.request(for: invitation), at: at(12))
    }
    #expect(try world.admit(answer.certificate, at: at(12)) == nil)
    #expect(try await world.account(invitation.user).state == .revoked)
    #expect(try await world.actions().suffix(2) == ["invitation.reused", "user.joined refused: reused"])
    for person in [first, second] {
      await #expect(throws: JoinRefusal.burned) {
        try await world.directory.join(person.request(for: invitation), at: at(13))
      }
    }
  }

  @Test func fiveWrongSecretsBurnAnInvitation() async throws {
    let world = try await World.make()
    let (open, invitation) = (
      try await world.invite(person: "Bea", role: .reviewer),
      try await world.invite(person: "Ada", role: .reviewer)
    )
    let person = try Person()
    for guess in ["", "aaaa", open.secret, String(invitation.secret.dropLast()), "x"] {
      #expect(world.directory.hasLiveInvitation(at: at(10)))
      await #expect(throws: JoinRefusal.unknown) {
        try await world.directory.join(person.request(for: invitation, secret: guess), at: at(10))
      }
    }
    await #expect(throws: JoinRefusal.burned) {
      try await world.directory.join(person.request(for: invitation), at: at(11))
    }
    let actions = try await world.actions()
    #expect(actions.filter { $0 == "user.joined refused: wrong-secret" }.count == 5)
    #expect(actions.contains("invitation.burned"))
    // More guesses fill no log.
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(person.request(for: invitation, secret: "b"), at: at(12))
    }
    #expect(try await world.actions().count == actions.count)
    // Four leave one open.
    for _ in 0..<4 {
      await #expect(throws: JoinRefusal.unknown) {
        try await world.directory.join(person.request(for: open, secret: "aaaa"), at: at(10))
      }
    }
    await #expect(throws: Never.self) {
      try await world.directory.join(person.request(for: open), at: at(11))
    }
  }

  @Test func anInvitationIsGoodForItsOwnKindOfJoinOnly() async throws {
    let world = try await World.make()
    let site = try await world.invite("north")
    let person = try await world.invite(person: "Ada", role: .reviewer)
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(
        PersonJoinRequest(
          invitation: site.id, secret: site.secret, request: CertificateRequest.make(by: SigningKey()).der),
        at: at(1))
    }
    let asSite = try Hospital().request(for: site)
    await #expect(throws: JoinRefusal.unknown) {
      try await world.directory.join(
        JoinRequest(
          invitation: person.id, secret: person.secret, request: asSite.request,
          signingRoot: asSite.signingRoot, statement: asSite.statement, tlsSignature: asSite.tlsSignature),
        at: at(1))
    }
    await #expect(throws: Never.self) {
      try await world.directory.join(Person().request(for: person), at: at(2))
    }
  }

  @Test func aKeyThatWasCertifiedOrIsNoneIsRefused() async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Ada", role: .reviewer)
    let hospital = try Hospital()
    _ = try await world.directory.join(hospital.request(for: world.invite("north", 1)), at: at(1))
    await #expect(throws: JoinRefusal.keySeen) {
      try await world.directory.join(Person(key: hospital.key).request(for: invitation), at: at(2))
    }
    await #expect(throws: JoinRefusal.requestInvalid) {
      try await world.directory.join(
        PersonJoinRequest(invitation: invitation.id, secret: invitation.secret, request: [1]), at: at(2))
    }
    #expect(try await world.account(invitation.user).state == .invited)
    let refusals = try await world.actions().suffix(2)
    #expect(refusals == ["user.joined refused: key-seen", "user.joined refused: request-invalid"])
  }

  @Test func oneOfManyAtOnceWinsAndNobodyStays() async throws {
    let world = try await World.make()
    let invitation = try await world.invite(person: "Ada", role: .reviewer)
    let requests = try (0..<8).map { _ in try Person().request(for: invitation) }
    let refusals = await withTaskGroup(of: JoinRefusal?.self) { group in
      for request in requests {
        group.addTask {
          do { _ = try await world.directory.join(request, at: at(10)) } catch {
            return error as? JoinRefusal
          }
          return nil
        }
      }
      return await group.reduce(into: [JoinRefusal]()) { all, one in if let one { all.append(one) } }
    }
    #expect(refusals.count == 7)
    #expect(refusals.filter { $0 == .reused }.count == 1 && refusals.filter { $0 == .burned }.count == 6)
    #expect(try await world.account(invitation.user).state == .revoked)
  }
}
