package import CanonicalJSON
package import EvaluationProtocols
import PhaseGrants

/// Something that the next move still lacks, and since when.
package struct MissingPart: Equatable, Sendable {
  package let kind: Kind
  /// A file, a site or a person with role.
  package let what: String
  package let since: UTCTime?
  /// What is missing about it, as a sentence.
  package let sentence: String

  /// What kind of thing is missing.
  package enum Kind: String, CaseIterable, Sendable {
    /// A file that the protocol names.
    case artifact
    /// A round with a result.
    case evidence
    /// A validation site's result.
    case submission
    /// A site's consent to the phase.
    case consent
    /// A required signature.
    case approver
  }

  /// Whether it is the approval of an entry of the protocol.
  package func isApproval(of entry: RequiredSignOff) -> Bool {
    kind == .approver && what.hasSameBytes(as: "\(entry.person), \(entry.role)")
  }
}

extension ReviewView {
  /// What the next move still lacks.
  var missingParts: [MissingPart] {
    guard let inForce else { return [] }
    return artifacts + evidenceParts(inForce) + consentParts(inForce) + approvers(inForce)
  }

  private var artifacts: [MissingPart] {
    let since = history.events.last { event in
      if case .protocolPublished = event.fact { true } else { false }
    }?.time
    return missingObjects.map { object in
      MissingPart(
        kind: .artifact, what: object, since: since,
        sentence: "\(object) is not published\(sinceWords(since))")
    }
  }

  private func evidenceParts(_ evaluationProtocol: EvaluationProtocol) -> [MissingPart] {
    guard let phase = state.phase else { return [] }
    guard let evidence = state.evidence else {
      return [
        MissingPart(
          kind: .evidence, what: phase.rawValue, since: phaseEnteredAt,
          sentence: "No release round of \(phase.rawValue) has ended with a result"
            + sinceWords(phaseEnteredAt))
      ]
    }
    let present = Set(evidence.fact.sites.map(\.site))
    return evaluationProtocol.validationSites.map(\.id).filter { !present.contains($0) }.map { site in
      MissingPart(
        kind: .submission, what: site, since: evidence.time,
        sentence: "\(site) sent no result to round \(evidence.fact.round), which ended "
          + evidence.fact.endedAt.words)
    }
  }

  private func consentParts(_ evaluationProtocol: EvaluationProtocol) -> [MissingPart] {
    // A draft waits for consents to silent; a phase goes on without those who lag behind, and names them.
    let wanted = state.phase ?? .silent
    let since =
      history.events.last { event in
        if case .protocolPublished = event.fact { true } else { false }
      }?.time
    return evaluationProtocol.validationSites.map(\.id)
      .filter { !state.consent(of: $0, under: evaluationProtocol.digest).covers(wanted) }
      .map { site in
        let consent = state.consent(of: site, under: evaluationProtocol.digest)
        let words = consent == .none ? "has not consented" : "consents to \(consent.rawValue) only"
        return MissingPart(
          kind: .consent, what: site, since: since,
          sentence: "\(site) \(words) under protocol version \(evaluationProtocol.version)"
            + sinceWords(since))
      }
  }

  private func approvers(_ evaluationProtocol: EvaluationProtocol) -> [MissingPart] {
    guard let gate = state.gate(under: evaluationProtocol) else { return [] }
    let target = state.restartTarget()
    let start =
      gate == .restart
      ? state.reviewCut(of: gate).flatMap(time(of:)) : state.evidence?.time ?? phaseEnteredAt
    return state.reviewers(of: gate, under: evaluationProtocol).compactMap { entry in
      let standing = state.standing(of: entry, at: gate, target: target, now: now)
      let who = "\(entry.person), \(entry.role)"
      let since: UTCTime?
      let words: String
      switch standing {
      case .approved: return nil
      case .keyUnknown:
        (since, words) = (start, "the protocol names no key, so a signature is not possible")
      case .missing: (since, words) = (start, "has not signed")
      case .rejected(let decision): (since, words) = (decision.fact.signedAt, "rejected")
      case .abstained(let decision): (since, words) = (decision.fact.signedAt, "abstained")
      case .expired(let decision): (since, words) = (decision.fact.validUntil, "the approval is out of date")
      case .void(let decision):
        (since, words) = (start, "the approval of \(decision.fact.signedAt.words) is void")
      }
      return MissingPart(
        kind: .approver, what: who, since: since, sentence: "\(who): \(words)\(sinceWords(since))")
    }
  }

  private func sinceWords(_ since: UTCTime?) -> String {
    guard let since else { return "" }
    let age = now.secondsSinceEpoch - since.secondsSinceEpoch
    return age < 60 ? ", since \(since.words)" : ", since \(since.words) (\(lengthWords(seconds: age)))"
  }
}

extension StudyState {
  /// What a restart would lead to: what was signed last since the hold or stop; before anybody signed, the
  /// version in force in the phase of the hold, or in silent after a stop.
  package func restartTarget() -> RestartTarget? {
    guard let interruption, let phase, let inForce else { return nil }
    let signed = decisions.last { $0.sequence > interruption.sequence && $0.fact.gate == .restart }
    return signed?.fact.target
      ?? RestartTarget(
        protocolDigest: inForce.protocolDigest, phase: interruption.fact.isStop ? .silent : phase,
        incident: interruption.fact.incident)
  }

  /// The move that the study waits for; nil in the last phase, and before a protocol is in force.
  package func nextMove(under evaluationProtocol: EvaluationProtocol) -> Move? {
    switch standing {
    case .draft: .open
    case .active(let phase): self.phase(after: phase, in: evaluationProtocol).map(Move.advance(to:))
    case .held, .stopped: restartTarget().map(Move.restart)
    }
  }
}
