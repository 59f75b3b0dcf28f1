import Aggregates
import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import Rounds
import Storage
import StudyFixtures
import Submissions
import Synthesis
import TestSupport
import Testing

@Suite struct SyntheticRoundTests {
  /// A recorded score, five sites and no feature definition: the other kind of study.
  @Test func aRecordedScoreRunsThroughAWholeRound() throws {
    let evaluationProtocol = try SyntheticStudy.evaluationProtocol()
    let releases = try SyntheticStudy.releases(rows: 2000, seed: 7)
    let evidence = try SigningIdentity.create(
      role: .evidence, now: RoundsFixture.time("2026-05-01T00:00:00Z"))
    let study = evaluationProtocol.id
    let now = try RoundsFixture.now()
    try withTemporaryDirectory { folder in
      let fixture = try RoundsFixture(in: folder)
      try fixture.publish(evaluationProtocol.bytes, as: study)
      let round = try fixture.write { database, record in
        for (name, kind) in [("model.json", ObjectKind.model), ("model-card.json", .modelCard)] {
          let bytes = try SyntheticStudy.file(name)
          _ = try StudyBook(database).publish(
            object: bytes, kind: kind, digest: Digest(of: bytes), study: study, at: now, record: record)
        }
        // An exploratory round needs no gate.
        return try RoundBook(database).open(
          RoundRequestDocument(
            phase: .silent, kind: .exploratory, deadline: RoundsFixture.deadline(), quorum: 5),
          study: study, at: now, makeIdentifier: fixture.makeIdentifier, record: record)
      }.round
      for (site, release) in releases {
        let identity = try SigningIdentity.create(
          role: SignerRole(site: site), now: RoundsFixture.time("2026-05-01T00:00:00Z"))
        let bytes = try signSubmission(
          release,
          context: SiteContext(
            site: site, dataset: "made-up", dataClass: "synthetic", source: "generator", sourceVersion: "1",
            extractedAt: RoundsFixture.time("2026-01-15T00:00:00Z"), deidentification: "made up",
            license: nil, deviations: nil),
          predicate: SubmissionPredicate(
            site: site, evaluationProtocol: evaluationProtocol, phase: .silent, datasetDigest: Digest(of: []),
            evaluator: "test", sequence: 1, signedAt: now, salt: String(repeating: "0", count: 32)),
          under: evaluationProtocol, with: identity
        ).encodePackage()
        let consent = try SiteConsent(
          tenant: RoundsFixture.tenant, site: site, study: study, protocolDigest: evaluationProtocol.digest,
          phase: .silent, by: "Dr Ada Marsh", reason: "agreed", sequence: 1, signedAt: now
        ).sign(with: identity)
        try fixture.changeGates {
          try $0.consent(consent, site: site, root: identity.root, study: study)
        }
        let assignment = try #require(try fixture.assignment(site))
        #expect(assignment.objects.map(\.kind) == [.evaluationProtocol, .model, .modelCard])
        let admission = try fixture.write { database, record in
          try AssignmentDesk(database, tenant: RoundsFixture.tenant, site: site).admit(
            bytes, for: assignment.id, signingRoot: identity.fingerprint.digest, receiptsBy: evidence,
            at: now, record: record)
        }
        guard case .accepted = admission else {
          Issue.record("\(site) was not accepted")
          return
        }
      }
      #expect(try fixture.advance() == round)
      let files = try RoundBook(fixture.database).matrix(round).files
      let expected = try SyntheticStudy.matrix(rows: 2000, seed: 7).encode()
      #expect(files.map(\.path) == expected.map(\.path).sorted())
      for file in expected { #expect(files.contains { $0.path == file.path && $0.bytes == file.bytes }) }
    }
  }
}
