import Attestations
import CanonicalJSON
import Cryptography
import Testing

@Suite struct EnrolmentStatementTests {
  private let now: UTCTime
  private let identity: SigningIdentity
  private let key: SigningKey
  private let statement: EnrolmentStatement

  init() throws {
    now = try UTCTime(parsing: "2026-11-23T00:00:00Z")
    identity = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    key = try SigningKey()
    statement = EnrolmentStatement(
      tenant: "t-a", site: "north", invitation: "i-1", tlsKey: key.verificationKey.digest)
  }

  @Test func aStatementByBothKeysVerifies() throws {
    let signed = try statement.sign(by: identity)
    let signature = try key.sign(signed)
    #expect(throws: Never.self) {
      try statement.verify(
        signed, root: identity.root, tlsSignature: signature, tlsKey: key.verificationKey, at: now)
    }
  }

  @Test func anyOtherContentIsRefused() throws {
    let signed = try statement.sign(by: identity)
    let signature = try key.sign(signed)
    let digest = key.verificationKey.digest
    let others = [
      EnrolmentStatement(tenant: "t-b", site: "north", invitation: "i-1", tlsKey: digest),
      EnrolmentStatement(tenant: "t-a", site: "north", invitation: "i-2", tlsKey: digest),
      EnrolmentStatement(tenant: "t-a", site: "south", invitation: "i-1", tlsKey: digest),
      EnrolmentStatement(tenant: "t-a", site: "north", invitation: "i-1", tlsKey: Digest(of: [])),
    ]
    for other in others {
      #expect(throws: AttestationError.self) {
        try other.verify(
          signed, root: identity.root, tlsSignature: signature, tlsKey: key.verificationKey, at: now)
      }
    }
  }

  @Test func bothSignaturesAreNeeded() throws {
    let signed = try statement.sign(by: identity)
    let stranger = try SigningKey()
    #expect(throws: AttestationError.signature(.signatureInvalid)) {
      try statement.verify(
        signed, root: identity.root, tlsSignature: stranger.sign(signed), tlsKey: key.verificationKey, at: now
      )
    }
    #expect(throws: AttestationError.subjectDiffers(name: "tls-key")) {
      try statement.verify(
        signed, root: identity.root, tlsSignature: stranger.sign(signed), tlsKey: stranger.verificationKey,
        at: now)
    }
    let other = try SigningIdentity.create(role: SignerRole(site: "north"), now: now)
    #expect(throws: AttestationError.self) {
      try statement.verify(
        signed, root: other.root, tlsSignature: key.sign(signed), tlsKey: key.verificationKey, at: now)
    }
  }

  @Test func anotherKindOfStatementIsNoEnrolment() throws {
    let submission = try Statement(
      subjects: [Subject(name: "tls-key", digest: key.verificationKey.digest)],
      predicateType: .siteSubmission,
      predicate: [
        "invitation": "i-1", "site": "north", "tenant": "t-a",
        "tlsKeyDigest": .string(key.verificationKey.digest.text),
      ])
    let signed = try identity.sign(submission)
    #expect(throws: AttestationError.predicateType(expected: .siteEnrolment, found: .siteSubmission)) {
      try statement.verify(
        signed, root: identity.root, tlsSignature: key.sign(signed), tlsKey: key.verificationKey, at: now)
    }
  }

  @Test func onlyTheSitesOwnIdentitySigns() throws {
    let other = try SigningIdentity.create(role: SignerRole(site: "south"), now: now)
    #expect(throws: SigningIdentityError.self) { try statement.sign(by: other) }
    let evidence = try SigningIdentity.create(role: .evidence, now: now)
    #expect(throws: SigningIdentityError.self) { try statement.sign(by: evidence) }
  }
}
