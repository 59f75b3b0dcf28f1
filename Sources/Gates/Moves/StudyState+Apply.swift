import CanonicalJSON
import Cryptography
import EvaluationProtocols
import PhaseGrants

/// An event that the state before it does not allow.
package enum MoveError: Error, Equatable {
  /// The move does not start from this state.
  case state(sequence: Int, move: String, state: String)
  /// The event speaks of a protocol, a phase or an incident that is not there.
  case unknown(sequence: Int, what: String)
}

extension MoveError: CustomStringConvertible {
  /// What was found where.
  package var description: String {
    switch self {
    case .state(let sequence, let move, let state):
      "event \(sequence), \(move), is not possible while the study is \(state)"
    case .unknown(let sequence, let what): "event \(sequence) names \(what) that the history does not have"
    }
  }

  /// The stable name of the rule.
  package var rule: String {
    switch self {
    case .state: "state"
    case .unknown: "historyReference"
    }
  }

  /// What the reader can do.
  package var remedy: String { "ask the coordinator's owner for the history as it was" }
}

extension StudyState {
  /// Takes the next event. Conditions of moves are asked before, by `unmetConditions`.
  ///
  /// - Throws: `MoveError`; then nothing changed.
  package mutating func apply(_ event: StudyEvent) throws(MoveError) {
    switch event.fact {
    case .protocolPublished(let fact): try publish(fact, event)
    case .consentRecorded(let fact):
      try known(fact.protocolDigest, event)
      let place = SiteProtocol(site: fact.site, protocolDigest: fact.protocolDigest)
      consents[place] = Placed(sequence: event.sequence, time: event.time, fact: fact)
    case .evidenceRecorded(let fact):
      guard activePhase == fact.phase, inForce?.protocolDigest == fact.protocolDigest else {
        throw refuse(event)
      }
      evidences.append(Placed(sequence: event.sequence, time: event.time, fact: fact))
    case .delegationRecorded(let fact):
      delegationProtocols[fact.statement] = inForce?.protocolDigest
      delegations.append(Placed(sequence: event.sequence, time: event.time, fact: fact))
    case .decisionRecorded(let fact):
      decisions.append(Placed(sequence: event.sequence, time: event.time, fact: fact))
    case .phaseEntered(let fact): try enter(fact, event)
    case .held(let fact): try hold(fact, event)
    case .stopped(let fact): try stop(fact, event)
    case .restarted(let fact): try restart(fact, event)
    case .incidentOpened(let fact): try open(fact, event)
    case .incidentNoted(let fact): try note(fact, event)
    case .incidentClosed(let fact): try close(fact, event)
    case .changeRecorded(let fact):
      changes.append(Placed(sequence: event.sequence, time: event.time, fact: fact))
    // What sites were told and said moves nothing; the bundle and the status read it from the events.
    case .wordGiven, .acknowledged: break
    }
  }

  private func refuse(_ event: StudyEvent) -> MoveError {
    .state(sequence: event.sequence, move: event.fact.kind.rawValue, state: word)
  }

  private func known(_ protocolDigest: Digest, _ event: StudyEvent) throws(MoveError) {
    guard versions.contains(where: { $0.protocolDigest == protocolDigest }) else {
      throw .unknown(sequence: event.sequence, what: "a protocol")
    }
  }

  private mutating func publish(_ fact: StudyFact.ProtocolPublished, _ event: StudyEvent) throws(MoveError) {
    guard fact.version == versions.count + 1, (fact.reason == nil) == (fact.version == 1) else {
      throw .unknown(sequence: event.sequence, what: "a version")
    }
    let isOtherModel = inForce.map { fact.model != $0.model || fact.features != $0.features } ?? false
    // What a phase showed was another model's. After a restart under an earlier version, the version before in
    // number may have had this one.
    if isOtherModel, !fact.returnsToSilent { throw refuse(event) }
    // A stopped release does not come back under another version of its protocol.
    if case .stopped = standing, !isOtherModel { throw refuse(event) }
    versions.append(fact)
    inForce = fact
    if fact.returnsToSilent {
      switch standing {
      case .draft: return
      case .active: standing = .active(.silent)
      case .held, .stopped: standing = .held(.silent)
      }
      phaseSince = event.sequence
    }
    if let activePhase { reached[fact.protocolDigest, default: []].insert(activePhase) }
  }

  private mutating func enter(_ fact: StudyFact.PhaseEntered, _ event: StudyEvent) throws(MoveError) {
    guard let inForce, inForce.protocolDigest == fact.protocolDigest else { throw refuse(event) }
    switch standing {
    case .draft: guard fact.phase == .silent else { throw refuse(event) }
    case .active(let phase): guard phase < fact.phase else { throw refuse(event) }
    case .held, .stopped: throw refuse(event)
    }
    arrive(in: fact.phase, under: inForce, event)
  }

  private mutating func arrive(
    in phase: PhaseName, under version: StudyFact.ProtocolPublished, _ event: StudyEvent
  ) {
    standing = .active(phase)
    phaseSince = event.sequence
    reached[version.protocolDigest, default: []].insert(phase)
  }

  private mutating func hold(_ fact: StudyFact.Held, _ event: StudyEvent) throws(MoveError) {
    guard case .active(let phase) = standing else { throw refuse(event) }
    guard let incident = incident(fact.incident), incident.isOpen, incident.drill == fact.drill else {
      throw .unknown(sequence: event.sequence, what: "an incident")
    }
    if fact.drill { return }
    standing = .held(phase)
    interruption = Placed(
      sequence: event.sequence, time: event.time,
      fact: Interruption(incident: fact.incident, isStop: false))
  }

  private mutating func stop(_ fact: StudyFact.Stopped, _ event: StudyEvent) throws(MoveError) {
    let phase: PhaseName
    switch standing {
    case .active(let now), .held(let now): phase = now
    case .draft, .stopped: throw refuse(event)
    }
    guard let incident = incident(fact.incident), incident.isOpen, !incident.drill else {
      throw .unknown(sequence: event.sequence, what: "an incident")
    }
    standing = .stopped(phase)
    interruption = Placed(
      sequence: event.sequence, time: event.time, fact: Interruption(incident: fact.incident, isStop: true))
  }

  private mutating func restart(_ fact: StudyFact.Restarted, _ event: StudyEvent) throws(MoveError) {
    switch standing {
    case .held, .stopped: break
    case .draft, .active: throw refuse(event)
    }
    guard let version = versions.first(where: { $0.version == fact.version }),
      version.protocolDigest == fact.protocolDigest
    else { throw .unknown(sequence: event.sequence, what: "a version") }
    guard interruption?.fact.incident == fact.incident else {
      throw .unknown(sequence: event.sequence, what: "an incident")
    }
    inForce = version
    interruption = nil
    arrive(in: fact.phase, under: version, event)
  }

  private mutating func open(_ fact: StudyFact.IncidentOpened, _ event: StudyEvent) throws(MoveError) {
    guard incident(fact.incident) == nil else {
      throw .unknown(sequence: event.sequence, what: "a new incident with an id")
    }
    incidents.append(
      Incident(
        id: fact.incident, title: fact.title, sites: fact.sites, windows: fact.windows, drill: fact.drill,
        openedAt: event.time, notedAt: event.sequence))
  }

  private mutating func note(_ fact: StudyFact.IncidentNoted, _ event: StudyEvent) throws(MoveError) {
    guard let index = incidents.firstIndex(where: { $0.id == fact.incident && $0.isOpen }) else {
      throw .unknown(sequence: event.sequence, what: "an open incident")
    }
    incidents[index].owner = fact.owner ?? incidents[index].owner
    incidents[index].runbook = fact.runbook ?? incidents[index].runbook
    incidents[index].correctiveAction = fact.correctiveAction ?? incidents[index].correctiveAction
    incidents[index].notedAt = event.sequence
  }

  private mutating func close(_ fact: StudyFact.IncidentClosed, _ event: StudyEvent) throws(MoveError) {
    guard let index = incidents.firstIndex(where: { $0.id == fact.incident && $0.isOpen }),
      interruption?.fact.incident != fact.incident
    else { throw .unknown(sequence: event.sequence, what: "an incident that can be closed") }
    incidents[index].closed = fact
    incidents[index].closedAt = event.time
  }
}
