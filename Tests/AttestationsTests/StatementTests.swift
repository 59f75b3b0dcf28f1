import Attestations
import CanonicalJSON
import Cryptography
import Testing

@Suite struct StatementTests {
  private func subject(_ name: String, _ byte: UInt8 = 1) -> Subject {
    Subject(name: name, digest: Digest(of: [byte]))
  }

  private func make(_ subjects: [Subject]) throws -> Statement {
    try Statement(subjects: subjects, predicateType: .manifest, predicate: [:])
  }

  @Test func bytesAreTheInTotoStatementWithSortedSubjects() throws {
    let statement = try Statement(
      subjects: [subject("b"), subject("a")], predicateType: .protocolAcceptance, predicate: ["site": "north"]
    )
    let hex = Digest(of: [1]).hex
    let expected =
      #"{"_type":"https://in-toto.io/Statement/v1","predicate":{"site":"north"},"#
      + #""predicateType":"urn:equipoise:protocol-acceptance:v1","subject":[{"digest":{"sha256":"\#(hex)"},"#
      + #""name":"a"},{"digest":{"sha256":"\#(hex)"},"name":"b"}]}"#
    #expect(String(decoding: statement.encode(), as: UTF8.self) == expected)
    #expect(try Statement.parse(statement.encode()) == statement)
  }

  @Test(arguments: ["a", "A-b_c.d", "sites/north/aggregate.json", "_x", "0"])
  func plainPathsAreAccepted(name: String) throws {
    #expect(try make([subject(name)]).subjects.map(\.name) == [name])
  }

  @Test(arguments: [
    "", "/a", "a/", "a//b", "..", "a/../b", ".", ".git", "a/.b", "-a", "a b", "a\\b", "a:b", "é", "a\n",
    "a\0b",
    String(repeating: "a", count: 256),
  ])
  func otherPathsAreRefused(name: String) {
    #expect(throws: AttestationError.subjectName) { try make([subject(name)]) }
  }

  @Test func subjectsAreOneOrMoreAndUnique() {
    #expect(throws: AttestationError.subjectOrder) { try make([]) }
    #expect(throws: AttestationError.subjectOrder) { try make([subject("a"), subject("a", 2)]) }
  }

  @Test func exactlyTheSignedFilesMustBeThere() throws {
    let now = try UTCTime(parsing: "2026-11-23T12:00:00Z")
    let identity = try SigningIdentity.create(role: .evidence, now: now)
    let file = try identity.sign(make([subject("a", 1), subject("b", 2)]))
    let verified = try UnverifiedAttestation.parse(file).verify(
      role: .evidence, predicateType: .manifest, root: identity.root,
      pinnedRootKey: identity.fingerprint.digest, at: now)
    #expect(throws: Never.self) { try verified.confirm(subjects: [subject("b", 2), subject("a", 1)]) }
    #expect(throws: AttestationError.subjectDiffers(name: "b")) {
      try verified.confirm(subjects: [subject("a", 1), subject("b", 3)])
    }
    #expect(throws: AttestationError.subjectDiffers(name: "a")) {
      try verified.confirm(subjects: [subject("a", 2), subject("b", 1)])
    }
    #expect(throws: AttestationError.subjectUnexpected(name: "b")) {
      try verified.confirm(subjects: [subject("a", 1)])
    }
    #expect(throws: AttestationError.subjectMissing(name: "c")) {
      try verified.confirm(subjects: [subject("a", 1), subject("b", 2), subject("c", 3)])
    }
  }
}

@Suite struct SignerRoleTests {
  @Test func urisReadBack() throws {
    for role in [try SignerRole(site: "north-2"), .evidence] {
      #expect(try SignerRole(parsing: role.uri) == role)
    }
    #expect(try SignerRole(site: "north").uri == "urn:equipoise:role:site-submission:north")
  }

  @Test(arguments: [
    "", "urn:equipoise:role:site-submission:", "urn:equipoise:role:site-submission:North",
    "urn:equipoise:role:site-submission:a:b", "urn:equipoise:role:evidence:x", "URN:equipoise:role:evidence",
    "urn:equipoise:role:site-submission:-a", " urn:equipoise:role:evidence",
  ])
  func otherUrisAreRefused(uri: String) {
    #expect(throws: AttestationError.unknownRole) { try SignerRole(parsing: uri) }
  }
}
