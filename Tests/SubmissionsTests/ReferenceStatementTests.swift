import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import StudyFixtures
import Submissions
import Testing

@Suite struct ReferenceStatementTests {
  private let draft: EvaluationProtocol
  private let identity: SigningIdentity
  private let trust: TrustFile
  private let signedAt: UTCTime

  init() throws {
    draft = try EvaluationProtocol.parse(HeartDiseaseStudy.file("protocol.json"))
    identity = try SigningIdentity.create(
      role: SignerRole(site: "cleveland"), now: UTCTime(parsing: "2026-05-01T09:00:00Z"))
    signedAt = try UTCTime(parsing: "2026-06-01T09:00:00Z")
    var trust = TrustFile()
    try trust.add(site: "cleveland", fingerprint: identity.fingerprint)
    self.trust = trust
  }

  private func statement(site: String = "cleveland") throws -> ReferenceStatement {
    ReferenceStatement(
      site: site, dataset: "d", dataClass: .public, extractedAt: signedAt, datasetDigest: Digest(of: [1]),
      minimumCell: 3, draft: draft, evaluator: "a test", signedAt: signedAt)
  }

  /// The draft with a statement's digest in its drift section.
  private func citing(_ digest: Digest) throws -> EvaluationProtocol {
    guard case .object(var document) = try parseCanonicalJSON(draft.bytes, limits: .protocolDocument) else {
      throw DocumentError(path: "", problem: "not an object", remedy: "make the example again")
    }
    document["drift"] = .object(draft.drift.citing(draft.drift.referenceProfile, statement: digest))
    return try EvaluationProtocol.parse(encodeCanonicalJSON(.object(document)))
  }

  @Test func whatIsSignedIsConfirmedInTheProtocolThatCitesIt() throws {
    let signed = try statement().sign(draft.drift.referenceProfile, with: identity)
    let verified = try ReferenceStatement.verify(
      signed.bytes, root: identity.root, trust: trust, now: signedAt)
    #expect(verified.digest == signed.digest)
    #expect(try verified.statement == statement())
    try verified.confirm(in: citing(signed.digest))
    #expect(throws: ReferenceError.notCited(signed.digest)) { try verified.confirm(in: draft) }
  }

  @Test func keysOfAnotherSiteDoNotSign() throws {
    #expect(throws: SigningIdentityError.self) {
      try statement(site: "budapest").sign(draft.drift.referenceProfile, with: identity)
    }
  }

  @Test func everyChangedByteIsRefused() throws {
    let signed = try statement().sign(draft.drift.referenceProfile, with: identity)
    for index in signed.bytes.indices {
      var changed = signed.bytes
      changed[index] ^= 1
      #expect(throws: ReferenceError.self, "byte \(index)") {
        try ReferenceStatement.verify(changed, root: identity.root, trust: trust, now: signedAt)
      }
    }
  }

  @Test func aSectionIsWrittenAsItWasRead() throws {
    let profile = draft.drift.referenceProfile
    let cited = try citing(Digest(of: [7]))
    let same = cited.drift.profiles == draft.drift.profiles
    #expect(same && cited.drift.stabilityLimit == draft.drift.stabilityLimit)
    #expect(cited.drift.statement == Digest(of: [7]))
    let text = String(decoding: profile.encode(), as: UTF8.self)
    let isInDraft = String(decoding: draft.bytes, as: UTF8.self).contains(text.dropLast())
    #expect(isInDraft, "the example's drift section begins with the bytes of its profile")
  }
}
