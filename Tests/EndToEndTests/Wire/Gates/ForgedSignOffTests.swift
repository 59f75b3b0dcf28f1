import Attestations
import CanonicalJSON
import Cryptography
import Foundation
import Gates
import PhaseGrants
import StudyFixtures
import TestSupport
import Testing

extension WireTests {
  /// Signatures that were moved to something else (security.md: G2, G3, G5).
  @Suite struct ForgedSignOffTests {
    /// An honest sign-off, to be changed in one place and signed again.
    private func draft(
      _ study: GatedStudy, _ file: String, by reviewer: WireReviewer
    ) throws -> SignOffDraft {
      let honest = try SignOffFile.parse(fileBytes(file))
      return SignOffDraft(
        of: try VerifiedDecision.verify(honest.statement, root: honest.root),
        by: try study.identity(of: reviewer))
    }

    private func write(_ study: GatedStudy, _ statement: [UInt8], _ identity: SigningIdentity) throws
      -> String
    {
      let path = "\(study.deployment.folder)/forged-\(UUID().uuidString).json"
      try Data(SignOffFile(statement: statement, root: identity.root).encode()).write(to: URL(filePath: path))
      return path
    }

    /// Brings forgeries; each has to be refused by its rule, in the answer and in the audit log.
    private func expectRefusals(
      _ study: GatedStudy, _ forgeries: [(rule: String, sentence: String, file: String)]
    ) throws {
      let deployment = study.deployment
      let before = try deployment.audit().count
      try deployment.expectNothingComes(refusals: forgeries.count) {
        for forgery in forgeries {
          let answer = try deployment.curl(
            "POST", "/v1/studies/\(study.study)/gate/sign-offs",
            as: Credential(profile: deployment.vendor),
            body: forgery.file)
          #expect(answer.status == 422, "\(forgery.rule): \(answer.text)")
          #expect(answer.text.contains(forgery.sentence), "\(forgery.rule): \(answer.text)")
        }
      }
      for (line, forgery) in zip(try deployment.audit().dropFirst(before), forgeries) {
        #expect(line.text.contains(forgery.rule), "\(forgery.rule): \(line.text)")
      }
    }

    @Test func aSignatureCountsForNothingButWhatItNames() throws {
      try GateTemplate.withStudy { study, _ in
        let deployment = study.deployment
        let marsh = try study.sign(.sponsor)
        let rival = try deployment.tenant(of: deployment.rival)
        func forged(
          _ rule: String, _ sentence: String, by reviewer: WireReviewer = .sponsor,
          _ change: (inout SignOffDraft) throws -> Void
        ) throws -> (rule: String, sentence: String, file: String) {
          var draft = try draft(study, marsh, by: reviewer)
          try change(&draft)
          return (rule, sentence, try write(study, draft.sign(), draft.identity))
        }
        let stranger = WireReviewer.stranger
        try expectRefusals(
          study,
          [
            forged("unnamedReviewer", "does not name Eve Stone", by: stranger) {
              ($0.person, $0.role, $0.organisation) = (stranger.person, stranger.role, stranger.organisation)
            },
            forged("otherKey", "another key than the protocol names for Ada Marsh", by: stranger) { _ in },
            forged("otherName", "prints somebody else") { $0.role = WireReviewer.governance.role },
            forged("wrongGate", "waits for limited") { $0.gate = .broad },
            forged("otherTenant", "another tenant") { $0.tenant = rival },
            forged("otherStudy", "another study") { $0.study = WireDeployment.study },
            forged("protocolDiffers", "another version of the protocol") {
              $0.protocolDigest = Digest(of: [])
            },
            forged("notIndependent", "not independent") { $0.independence = [] },
            forged("pageDiffers", "another page") { $0.page = Digest(of: []) },
            forged("meaning", "meaning of the signature") { $0.meaning = "I agree." },
            forged("signedBeforeEvidence", "before the evidence was there") {
              $0.signedAt = try UTCTime(secondsSinceEpoch: $0.signedAt.secondsSinceEpoch - 3600)
            },
            forged("historyDiffers", "another history") {
              $0.history = HistoryHead(sequence: $0.history.sequence, digest: Digest(of: []))
            },
          ])
        // The honest one is taken once; the same again changes nothing, for whoever brings it.
        #expect(try study.submit(marsh).code == 0)
        let events = try study.status().events
        #expect(try study.submit(marsh).code == 0)
        #expect(try study.status().events == events)
        let elsewhere = try deployment.curl(
          "POST", "/v1/studies/\(study.study)/gate/sign-offs", as: Credential(profile: deployment.rival),
          body: marsh)
        #expect(elsewhere.status == 404, "\(elsewhere.text)")
        try oneKeyFillsOneRole(study)
        try aRejectionStands(study)
      }
    }

    /// A reviewer cannot sign in another one's place as well, on whatever delegation.
    private func oneKeyFillsOneRole(_ study: GatedStudy) throws {
      let honest = try draft(study, study.file(.sponsor), by: .sponsor)
      let governance = WireReviewer.governance
      let identity = try study.identity(of: governance)
      let delegation = Delegation(
        tenant: honest.tenant, study: honest.study, gate: .limited, protocolDigest: honest.protocolDigest,
        person: governance.person, role: governance.role,
        delegate: .init(
          person: WireReviewer.sponsor.person, organisation: "Elsewhere",
          fingerprint: try study.identity(of: .sponsor).fingerprint.digest),
        from: honest.signedAt, until: honest.validUntil, reason: "away", signedAt: honest.signedAt,
        history: honest.history)
      try expectRefusals(
        study,
        [
          (
            "oneKeyTwoRoles", "stands for clinical sponsor",
            try write(study, delegation.sign(with: identity), identity)
          )
        ])
    }

    /// Who rejects and then approves has to say so: the approval names the rejection.
    private func aRejectionStands(_ study: GatedStudy) throws {
      let approval = try study.sign(.governance)
      #expect(try study.submit(study.sign(.governance, "reject")).code == 0)
      #expect(try study.submit(study.sign(.statistics)).code == 0)
      try expectRefusals(study, [("previousDiffers", "the signer's decision before this one", approval)])
      #expect(try study.status().standing(of: WireReviewer.governance.role) == "rejected")
      let refused = try study.move("advance", "--to", "limited")
      #expect(refused.code == 3 && refused.errors.contains("signOffRejected"), "\(refused.errors)")
      // With a package in which the rejection stands, the approval names it.
      try study.review()
      #expect(try study.submit(study.sign(.governance)).code == 0)
      #expect(try study.status().unmet == [])
    }

    @Test func newEvidenceMakesEverySignatureVoid() throws {
      try GateTemplate.withStudy { study, _ in
        for reviewer in WireReviewer.all { #expect(try study.submit(study.sign(reviewer)).code == 0) }
        #expect(try study.status().unmet == [])
        try study.finishRound()
        // The second look at the phase's results is shown as the second, and agrees with what the coordinator keeps.
        let verdicts = try Programs.run(
          "coordinator",
          [
            "verdicts", "show", "--profile", study.deployment.vendor, "--study", study.study, "--json",
          ])
        #expect(verdicts.code == 0 && verdicts.output.contains(#""look":2"#), "\(verdicts.errors)")
        let status = try study.status()
        #expect(status.unmet == ["signOffVoid", "signOffVoid", "signOffVoid"])
        for reviewer in WireReviewer.all { #expect(status.standing(of: reviewer.role) == "void") }
        let refused = try study.move("advance", "--to", "limited")
        #expect(refused.code == 3 && refused.errors.contains("signOffVoid"), "\(refused.errors)")
        #expect(try study.status().state == "silent")
        // A further signature on the old package is refused; on the new one it counts.
        var old = try draft(study, study.file(.sponsor), by: .sponsor)
        let file = study.file(.sponsor)
        let first = try SignOffFile.parse(fileBytes(file))
        old.previous = try VerifiedDecision.verify(first.statement, root: first.root).signedDigest
        try expectRefusals(
          study,
          [("evidenceDiffers", "other evidence than the newest", try write(study, old.sign(), old.identity))]
        )
        try study.review()
        for reviewer in WireReviewer.all { #expect(try study.submit(study.sign(reviewer)).code == 0) }
        #expect(try study.move("advance", "--to", "limited").code == 0)
      }
    }
  }
}
