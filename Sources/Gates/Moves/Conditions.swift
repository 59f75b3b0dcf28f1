import PhaseGrants
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// A move that somebody asks for.
package enum Move: Equatable, Sendable {
  /// From draft to silent.
  case open
  /// To the protocol's next phase.
  case advance(to: PhaseName)
  /// By a person or a stop criterion.
  case hold
  case stop
  case restart(RestartTarget)
}

/// Why a move is not possible yet, and who can change that.
package struct UnmetCondition: Equatable, Sendable {
  /// A word of a closed set.
  package let code: Code
  /// What is not met, as a sentence.
  package let sentence: String
  /// Who can clear it, and how.
  package let clearedBy: String

  /// A condition.
  package init(code: Code, sentence: String, clearedBy: String) {
    self.code = code
    self.sentence = sentence
    self.clearedBy = clearedBy
  }

  /// The codes of `protocols/gates.md`, section 3.
  package enum Code: String, CaseIterable, Sendable {
    case state, objectsMissing, consents, noEvidence, verdict, evidenceExpired, incidentOpen, noReviewers
    case keyUnknown, signOffMissing, signOffRejected, signOffAbstained, signOffExpired, signOffVoid
    case target, correctiveAction
  }
}

extension StudyState {
  /// The conditions of a move that are not met, in the order of `protocols/gates.md`, section 3; empty when
  /// the move may be made now.
  ///
  /// - Parameters:
  ///   - evaluationProtocol: the protocol in force.
  ///   - missingObjects: what the protocol names and nobody published yet; a verifier, which cannot know, gives
  ///     none.
  package func unmetConditions(
    for move: Move, under evaluationProtocol: EvaluationProtocol, missingObjects: [String] = [], now: UTCTime
  ) -> [UnmetCondition] {
    let asked = ConditionCheck(state: self, evaluationProtocol: evaluationProtocol, now: now)
    switch move {
    case .open: return asked.open(missingObjects: missingObjects)
    case .advance(let phase): return asked.advance(to: phase)
    case .hold: return asked.interrupt(mayBeHeld: false)
    case .stop: return asked.interrupt(mayBeHeld: true)
    case .restart(let target): return asked.restart(target)
    }
  }

  /// The approvals on which a gate opens, in the order of the protocol's entries.
  package func approvals(
    at gate: Gate, target: RestartTarget? = nil, under evaluationProtocol: EvaluationProtocol, now: UTCTime
  ) -> [Digest] {
    reviewers(of: gate, under: evaluationProtocol).compactMap { entry in
      guard case .approved(let decision) = standing(of: entry, at: gate, target: target, now: now) else {
        return nil
      }
      return decision.fact.statement
    }
  }
}

private struct ConditionCheck {
  let state: StudyState
  let evaluationProtocol: EvaluationProtocol
  let now: UTCTime

  private func wrongState(_ move: String) -> [UnmetCondition] {
    [
      UnmetCondition(
        code: .state, sentence: "the study is \(state.word), and cannot \(move) from there",
        clearedBy: "look at `coordinator gate status`")
    ]
  }

  func open(missingObjects: [String]) -> [UnmetCondition] {
    guard case .draft = state.standing, let inForce = state.inForce else { return wrongState("open") }
    var unmet: [UnmetCondition] = []
    if !missingObjects.isEmpty {
      unmet.append(
        UnmetCondition(
          code: .objectsMissing, sentence: "not published yet: \(missingObjects.joined(separator: ", "))",
          clearedBy: "the study lead, with `coordinator model publish`"))
    }
    let wanted = evaluationProtocol.phase(.silent)?.minimum.sites ?? 1
    let found = evaluationProtocol.validationSites.filter {
      state.consent(of: $0.id, under: inForce.protocolDigest).covers(.silent)
    }
    if found.count < wanted {
      let waiting = evaluationProtocol.validationSites.map(\.id).filter { id in
        !found.contains { $0.id == id }
      }
      unmet.append(
        UnmetCondition(
          code: .consents,
          sentence: "\(found.count) of at least \(wanted) validation sites have consented to this protocol, "
            + "and these have not: \(waiting.joined(separator: ", "))",
          clearedBy: "those sites, with `site-agent protocol approve`"))
    }
    return unmet
  }

  func advance(to phase: PhaseName) -> [UnmetCondition] {
    guard case .active(let current) = state.standing,
      state.phase(after: current, in: evaluationProtocol) == phase, let gate = Gate(opening: phase)
    else { return wrongState("enter \(phase.rawValue)") }
    var unmet: [UnmetCondition] = []
    if let evidence = state.evidence {
      if evidence.fact.verdict != .pass {
        unmet.append(
          UnmetCondition(
            code: .verdict,
            sentence:
              "round \(evidence.fact.round) came to \(evidence.fact.verdict.words), and only pass opens",
            clearedBy: "the sites, with a further round; the verdicts name what is missing"))
      }
      let limit = Int64(evaluationProtocol.evidence.validityDays) * 86_400
      if now.secondsSinceEpoch - evidence.fact.endedAt.secondsSinceEpoch > limit {
        unmet.append(
          UnmetCondition(
            code: .evidenceExpired,
            sentence: "round \(evidence.fact.round) ended on \(evidence.fact.endedAt.text), more than "
              + "\(evaluationProtocol.evidence.validityDays) days ago",
            clearedBy: "the sites, with a further round"))
      }
    } else {
      unmet.append(
        UnmetCondition(
          code: .noEvidence,
          sentence: "no release round of phase \(current.rawValue) under protocol version "
            + "\(evaluationProtocol.version) has ended with a result since the phase was entered",
          clearedBy: "the study lead, with `coordinator round open`"))
    }
    let open = state.incidents.filter { $0.isOpen && !$0.drill }
    unmet += open.map {
      UnmetCondition(
        code: .incidentOpen, sentence: "incident \($0.id) is open: \($0.title)",
        clearedBy: "its owner, with `coordinator incident close`")
    }
    return unmet + signOffs(at: gate, target: nil)
  }

  func interrupt(mayBeHeld: Bool) -> [UnmetCondition] {
    switch state.standing {
    case .active: []
    case .held: mayBeHeld ? [] : wrongState("be held")
    case .draft, .stopped: wrongState(mayBeHeld ? "be stopped" : "be held")
    }
  }

  func restart(_ target: RestartTarget) -> [UnmetCondition] {
    guard let interruption = state.interruption, let heldIn = state.phase, let inForce = state.inForce else {
      return wrongState("restart")
    }
    var unmet: [UnmetCondition] = []
    if let problem = targetProblem(target, interruption.fact, heldIn: heldIn, inForce: inForce) {
      unmet.append(
        UnmetCondition(
          code: .target, sentence: problem,
          clearedBy: "the study lead, by asking for a phase that was reached"))
    }
    let incident = state.incident(interruption.fact.incident)
    if incident?.owner == nil || incident?.correctiveAction == nil {
      unmet.append(
        UnmetCondition(
          code: .correctiveAction,
          sentence: "incident \(interruption.fact.incident) has no owner or no corrective action yet",
          clearedBy: "the study lead, with `coordinator incident note`"))
    }
    return unmet + signOffs(at: .restart, target: target)
  }

  private func targetProblem(
    _ target: RestartTarget, _ interruption: StudyState.Interruption, heldIn: PhaseName,
    inForce: StudyFact.ProtocolPublished
  ) -> String? {
    guard target.incident.hasSameBytes(as: interruption.incident) else {
      return "the incident is \(interruption.incident)"
    }
    guard state.versions.contains(where: { $0.protocolDigest == target.protocolDigest }) else {
      return "there is no such version of the protocol"
    }
    if interruption.isStop, target.phase != .silent { return "a stopped study restarts in silent" }
    if target.protocolDigest == inForce.protocolDigest {
      if evaluationProtocol.phase(target.phase) == nil {
        return "the protocol has no phase \(target.phase.rawValue)"
      }
      return target.phase <= heldIn ? nil : "the study was in \(heldIn.rawValue) when it was held"
    }
    guard let reached = state.reached[target.protocolDigest] else {
      return "no phase was ever entered under that version"
    }
    // Every protocol has silent; any other phase only a protocol under which the study was in it, for certain.
    return target.phase == .silent || reached.contains(target.phase)
      ? nil : "the study was never in \(target.phase.rawValue) under that version"
  }

  private func signOffs(at gate: Gate, target: RestartTarget?) -> [UnmetCondition] {
    let entries = state.reviewers(of: gate, under: evaluationProtocol)
    if entries.isEmpty {
      return [
        UnmetCondition(
          code: .noReviewers, sentence: "the protocol names nobody who signs here",
          clearedBy: "the study lead, with an amendment that names reviewers")
      ]
    }
    return entries.compactMap { unmet($0, state.standing(of: $0, at: gate, target: target, now: now)) }
  }

  private func unmet(_ entry: RequiredSignOff, _ standing: SignOffStanding) -> UnmetCondition? {
    let who = "\(entry.person), \(entry.role)"
    func condition(_ code: UnmetCondition.Code, _ sentence: String) -> UnmetCondition {
      UnmetCondition(code: code, sentence: sentence, clearedBy: "\(entry.person), with `evidence sign-off`")
    }
    switch standing {
    case .approved: return nil
    case .keyUnknown:
      return UnmetCondition(
        code: .keyUnknown, sentence: "the protocol does not name the key of \(who)",
        clearedBy: "the study lead, with an amendment that gives the fingerprint")
    case .missing: return condition(.signOffMissing, "\(who), has not signed")
    case .rejected(let decision):
      return condition(.signOffRejected, "\(who), rejected on \(decision.fact.signedAt.text)")
    case .abstained(let decision):
      return condition(.signOffAbstained, "\(who), abstained on \(decision.fact.signedAt.text)")
    case .expired(let decision):
      return condition(
        .signOffExpired, "the approval of \(who), was valid until \(decision.fact.validUntil.text)")
    case .void(let decision):
      return condition(
        .signOffVoid,
        "the approval of \(who), of \(decision.fact.signedAt.text) is void: the evidence or the incident "
          + "changed after it")
    }
  }
}
