import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
import PhaseGrants

/// What an event of a study's history says.
///
/// - Source: `protocols/gates.md`, section 2.
package enum StudyFact: Equatable, Sendable {
  case protocolPublished(ProtocolPublished)
  case consentRecorded(ConsentRecorded)
  case evidenceRecorded(EvidenceRecorded)
  case delegationRecorded(DelegationRecorded)
  case decisionRecorded(DecisionRecorded)
  case phaseEntered(PhaseEntered)
  case held(Held)
  case stopped(Stopped)
  case restarted(Restarted)
  case wordGiven(WordGiven)
  case acknowledged(Acknowledged)
  case incidentOpened(IncidentOpened)
  case incidentNoted(IncidentNoted)
  case incidentClosed(IncidentClosed)
  case changeRecorded(ChangeRecorded)

  /// The value of `kind`.
  package enum Kind: String, CaseIterable, Sendable {
    case protocolPublished, consentRecorded, evidenceRecorded, delegationRecorded, decisionRecorded
    case phaseEntered, held, stopped, restarted, wordGiven, acknowledged
    case incidentOpened, incidentNoted, incidentClosed, changeRecorded
  }

  /// What held a study.
  package enum HoldCause: String, CaseIterable, Sendable {
    case stopCriterion, person
  }

  /// What the coordinator told a site.
  package enum Word: String, CaseIterable, Sendable {
    case grant, hold, stop, lower
  }

  /// What changed around the model.
  package enum Change: String, CaseIterable, Sendable {
    case protocolVersion = "protocol"
    case model, dataset, mapping, software, policy, workflow, sourceSystem, other
  }

  /// The fact's kind.
  package var kind: Kind {
    switch self {
    case .protocolPublished: .protocolPublished
    case .consentRecorded: .consentRecorded
    case .evidenceRecorded: .evidenceRecorded
    case .delegationRecorded: .delegationRecorded
    case .decisionRecorded: .decisionRecorded
    case .phaseEntered: .phaseEntered
    case .held: .held
    case .stopped: .stopped
    case .restarted: .restarted
    case .wordGiven: .wordGiven
    case .acknowledged: .acknowledged
    case .incidentOpened: .incidentOpened
    case .incidentNoted: .incidentNoted
    case .incidentClosed: .incidentClosed
    case .changeRecorded: .changeRecorded
    }
  }

  init(_ kind: Kind, _ object: inout DocumentObject) throws(DocumentError) {
    switch kind {
    case .protocolPublished: self = .protocolPublished(try ProtocolPublished(&object))
    case .consentRecorded: self = .consentRecorded(try ConsentRecorded(&object))
    case .evidenceRecorded: self = .evidenceRecorded(try EvidenceRecorded(&object))
    case .delegationRecorded: self = .delegationRecorded(try DelegationRecorded(&object))
    case .decisionRecorded: self = .decisionRecorded(try DecisionRecorded(&object))
    case .phaseEntered: self = .phaseEntered(try PhaseEntered(&object))
    case .held: self = .held(try Held(&object))
    case .stopped: self = .stopped(try Stopped(&object))
    case .restarted: self = .restarted(try Restarted(&object))
    case .wordGiven: self = .wordGiven(try WordGiven(&object))
    case .acknowledged: self = .acknowledged(try Acknowledged(&object))
    case .incidentOpened: self = .incidentOpened(try IncidentOpened(&object))
    case .incidentNoted: self = .incidentNoted(try IncidentNoted(&object))
    case .incidentClosed: self = .incidentClosed(try IncidentClosed(&object))
    case .changeRecorded: self = .changeRecorded(try ChangeRecorded(&object))
    }
  }

  /// The keys of the kind.
  var json: JSONObject {
    switch self {
    case .protocolPublished(let fact): fact.json
    case .consentRecorded(let fact): fact.json
    case .evidenceRecorded(let fact): fact.json
    case .delegationRecorded(let fact): fact.json
    case .decisionRecorded(let fact): fact.json
    case .phaseEntered(let fact): fact.json
    case .held(let fact): fact.json
    case .stopped(let fact): fact.json
    case .restarted(let fact): fact.json
    case .wordGiven(let fact): fact.json
    case .acknowledged(let fact): fact.json
    case .incidentOpened(let fact): fact.json
    case .incidentNoted(let fact): fact.json
    case .incidentClosed(let fact): fact.json
    case .changeRecorded(let fact): fact.json
    }
  }

  /// The signed statement that the event speaks of, where there is one.
  package var statement: Digest? {
    switch self {
    case .consentRecorded(let fact): fact.statement
    case .delegationRecorded(let fact): fact.statement
    case .decisionRecorded(let fact): fact.statement
    case .wordGiven(let fact): fact.statement
    case .acknowledged(let fact): fact.statement
    default: nil
    }
  }
}

extension DocumentField {
  /// A list of texts.
  func texts(
    _ read: (DocumentField) throws(DocumentError) -> String
  ) throws(DocumentError) -> [String] {
    var texts: [String] = []
    for field in try array(maximum: 2_000) { texts.append(try read(field)) }
    return texts
  }

  /// A list of digests.
  func digests() throws(DocumentError) -> [Digest] {
    var digests: [Digest] = []
    for field in try array(maximum: 2_000) { digests.append(try field.digest()) }
    return digests
  }
}

/// The move that a sign-off is for.
package enum Gate: String, CaseIterable, Sendable {
  case limited, broad, restart

  /// The gate into a phase.
  package init?(opening phase: PhaseName) {
    switch phase {
    case .silent: return nil
    case .limited: self = .limited
    case .broad: self = .broad
    }
  }

  /// The phase that it opens; nil for a restart, whose target says it.
  package var phase: PhaseName? {
    switch self {
    case .limited: .limited
    case .broad: .broad
    case .restart: nil
    }
  }
}

/// What a reviewer decides.
package enum Decision: String, CaseIterable, Sendable {
  case approve, reject, abstain
}

/// What a restart leads to.
package struct RestartTarget: Equatable, Sendable {
  /// The protocol that will be in force.
  package let protocolDigest: Digest
  package let phase: PhaseName
  /// The incident that it ends.
  package let incident: String

  /// A target.
  package init(protocolDigest: Digest, phase: PhaseName, incident: String) {
    self.protocolDigest = protocolDigest
    self.phase = phase
    self.incident = incident
  }

  init(_ field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    protocolDigest = try object.required("protocolDigest").digest()
    phase = try object.required("phase").choice(of: PhaseName.self)
    incident = try object.required("incident").identifier()
    try object.finish()
  }

  var json: JSONValue {
    [
      "protocolDigest": .string(protocolDigest.text), "phase": .string(phase.rawValue),
      "incident": .string(incident),
    ]
  }
}

extension DocumentObject {
  /// An error for keys that do not go together.
  func misfit(_ rule: String) -> DocumentError {
    DocumentError(
      path: path, problem: "keys that do not fit each other: \(rule)", remedy: HistoryError.remedy)
  }
}
