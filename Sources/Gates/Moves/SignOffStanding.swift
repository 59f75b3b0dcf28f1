package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// Where a required sign-off stands at a gate.
package enum SignOffStanding: Equatable, Sendable {
  /// The protocol names no key for the person.
  case keyUnknown
  case missing
  case approved(StudyState.Placed<StudyFact.DecisionRecorded>)
  case rejected(StudyState.Placed<StudyFact.DecisionRecorded>)
  case abstained(StudyState.Placed<StudyFact.DecisionRecorded>)
  case expired(StudyState.Placed<StudyFact.DecisionRecorded>)
  /// Given on other evidence, under another protocol, for another target, or before the review cut.
  case void(StudyState.Placed<StudyFact.DecisionRecorded>)

  /// The decision, whatever became of it.
  package var decision: StudyState.Placed<StudyFact.DecisionRecorded>? {
    switch self {
    case .keyUnknown, .missing: nil
    case .approved(let decision), .rejected(let decision), .abstained(let decision), .expired(let decision),
      .void(let decision):
      decision
    }
  }
}

extension StudyState {
  /// The phase after another, as the protocol has them.
  package func phase(after phase: PhaseName, in evaluationProtocol: EvaluationProtocol) -> PhaseName? {
    PhaseName.allCases.first { $0 > phase && evaluationProtocol.phase($0) != nil }
  }

  /// The gate that the state waits for; nil for a draft and in the last phase.
  package func gate(under evaluationProtocol: EvaluationProtocol) -> Gate? {
    switch standing {
    case .draft: nil
    case .active(let phase): self.phase(after: phase, in: evaluationProtocol).flatMap(Gate.init(opening:))
    case .held, .stopped: .restart
    }
  }

  /// Who has to sign for a gate: the entries of the phase that it leads out of; for a restart, of the phase in
  /// which the study was held or of the nearest one before that has any.
  package func reviewers(of gate: Gate, under evaluationProtocol: EvaluationProtocol) -> [RequiredSignOff] {
    switch gate {
    case .limited, .broad:
      return activePhase.flatMap { evaluationProtocol.phase($0)?.signOffs } ?? []
    case .restart:
      guard let phase else { return [] }
      let candidates = PhaseName.allCases.reversed().filter { $0 <= phase }
      for candidate in candidates {
        if let signOffs = evaluationProtocol.phase(candidate)?.signOffs, !signOffs.isEmpty { return signOffs }
      }
      return []
    }
  }

  /// The event up to which a gate's review page shows the history; nil when there is nothing to review.
  package func reviewCut(of gate: Gate) -> Int? {
    switch gate {
    case .limited, .broad: return evidence?.sequence
    case .restart:
      guard let interruption else { return nil }
      return max(interruption.sequence, incident(interruption.fact.incident)?.notedAt ?? 0)
    }
  }

  /// The digest of the evidence list that a sign-off has to be about.
  package func evidenceDigest() -> Digest? {
    evidence?.fact.evidence ?? inForce.map { EvidenceList(protocolAlone: $0.protocolDigest).digest }
  }

  /// Where a required sign-off stands.
  package func standing(
    of entry: RequiredSignOff, at gate: Gate, target: RestartTarget? = nil, now: UTCTime
  ) -> SignOffStanding {
    guard entry.fingerprint != nil else { return .keyUnknown }
    guard let newest = decisions(of: entry, at: gate).last else { return .missing }
    let fact = newest.fact
    switch fact.decision {
    // A rejection stands, whatever changed, until the same entry decides anew.
    case .reject: return .rejected(newest)
    case .abstain: return .abstained(newest)
    case .approve: break
    }
    guard let inForce, let cut = reviewCut(of: gate), fact.protocolDigest == inForce.protocolDigest,
      fact.evidence == evidenceDigest(), fact.seen >= cut, gate != .restart || fact.target == target
    else { return .void(newest) }
    return now > fact.validUntil ? .expired(newest) : .approved(newest)
  }

  /// The decisions of an entry at a gate that count now, in order: those since the phase was entered, or since
  /// the hold or stop.
  package func decisions(
    of entry: RequiredSignOff, at gate: Gate
  ) -> [Placed<StudyFact.DecisionRecorded>] {
    let start = gate == .restart ? interruption?.sequence ?? Int.max : phaseSince
    return decisions.filter { decision in
      decision.sequence > start && decision.fact.gate == gate
        && decision.fact.role.hasSameBytes(as: entry.role)
        && (decision.fact.onBehalfOf ?? decision.fact.person).hasSameBytes(as: entry.person)
    }
  }
}
