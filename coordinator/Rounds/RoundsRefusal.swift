package import CoordinatorAPI
package import CanonicalJSON
package import EvaluationProtocols
package import Gates
package import PhaseGrants
package import Submissions
import Tenancy

/// Adds an entry to the audit log of the running transaction and tells its number. The daemon passes
/// `AuditTrail.append`.
package typealias AuditRecorder = (_ action: String, _ object: String, _ detail: JSONObject) -> Int64

/// What the audit log calls the changes of this module.
package enum RoundsAction: String, CaseIterable, Sendable {
  case protocolPublished = "protocol.published"
  case objectPublished = "object.published"
  case roundOpened = "round.opened"
  case roundClosed = "round.closed"
  case roundCompleted = "round.completed"
  case roundFailed = "round.failed"
  case roundSealed = "round.sealed"
  case assignmentDeclined = "assignment.declined"
  case submissionAccepted = "submission.accepted"
  case submissionConflict = "submission.conflict"
  case phaseEntered = "gate.entered"
  case held = "gate.held"
  /// A rehearsal: nothing was held.
  case drilled = "gate.drilled"
  case stopped = "gate.stopped"
  case restarted = "gate.restarted"
  case evidenceRecorded = "gate.evidence"
  case decisionRecorded = "gate.decision"
  case delegationRecorded = "gate.delegation"
  case wordGiven = "site.told"
  case consentRecorded = "site.consented"
  case acknowledged = "site.acknowledged"
  case incidentOpened = "incident.opened"
  case incidentNoted = "incident.noted"
  case incidentClosed = "incident.closed"
  case changeRecorded = "change.recorded"
  /// Reading what is not there yet.
  case resultRead = "result.read"
}

/// A no to whoever asked: nothing was changed.
package struct RoundsRefusal: Refusal, Equatable {
  /// What was asked for.
  package let change: RoundsAction
  /// What it was asked of, such as `round/r-…`.
  package let object: String
  package let reason: Reason

  /// What was asked for, as the audit log has it.
  package var action: String { change.rawValue }

  init(_ change: RoundsAction, of object: String, _ reason: Reason) {
    self.change = change
    self.object = object
    self.reason = reason
  }

  /// Why not.
  package enum Reason: Error, Equatable {
    /// Not there, or somebody else's: nobody can tell which.
    case absent
    case protocolMalformed(ProtocolError)
    /// The protocol is of another study than the path.
    case otherStudy
    case versionGap(expected: Int)
    case versionTaken(Int)
    case notNamed(ObjectKind)
    case digestDiffers
    case modelUnusable(String, remedy: String)
    case modelCardMalformed(String)
    case phaseMissing(PhaseName)
    case objectsMissing([ObjectKind])
    case deadline
    case quorum(sites: Int)
    case roundOpen(String)
    case notOpen
    case siteNotConfirmed
    case submission(SubmissionError)
    case otherSite
    case sequence(expected: Int, found: Int)
    case tooManyConflicts
    case notComplete
    case exploratory
    case seal(String, remedy: String)
    /// The amendment does not name the version before.
    case amendment
    /// An event that the state does not allow.
    case move(MoveError)
    /// A move whose conditions are not met.
    case conditions([UnmetCondition])
    case signOff(SignOffRefusal)
    case grant(GrantError)
    /// The study is not in the phase of the round.
    case phaseClosed(String)
    case studyHeld
    /// The site has not consented to the round's phase under its protocol.
    case notConsented
    /// The round left no evidence: the study was not in its phase, or under another protocol.
    case noEvidence
  }

  /// Which kind of answer this is.
  package enum Kind: Sendable {
    case absent, conflict, notOpen, siteNotConfirmed, refused
  }

  /// Which kind of answer this is.
  package var kind: Kind {
    switch reason {
    case .absent: .absent
    case .versionTaken, .versionGap, .roundOpen, .tooManyConflicts, .amendment, .conditions, .move: .conflict
    case .notOpen, .notComplete, .phaseClosed, .studyHeld: .notOpen
    case .siteNotConfirmed: .siteNotConfirmed
    default: .refused
    }
  }

  /// Why not, as a word of a closed set: what the audit log keeps.
  package var code: String {
    switch reason {
    case .absent: "absent"
    case .protocolMalformed: "protocol-malformed"
    case .otherStudy: "other-study"
    case .versionGap: "version-gap"
    case .versionTaken: "version-taken"
    case .notNamed: "not-named"
    case .digestDiffers: "digest-differs"
    case .modelUnusable: "model-unusable"
    case .modelCardMalformed: "model-card-malformed"
    case .phaseMissing: "phase-missing"
    case .objectsMissing: "objects-missing"
    case .deadline: "deadline"
    case .quorum: "quorum"
    case .roundOpen: "round-open"
    case .notOpen: "not-open"
    case .siteNotConfirmed: "site-not-confirmed"
    case .submission(let error): error.code
    case .otherSite: "other-site"
    case .sequence: "sequence"
    case .tooManyConflicts: "too-many-conflicts"
    case .notComplete: "not-complete"
    case .exploratory: "exploratory"
    case .seal: "seal"
    case .amendment: "amendment"
    case .move(let error): error.rule
    case .conditions(let unmet): unmet.first?.code.rawValue ?? "state"
    case .signOff(let refusal): refusal.rule
    case .grant(let error): error.rule
    case .phaseClosed: "phase-closed"
    case .studyHeld: "study-held"
    case .notConsented: "not-consented"
    case .noEvidence: "noEvidence"
    }
  }
}

extension SubmissionError {
  /// Which part of a submission was wrong, for the audit log.
  fileprivate var code: String {
    switch self {
    case .package: "submission-package"
    case .root: "submission-root"
    case .attestation: "submission-attestation"
    case .predicate: "submission-predicate"
    case .aggregate: "submission-aggregate"
    case .context: "submission-context"
    case .otherSite: "submission-other-site"
    }
  }
}

extension RoundsRefusal: CustomStringConvertible {
  /// Why not.
  package var description: String {
    switch reason {
    case .absent: "there is no such thing here"
    case .protocolMalformed(let error): "\(error)"
    case .otherStudy: "the protocol is of another study than the path names"
    case .versionGap(let expected): "the next version of this study's protocol is \(expected)"
    case .versionTaken(let version): "version \(version) was published with other bytes"
    case .notNamed(let kind): "the newest protocol names another \(kind.rawValue), or none"
    case .digestDiffers: "the bytes have another digest than the path names"
    case .modelUnusable(let problem, _): "model: \(problem)"
    case .modelCardMalformed(let problem): "model card: \(problem)"
    case .phaseMissing(let phase): "the protocol has no phase \(phase.rawValue)"
    case .objectsMissing(let kinds): "not published yet: \(kinds.map(\.rawValue).joined(separator: ", "))"
    case .deadline: "the deadline is not in the coming year"
    case .quorum(let sites): "the quorum is not from 1 to \(sites), the sites of the protocol"
    case .roundOpen(let round): "round \(round) of this phase is open"
    case .notOpen: "the round takes nothing any more"
    case .siteNotConfirmed: "the site is not a confirmed member"
    case .submission(let error): "\(error)"
    case .otherSite: "the submission is of another site than its sender"
    case .sequence(let expected, let found):
      "the submission was signed with sequence \(found), this assignment has \(expected)"
    case .tooManyConflicts: "other submissions came for this assignment too often"
    case .notComplete: "the round has no result yet"
    case .exploratory: "an exploratory round is never sealed"
    case .seal(let problem, _): problem
    case .amendment: "the amendment does not name the digest of the version before"
    case .move(let error): "\(error)"
    case .conditions(let unmet): unmet.map { "\($0.code.rawValue): \($0.sentence)" }.joined(separator: "; ")
    case .signOff(let refusal): "\(refusal)"
    case .grant(let error): "\(error)"
    case .phaseClosed(let state): "the study is \(state), and not in the phase of the round"
    case .studyHeld: "the study is held or stopped, and takes nothing until it restarts"
    case .notConsented: "the site has not consented to this phase under this protocol"
    case .noEvidence: "the round left no evidence: the study was not in its phase, or under another protocol"
    }
  }

  /// What the caller can do.
  package var remedy: String {
    switch reason {
    case .absent: "check the identifier"
    case .protocolMalformed(let error): error.remedy
    case .otherStudy: "use the protocol's own id in the path"
    case .versionGap(let expected): "give the protocol version \(expected)"
    case .versionTaken: "publish the change as the next version"
    case .notNamed: "publish the protocol that names this file first"
    case .digestDiffers: "send the file again, with its own digest"
    case .modelUnusable(_, let remedy): remedy
    case .modelCardMalformed: "correct the field and write the card in canonical form"
    case .phaseMissing: "name a phase of the protocol"
    case .objectsMissing: "publish them first, then open the round"
    case .deadline: "give a time after now and at most 365 days from now"
    case .quorum: "give how many sites have to answer"
    case .roundOpen: "wait for its end, or close it"
    case .notOpen: "wait for the next round"
    case .siteNotConfirmed: "let an administrator compare and confirm the site's fingerprint"
    case .submission(let error): error.remedy
    case .otherSite: "send it with the identity of the site that signed it"
    case .sequence(let expected, _): "sign the aggregate for this assignment, with sequence \(expected)"
    case .tooManyConflicts: "call the administrator; the first submission stands"
    case .notComplete: "wait for the round's end, or close it"
    case .exploratory: "open a release round"
    case .seal(_, let remedy): remedy
    case .amendment: "write the digest that `coordinator study show` gives for the version before"
    case .move: "look at `coordinator gate status`"
    case .conditions(let unmet):
      unmet.map { "\($0.code.rawValue) is cleared by \($0.clearedBy)" }.joined(separator: "; ")
    case .signOff(let refusal): refusal.remedy
    case .grant(let error): error.remedy
    case .phaseClosed:
      "open the round for the phase that `coordinator gate status` shows, or open the gate first"
    case .studyHeld: "look at `coordinator gate status` for what a restart needs"
    case .notConsented: "approve the protocol at the site with `site-agent protocol approve`, for this phase"
    case .noEvidence: "seal a release round of the phase in which the study is"
    }
  }
}
