import Aggregates
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import StudyFixtures
import Submissions
import Testing

@Suite struct VerifiedSubmissionTests {
  let study: HeartDiseaseStudy
  let files: SubmissionFiles

  init() throws {
    study = try HeartDiseaseStudy.shared()
    files = try #require(study.submissions["budapest"])
  }

  private func verify(
    _ files: SubmissionFiles, phase: PhaseName = .silent, pinned: Digest? = nil, at time: UTCTime? = nil
  ) throws -> VerifiedSubmission {
    let root = try #require(study.identities["budapest"]).fingerprint.digest
    return try files.verify(
      under: study.evaluationProtocol, phase: phase, pinnedRootKey: pinned ?? root, at: time ?? study.sealedAt
    )
  }

  private func replacing(
    aggregate: [UInt8]? = nil, context: [UInt8]? = nil, submission: [UInt8]? = nil,
    acceptance: [UInt8]? = nil,
    root: [UInt8]? = nil
  ) -> SubmissionFiles {
    SubmissionFiles(
      site: files.site, aggregate: aggregate ?? files.aggregate, context: context ?? files.context,
      submission: submission ?? files.submission, acceptance: acceptance ?? files.acceptance,
      root: root ?? files.root)
  }

  private func signed(at time: String, phase: PhaseName = .silent) throws -> SubmissionFiles {
    try HeartDiseaseStudy.sign(
      try #require(study.evaluations["budapest"]), site: "budapest", under: study.evaluationProtocol,
      with: try #require(study.identities["budapest"]), at: UTCTime(parsing: time), phase: phase)
  }

  @Test func untouchedFilesGiveTheSitesAggregate() throws {
    let verified = try verify(files)
    #expect(verified.aggregate.bytes == files.aggregate)
    #expect(verified.predicate.site == "budapest")
    #expect(verified.context.dataClass == "public")
  }

  @Test func anotherPinIsRefused() throws {
    let other = try #require(study.identities["switzerland"]).fingerprint.digest
    #expect(throws: SubmissionError.self) { try verify(files, pinned: other) }
  }

  @Test func anotherPhaseIsRefused() throws {
    let limited = try signed(at: "2026-06-01T09:00:00Z", phase: .limited)
    do {
      _ = try verify(limited)
      Issue.record("a submission for another phase was taken")
    } catch let error as SubmissionError {
      #expect(error.file == SubmissionFiles.submissionName)
      #expect(error.description.contains("phase limited, not silent"))
    }
  }

  @Test func signingTimeAfterIntakeIsRefused() throws {
    let late = try signed(at: "2026-06-01T13:00:00Z")
    #expect(throws: SubmissionError.self) { try verify(late) }
    _ = try verify(late, at: UTCTime(parsing: "2026-06-01T14:00:00Z"))
  }

  @Test func signingTimeBeforeTheCertificateIsRefused() throws {
    let early = try signed(at: "2026-04-01T09:00:00Z")
    #expect(throws: SubmissionError.self) { try verify(early) }
  }

  @Test func changedContextIsNamed() throws {
    let text = String(decoding: files.context, as: UTF8.self)
    let changed = replacing(context: Array(text.replacing("1988", with: "1999").utf8))
    do {
      _ = try verify(changed)
      Issue.record("a changed context was taken")
    } catch let error as SubmissionError {
      #expect(error.file == SubmissionFiles.contextName)
    }
  }

  @Test func acceptanceCannotStandForASubmission() throws {
    #expect(throws: SubmissionError.self) { try verify(replacing(submission: files.acceptance)) }
    #expect(throws: SubmissionError.self) { try verify(replacing(acceptance: files.submission)) }
  }

  @Test func filesOfAnotherSiteAreRefused() throws {
    let other = try #require(study.submissions["long-beach"])
    #expect(throws: SubmissionError.self) {
      try verify(
        replacing(aggregate: other.aggregate, submission: other.submission, root: other.root),
        pinned: try #require(study.identities["long-beach"]).fingerprint.digest)
    }
  }

  @Test func signingNeedsTheSitesOwnIdentity() throws {
    #expect(throws: SigningIdentityError.self) {
      try HeartDiseaseStudy.sign(
        try #require(study.evaluations["budapest"]), site: "budapest", under: study.evaluationProtocol,
        with: study.coordinator, at: study.sealedAt)
    }
  }
}
