import Aggregates
import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Rounds
import StudyFixtures
import Submissions
import TestSupport
import Testing

@Suite struct AdmissionTests {
  private let site = "budapest"

  /// Opens a round and gives the site's assignment.
  private func withAssignment(_ body: (RoundsFixture, Assignment) throws -> Void) throws {
    try withRounds { fixture throws in
      _ = try fixture.open()
      try body(fixture, try #require(try fixture.assignment(site)))
    }
  }

  @Test func whatASiteSignedIsKeptAndReceipted() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site)
      guard case .accepted(let receiptBytes) = try fixture.admit(bytes, assignment.id, from: site) else {
        Issue.record("the submission was not accepted")
        return
      }
      let receipt = try Receipt.verify(
        receiptBytes, root: fixture.study.coordinator.root,
        pinnedRootKey: fixture.study.coordinator.fingerprint.digest, submission: Digest(of: bytes),
        site: site, at: RoundsFixture.now())
      #expect(receipt.assignment == assignment.id)
      #expect(receipt.sequence == 1)
      #expect(receipt.auditSequence == fixture.log.count)
      #expect(fixture.log.last?.action == "submission.accepted")
      #expect(try RoundBook(fixture.database).submission(assignment.round, site: site) == bytes)
      #expect(try fixture.assignment(site)?.state == .accepted)
    }
  }

  @Test func theSameBytesGetTheSameReceiptAtAnyTime() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site)
      let first = try fixture.admit(bytes, assignment.id, from: site)
      let log = fixture.log
      #expect(try fixture.admit(bytes, assignment.id, from: site) == first)
      #expect(fixture.log == log)
      let late = try RoundsFixture.time("2026-07-01T00:00:00Z")
      try fixture.advance(at: late)
      try fixture.reopen()
      #expect(try fixture.admit(bytes, assignment.id, from: site, at: late, signingRoot: .some(nil)) == first)
    }
  }

  @Test func otherBytesAreKeptAsAConflictAndChangeNothingElse() throws {
    try withAssignment { fixture, assignment throws in
      let first = try fixture.submission(site)
      try fixture.admit(first, assignment.id, from: site)
      // The same aggregate signed anew has other bytes.
      for expected in 1...AssignmentDesk.mostConflicts {
        let other = try fixture.submission(site)
        #expect(other != first)
        #expect(try fixture.admit(other, assignment.id, from: site) == .conflict)
        #expect(fixture.log.last?.action == "submission.conflict")
        let log = fixture.log
        #expect(try fixture.admit(other, assignment.id, from: site) == .conflict)
        #expect(fixture.log == log)
        let progress = try #require(try fixture.status(assignment.round).sites.first { $0.site == site })
        #expect(progress.conflicts == expected)
        #expect(progress.submission == Digest(of: first))
      }
      let more = try fixture.submission(site)
      #expect(try refusalCode { try fixture.admit(more, assignment.id, from: site) } == "too-many-conflicts")
      #expect(try fixture.assignment(site)?.hasConflict == true)
      #expect(try RoundBook(fixture.database).submission(assignment.round, site: site) == first)
    }
  }

  @Test func lateIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site)
      let deadline = try RoundsFixture.deadline()
      let after = try UTCTime(secondsSinceEpoch: deadline.secondsSinceEpoch + 1)
      #expect(
        try refusalCode { try fixture.admit(bytes, assignment.id, from: site, at: after) } == "not-open")
      try fixture.admit(bytes, assignment.id, from: site, at: deadline)
    }
  }

  @Test func nothingIsTakenAfterClosing() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site)
      _ = try fixture.write { database, record in
        try RoundBook(database).close(assignment.round, at: RoundsFixture.now(), record: record)
      }
      #expect(try refusalCode { try fixture.admit(bytes, assignment.id, from: site) } == "not-open")
    }
  }

  @Test func anotherSitesKeyIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site)
      let other = fixture.signingRoot("cleveland")
      #expect(
        try refusalCode {
          try fixture.admit(bytes, assignment.id, from: site, signingRoot: .some(other))
        } == "submission-attestation")
    }
  }

  @Test func aSiteThatIsNotConfirmedIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site)
      #expect(
        try refusalCode { try fixture.admit(bytes, assignment.id, from: site, signingRoot: .some(nil)) }
          == "site-not-confirmed")
    }
  }

  @Test func anotherSitesAssignmentDoesNotExist() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission("cleveland")
      #expect(try refusalCode { try fixture.admit(bytes, assignment.id, from: "cleveland") } == "absent")
      #expect(try refusalCode { try fixture.decline(assignment.id, from: "cleveland") } == "absent")
    }
  }

  @Test func anotherSitesSubmissionIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission("cleveland")
      #expect(
        try refusalCode { try fixture.admit(bytes, assignment.id, from: site) } == "submission-other-site")
    }
  }

  @Test func aReplayFromAnEarlierRoundIsRefused() throws {
    try withRounds { fixture throws in
      _ = try fixture.open()
      for site in fixture.sites { try fixture.submit(site) }
      let earlier = try RoundBook(fixture.database).submission(
        try #require(try fixture.advance()), site: site)
      _ = try fixture.open()
      let assignment = try #require(try fixture.assignment(site))
      #expect(try refusalCode { try fixture.admit(earlier, assignment.id, from: site) } == "sequence")
      #expect(try fixture.assignment(site)?.state == .open)
      try fixture.admit(try fixture.submission(site, sequence: 2), assignment.id, from: site)
    }
  }

  @Test func anotherPhaseIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let bytes = try fixture.submission(site, phase: .limited)
      #expect(
        try refusalCode { try fixture.admit(bytes, assignment.id, from: site) } == "submission-predicate")
    }
  }

  @Test func anotherProtocolIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let other = try EvaluationProtocol.parse(fixture.protocolBytes(["version": 2]))
      let bytes = try fixture.submission(site, under: other)
      #expect(
        try refusalCode { try fixture.admit(bytes, assignment.id, from: site) } == "submission-predicate")
    }
  }

  @Test func aChangedCountIsRefused() throws {
    try withAssignment { fixture, assignment throws in
      let text = String(decoding: try fixture.submission(site), as: UTF8.self)
      let match = try #require(text.firstMatch(of: /"read":(\d+)/))
      let changed = text.replacing(match.output.0, with: #""read":\#((Int(match.output.1) ?? 0) + 1)"#)
      #expect(
        try refusalCode { try fixture.admit(Array(changed.utf8), assignment.id, from: site) }
          == "submission-attestation")
    }
  }

  @Test func brokenIdentitiesAreRefusedEvenWhenTheSiteSignedThem() throws {
    try withAssignment { fixture, assignment throws in
      let files = try SubmissionFiles.parsePackage(fixture.submission(site))
      let text = String(decoding: files.aggregate, as: UTF8.self)
      let match = try #require(text.firstMatch(of: /"read":(\d+)/))
      let aggregate = Array(
        text.replacing(match.output.0, with: #""read":\#((Int(match.output.1) ?? 0) + 1)"#).utf8)
      let identity = try #require(fixture.study.identities[site])
      let signed = try identity.sign(
        Statement(
          subjects: [
            Subject(name: "sites/\(site)/aggregate.json", digest: Digest(of: aggregate)),
            Subject(name: "sites/\(site)/context.json", digest: Digest(of: files.context)),
          ],
          predicateType: .siteSubmission,
          predicate: SubmissionPredicate(
            site: site, evaluationProtocol: fixture.study.evaluationProtocol, phase: .silent,
            datasetDigest: Digest(of: []), evaluator: "test", sequence: 1,
            signedAt: RoundsFixture.time("2026-06-01T09:00:00Z"), salt: String(repeating: "0", count: 32)
          ).json))
      let bytes = try SubmissionFiles(
        site: site, aggregate: aggregate, context: files.context, submission: signed,
        acceptance: files.acceptance, root: files.root
      ).encodePackage()
      #expect(
        try refusalCode { try fixture.admit(bytes, assignment.id, from: site) } == "submission-aggregate")
    }
  }

  @Test func refusalsLeaveNothingBehind() throws {
    try withAssignment { fixture, assignment throws in
      let log = fixture.log
      _ = try? fixture.admit(Array("{}".utf8), assignment.id, from: site)
      _ = try? fixture.admit([], assignment.id, from: site)
      #expect(fixture.log == log)
      #expect(try fixture.assignment(site) == assignment)
    }
  }

  @Test func aSiteThatDeclinedMayStillSubmit() throws {
    try withAssignment { fixture, assignment throws in
      try fixture.decline(assignment.id, from: site, .paused)
      let log = fixture.log
      try fixture.decline(assignment.id, from: site, .paused)
      #expect(fixture.log == log)
      #expect(try fixture.status(assignment.round).sites.first { $0.site == site }?.refusal == .paused)
      try fixture.submit(site)
      #expect(try fixture.assignment(site)?.state == .accepted)
      #expect(try refusalCode { try fixture.decline(assignment.id, from: site, .paused) } == "not-open")
    }
  }
}
