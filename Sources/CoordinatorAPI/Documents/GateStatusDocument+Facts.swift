package import CanonicalJSON
package import EvaluationProtocols
package import Gates
package import PhaseGrants

extension GateStatusDocument {
  /// The status of a study as it stands.
  ///
  /// - Parameters:
  ///   - state: with a protocol in force.
  ///   - evaluationProtocol: that protocol.
  ///   - missingObjects: what the protocol names and nobody published yet.
  package init(
    _ facts: ReviewFacts, state: StudyState, evaluationProtocol: EvaluationProtocol, head: HistoryHead,
    missingObjects: [String] = [], now: UTCTime
  ) {
    let gate = state.gate(under: evaluationProtocol)
    let target = state.restartTarget()
    let move = state.nextMove(under: evaluationProtocol)
    self.init(
      time: now, study: state.study, title: evaluationProtocol.study.title,
      state: StateWord(rawValue: state.word) ?? .draft, phase: state.phase,
      version: evaluationProtocol.version, evaluationProtocol: evaluationProtocol.digest, history: head,
      gate: gate,
      unmet: move.map {
        state.unmetConditions(
          for: $0, under: evaluationProtocol, missingObjects: missingObjects, now: now)
      } ?? [],
      signOffs: gate.map { gate in
        state.reviewers(of: gate, under: evaluationProtocol).map { entry in
          GateSignOff(
            entry, state.standing(of: entry, at: gate, target: target, now: now), gate: gate,
            missing: facts.missing.first { $0.isApproval(of: entry) })
        }
      } ?? [],
      sections: facts.sections, incidents: Self.shown(facts.incidents),
      sites: facts.sites.map(GateSite.init),
      looks: facts.looks.map { GateLooks(phase: $0.phase, spent: $0.spent, planned: $0.planned) })
  }
}

extension GateStatusDocument {
  // The open ones, then the newest of those that are over, in the order in which they were opened.
  fileprivate static func shown(_ incidents: [IncidentReview]) -> [GateIncident] {
    let open = incidents.count { $0.incident.isOpen }
    var over = max(0, min(20, mostIncidents - open))
    var skipped = incidents.count - open - over
    let shown = incidents.filter { review in
      if review.incident.isOpen { return true }
      if skipped > 0 {
        skipped -= 1
        return false
      }
      over -= 1
      return over >= 0
    }
    return shown.suffix(mostIncidents).map(GateIncident.init)
  }
}

extension GateSignOff {
  fileprivate init(
    _ entry: RequiredSignOff, _ standing: SignOffStanding, gate: Gate, missing: MissingPart?
  ) {
    let word: Standing =
      switch standing {
      case .keyUnknown: .keyUnknown
      case .missing: .missing
      case .approved: .approved
      case .rejected: .rejected
      case .abstained: .abstained
      case .expired: .expired
      case .void: .void
      }
    let fact = standing.decision?.fact
    let phase = fact?.target?.phase ?? gate.phase
    self.init(
      role: entry.role, person: fact?.person ?? entry.person, organisation: entry.organisation,
      standing: word,
      decision: fact?.decision, signedAt: fact?.signedAt, validUntil: fact?.validUntil,
      meaning: fact.flatMap { fact in phase.map { fact.decision.meaning(at: gate, phase: $0) } },
      conditions: fact?.conditions ?? [], onBehalfOf: fact?.onBehalfOf, since: missing?.since)
  }
}

extension GateIncident {
  fileprivate init(_ review: IncidentReview) {
    let incident = review.incident
    // Of several stops of one incident the newest is what people wait for.
    let stop = review.stops.last
    self.init(
      id: incident.id, title: incident.title, isOpen: incident.isOpen, isDrill: incident.drill,
      openedAt: incident.openedAt, owner: incident.owner, runbook: incident.runbook,
      correctiveAction: incident.correctiveAction, closedBy: incident.closed?.people ?? [],
      closedAt: incident.closedAt, stopSeconds: stop?.seconds.flatMap { Int(exactly: $0) },
      waitingFor: Array((stop?.waitingFor ?? []).prefix(GateStatusDocument.mostWaiting)),
      timeline: review.timeline.suffix(GateStatusDocument.mostEntries))
  }
}

extension GateSite {
  fileprivate init(_ review: SiteReview) {
    self.init(
      site: review.site, name: review.name, role: review.role, phase: review.phase, consent: review.consent,
      word: review.wordText, isAcknowledged: review.isAcknowledged, isDisabled: review.isDisabled)
  }
}
