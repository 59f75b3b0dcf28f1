import Attestations
import CanonicalJSON
import Cryptography
import StudyFixtures
import Submissions
import Testing

@Suite struct ReceiptTests {
  let study: HeartDiseaseStudy
  let receipt: Receipt
  let now: UTCTime

  init() throws {
    study = try HeartDiseaseStudy.shared()
    now = try UTCTime(parsing: "2026-06-01T12:00:00Z")
    receipt = Receipt(
      tenant: "t-a", site: "budapest", study: "heart", round: "r-a", assignment: "a-a", sequence: 2,
      submission: Digest(of: [1]), aggregate: Digest(of: [2]), admittedAt: now, auditSequence: 9)
  }

  private func verify(
    _ bytes: [UInt8], submission: Digest = Digest(of: [1]), site: String = "budapest", pinned: Digest? = nil,
    at time: UTCTime? = nil
  ) throws -> Receipt {
    try Receipt.verify(
      bytes, root: study.coordinator.root, pinnedRootKey: pinned ?? study.coordinator.fingerprint.digest,
      submission: submission, site: site, at: time ?? now)
  }

  @Test func whatWasSignedIsRead() throws {
    #expect(try verify(receipt.sign(with: study.coordinator)) == receipt)
  }

  @Test func aReceiptForAnotherSubmissionIsRefused() throws {
    let bytes = try receipt.sign(with: study.coordinator)
    #expect(throws: ReceiptError.self) { try verify(bytes, submission: Digest(of: [3])) }
    #expect(throws: ReceiptError.self) { try verify(bytes, site: "cleveland") }
  }

  @Test func anotherPinIsRefused() throws {
    let bytes = try receipt.sign(with: study.coordinator)
    #expect(throws: ReceiptError.self) { try verify(bytes, pinned: Digest(of: [])) }
  }

  @Test func aReceiptOutsideTheCertificatesLifeIsRefused() throws {
    let early = Receipt(
      tenant: "t-a", site: "budapest", study: "heart", round: "r-a", assignment: "a-a", sequence: 2,
      submission: Digest(of: [1]), aggregate: Digest(of: [2]),
      admittedAt: try UTCTime(parsing: "2020-01-01T00:00:00Z"), auditSequence: 9)
    #expect(throws: ReceiptError.self) { try verify(early.sign(with: study.coordinator)) }
    let bytes = try receipt.sign(with: study.coordinator)
    #expect(throws: ReceiptError.self) { try verify(bytes, at: UTCTime(parsing: "2020-01-01T00:00:00Z")) }
  }

  @Test func onlyEvidenceKeysSignReceipts() throws {
    let site = try #require(study.identities["budapest"])
    #expect(throws: SigningIdentityError.self) { try receipt.sign(with: site) }
  }

  @Test func aManifestIsNoReceipt() throws {
    let manifest = try study.coordinator.sign(
      Statement(
        subjects: [Subject(name: "sites/budapest/submission.json", digest: Digest(of: [1]))],
        predicateType: .manifest, predicate: ["files": 1]))
    #expect(throws: ReceiptError.self) { try verify(manifest) }
  }
}
