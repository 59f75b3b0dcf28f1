package import CoordinatorAPI
package import Cryptography

/// Where an assignment stands at this site. Every step from one to the next is one transaction.
package enum LocalState: String, CaseIterable, Sendable {
  /// Known, nothing fetched.
  case seen
  /// The protocol is here; a person has to decide.
  case awaitingApproval = "awaiting-approval"
  /// Approved; files are fetched and rows are counted.
  case preparing
  /// A condition of this machine has to be put right: a dataset that is missing or that changed.
  case blocked
  /// Signed bytes wait to be looked at.
  case computed
  case previewed
  /// These bytes may leave.
  case approved
  /// These bytes left or were about to; whether they arrived is not known until a receipt names them.
  case sent
  case receipted
  /// The coordinator does not take them, with its reason.
  case refused
  /// A refusal with its code is to be sent.
  case declining
  case declined
  /// The round ended without an answer of this site.
  case closed
  /// Somebody else answered as this site.
  case suspectedClone = "suspected-clone"

  /// Whether nothing will happen any more.
  package var isFinal: Bool {
    switch self {
    case .receipted, .refused, .declined, .closed, .suspectedClone: true
    default: false
    }
  }

  /// Whether rows are still to be counted for it.
  package var needsRows: Bool {
    switch self {
    case .seen, .awaitingApproval, .preparing, .blocked: true
    default: false
    }
  }

  /// Whether only a decision of a person here moves it.
  package var awaitsPeople: Bool {
    switch self {
    case .awaitingApproval, .computed, .previewed: true
    default: false
    }
  }

  /// Whether bytes may have left.
  package var mayHaveLeft: Bool { self == .sent || self == .receipted }
}

/// What the next step of an assignment is.
package enum PipelineStep: Sendable, Equatable {
  case fetchProtocol
  /// A person has to approve or deny; why, in words.
  case awaitApproval(String)
  /// Approved: go on to prepare.
  case beginPreparing
  case fetchObject(ObjectReference)
  case evaluate
  case sign
  case decline(RefusalCode)
  /// A person has to look and to release.
  case awaitRelease
  case releaseAutomatically
  case send
  case sendRefusal
  /// Finished, or not ours to move.
  case none
}

/// Everything that decides about the next step.
package struct PipelineFacts: Sendable, Equatable {
  package var state: LocalState
  package var hasProtocol: Bool
  package var approval: ApprovalStatus
  /// Whether this site agreed to go as far as the phase that is asked about.
  package var consentCoversPhase: Bool
  /// Files that the protocol names and that are not here yet.
  package var missingObjects: [ObjectReference]
  /// Whether the counts for this protocol, model, dataset release and policy are here.
  package var hasComputation: Bool

  /// The facts about one assignment.
  package init(
    state: LocalState, hasProtocol: Bool, approval: ApprovalStatus, missingObjects: [ObjectReference],
    hasComputation: Bool, consentCoversPhase: Bool = true
  ) {
    self.consentCoversPhase = consentCoversPhase
    self.state = state
    self.hasProtocol = hasProtocol
    self.approval = approval
    self.missingObjects = missingObjects
    self.hasComputation = hasComputation
  }

  /// The one next step.
  ///
  /// Nothing is fetched beyond the protocol, nothing evaluated and nothing sent without an approval that covers
  /// this protocol, policy and model now.
  package var nextStep: PipelineStep {
    switch state {
    case .seen: return hasProtocol ? approvalStep : .fetchProtocol
    case .awaitingApproval: return approvalStep
    // Back first, so that what kept it waiting is forgotten; it comes here again if it is still there.
    case .blocked: return covered { _ in .beginPreparing }
    case .preparing: return preparation
    case .computed, .previewed:
      return covered { mode in mode == .automatic ? .releaseAutomatically : .awaitRelease }
    case .approved: return covered { _ in .send }
    // The decision to send was made, and resending the same bytes gives nobody anything new.
    case .sent: return .send
    case .declining: return .sendRefusal
    case .receipted, .refused, .declined, .closed, .suspectedClone: return .none
    }
  }

  private var approvalStep: PipelineStep {
    switch approval {
    case .none: .awaitApproval("no decision yet")
    case .policyChanged: .awaitApproval("the disclosure policy or the data class changed since the approval")
    case .datasetMissing: .awaitApproval("no dataset is registered for the study")
    case .denied: .decline(.protocolDenied)
    case .approved: consentCoversPhase ? .beginPreparing : .decline(.phaseNotConsented)
    }
  }

  private var preparation: PipelineStep {
    covered { _ in
      if hasComputation { return .sign }
      if let object = missingObjects.first { return .fetchObject(object) }
      return .evaluate
    }
  }

  private func covered(_ step: (ReleaseMode) -> PipelineStep) -> PipelineStep {
    guard case .approved(let mode) = approval, consentCoversPhase else { return approvalStep }
    return step(mode)
  }
}

/// Whether a person here has allowed what an assignment asks.
package enum ApprovalStatus: Sendable, Equatable {
  case none
  case denied
  /// There is an approval, for another effective policy or model.
  case policyChanged
  case datasetMissing
  case approved(ReleaseMode)
}

/// Whether signed bytes wait for a person.
package enum ReleaseMode: String, CaseIterable, Sendable {
  /// A person previews and releases every package.
  case hold
  /// Packages under this approval leave by themselves.
  case automatic
}

/// What the coordinator's list says about an assignment, held against what is known here.
package enum Reconciliation: Sendable, Equatable {
  /// Nothing to do.
  case agrees
  /// The round ended without us.
  case closed
  /// Somebody else answered as this site: a copy of this directory, or a stolen one.
  case answeredElsewhere(String)

  /// Compares the coordinator's word with the local state.
  ///
  /// - Parameter package: the digest of the package here, if there is one.
  package init(local state: LocalState, package: Digest?, remote: Assignment) {
    switch remote.state {
    case .accepted where remote.submission != nil && remote.submission == package: self = .agrees
    case .accepted:
      self = .answeredElsewhere("the coordinator holds a submission of this site that was not made here")
    case .declined where state == .declined || state == .declining: self = .agrees
    case .declined: self = .answeredElsewhere("the assignment was declined as this site, but not from here")
    case .expired: self = state.isFinal ? .agrees : .closed
    case .open where remote.hasConflict && state != .refused:
      self = .answeredElsewhere("the coordinator has two different submissions of this site")
    case .open: self = .agrees
    }
    if self == .agrees, remote.hasConflict, state == .receipted {
      self = .answeredElsewhere("somebody sent other bytes for an assignment that this site answered")
    }
  }
}
