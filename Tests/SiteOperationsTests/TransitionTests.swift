import EvaluationProtocols
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteOperations
import Testing

/// Which step follows from which facts, and what the coordinator's list says to each state.
@Suite struct TransitionTests {
  private let object = ObjectReference(kind: .model, digest: Digest(of: [1]), bytes: 1)

  private func step(
    _ state: LocalState, hasProtocol: Bool = true, approval: ApprovalStatus = .approved(.hold),
    missing: [ObjectReference] = [], hasComputation: Bool = false, consents: Bool = true
  ) -> PipelineStep {
    PipelineFacts(
      state: state, hasProtocol: hasProtocol, approval: approval, missingObjects: missing,
      hasComputation: hasComputation, consentCoversPhase: consents
    ).nextStep
  }

  @Test func everyStateHasItsNextStep() {
    #expect(step(.seen, hasProtocol: false) == .fetchProtocol)
    #expect(step(.seen) == .beginPreparing)
    #expect(step(.awaitingApproval) == .beginPreparing)
    #expect(step(.preparing, missing: [object]) == .fetchObject(object))
    #expect(step(.preparing) == .evaluate)
    #expect(step(.preparing, missing: [object], hasComputation: true) == .sign)
    #expect(step(.blocked) == .beginPreparing)
    #expect(step(.computed) == .awaitRelease)
    #expect(step(.previewed) == .awaitRelease)
    #expect(step(.computed, approval: .approved(.automatic)) == .releaseAutomatically)
    #expect(step(.approved) == .send)
    #expect(step(.sent) == .send)
    #expect(step(.declining) == .sendRefusal)
    for state in [LocalState.receipted, .refused, .declined, .closed, .suspectedClone] {
      #expect(state.isFinal)
      #expect(step(state) == .none)
    }
  }

  @Test(
    "without an approval that covers what would be done, nothing is evaluated or sent",
    arguments: LocalState.allCases, [ApprovalStatus.none, .policyChanged, .datasetMissing, .denied])
  func nothingHappensWithoutApproval(state: LocalState, approval: ApprovalStatus) {
    let allowed: [PipelineStep]
    switch state {
    // The bytes left under an approval; the same ones may be sent again, and a refusal says nothing.
    case .sent: allowed = [.send]
    case .declining: allowed = [.sendRefusal]
    default:
      allowed =
        [PipelineStep.none, .decline(.protocolDenied)]
        + [
          "no decision yet", "no dataset is registered for the study",
          "the disclosure policy or the data class changed since the approval",
        ].map(PipelineStep.awaitApproval)
    }
    #expect(allowed.contains(step(state, approval: approval, hasComputation: true)))
  }

  @Test(
    "a phase that the site's own consent does not cover is declined before anything is evaluated or sent",
    arguments: [LocalState.seen, .awaitingApproval, .preparing, .blocked, .computed, .previewed, .approved])
  func phaseBeyondTheConsentIsDeclined(state: LocalState) {
    #expect(step(state, hasComputation: true, consents: false) == .decline(.phaseNotConsented))
    // Who did not approve is asked first.
    #expect(step(state, approval: .denied, consents: false) == .decline(.protocolDenied))
  }

  private func remote(
    _ state: AssignmentState, submission: Digest? = nil, hasConflict: Bool = false
  ) throws -> Assignment {
    Assignment(
      id: "a", round: "r", study: "s", evaluationProtocol: Digest(of: []), phase: .silent, kind: .release,
      deadline: try TestAgent.time, sequence: 1, objects: [], state: state, submission: submission,
      hasConflict: hasConflict)
  }

  private func isSuspicious(_ local: LocalState, _ package: Digest?, _ remote: Assignment) -> Bool {
    if case .answeredElsewhere = Reconciliation(local: local, package: package, remote: remote) {
      return true
    }
    return false
  }

  @Test func answerOfAnotherCopyIsSeen() throws {
    let ours = Digest(of: [1])
    let theirs = Digest(of: [2])
    #expect(!isSuspicious(.sent, ours, try remote(.accepted, submission: ours)))
    // A backup from before the sending: the bytes are the same, so nothing is lost.
    #expect(!isSuspicious(.approved, ours, try remote(.accepted, submission: ours)))
    #expect(isSuspicious(.seen, nil, try remote(.accepted, submission: theirs)))
    #expect(isSuspicious(.sent, ours, try remote(.accepted, submission: theirs)))
    #expect(isSuspicious(.receipted, ours, try remote(.accepted, submission: ours, hasConflict: true)))
    #expect(isSuspicious(.previewed, ours, try remote(.declined)))
    #expect(!isSuspicious(.declining, nil, try remote(.declined)))
  }

  @Test func endOfARoundClosesWhatWasNotAnswered() throws {
    #expect(Reconciliation(local: .previewed, package: nil, remote: try remote(.expired)) == .closed)
    #expect(Reconciliation(local: .receipted, package: nil, remote: try remote(.expired)) == .agrees)
    #expect(Reconciliation(local: .seen, package: nil, remote: try remote(.open)) == .agrees)
  }
}

/// An agent that was away for long.
@Suite struct LongAbsenceTests {
  @Test func roundThatIsNotListedAnyMoreIsClosedAfterItsDeadline() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      let store = try agent.store()
      func list(at time: String) throws -> AssignmentsDocument {
        AssignmentsDocument(
          time: try UTCTime(parsing: time), cursor: 2, tenant: TestAgent.tenant, site: TestAgent.site,
          assignments: [])
      }
      _ = try await store.merge(list(at: "2026-06-08T12:00:00Z"), at: TestAgent.time)
      #expect(try await agent.record().state == .awaitingApproval)
      _ = try await store.merge(list(at: "2026-06-08T12:00:01Z"), at: TestAgent.time)
      #expect(try await agent.record().state == .closed)
    }
  }
}
