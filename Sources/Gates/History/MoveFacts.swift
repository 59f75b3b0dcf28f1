import PhaseGrants
import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

extension StudyFact {
  /// A gate opened.
  package struct PhaseEntered: Equatable, Sendable {
    package let phase: PhaseName
    package let protocolDigest: Digest
    /// The round whose evidence opened it; nil for `silent`.
    package let round: String?
    /// The approvals on which it opened, in the order of the protocol's entries.
    package let decisions: [Digest]

    /// The fact.
    package init(phase: PhaseName, protocolDigest: Digest, round: String?, decisions: [Digest]) {
      self.phase = phase
      self.protocolDigest = protocolDigest
      self.round = round
      self.decisions = decisions
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      phase = try object.required("phase").choice(of: PhaseName.self)
      protocolDigest = try object.required("protocol").digest()
      round = try object.optional("round")?.identifier()
      if (phase == .silent) != (round == nil) {
        throw object.misfit("a phase is entered on a round's evidence, but for silent")
      }
      decisions = try object.required("decisions").digests()
    }

    var json: JSONObject {
      var object: JSONObject = [
        "phase": .string(phase.rawValue), "protocol": .string(protocolDigest.text),
        "decisions": .array(decisions.map { .string($0.text) }),
      ]
      if let round { object["round"] = .string(round) }
      return object
    }
  }

  /// The study was held, or a hold was rehearsed.
  package struct Held: Equatable, Sendable {
    package let incident: String
    package let cause: HoldCause
    /// The stop criteria that fail.
    package let criteria: [String]
    package let round: String?
    package let reason: String
    package let drill: Bool

    /// The fact.
    package init(
      incident: String, cause: HoldCause, criteria: [String], round: String?, reason: String, drill: Bool
    ) {
      self.incident = incident
      self.cause = cause
      self.criteria = criteria
      self.round = round
      self.reason = reason
      self.drill = drill
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      incident = try object.required("incident").identifier()
      cause = try object.required("cause").choice(of: HoldCause.self)
      criteria = try object.required("criteria").texts { field throws(DocumentError) in try field.identifier()
      }
      round = try object.optional("round")?.identifier()
      reason = try object.required("reason").string(maximum: 500)
      drill = try object.required("drill").boolean()
    }

    var json: JSONObject {
      var object: JSONObject = [
        "incident": .string(incident), "cause": .string(cause.rawValue),
        "criteria": .array(criteria.map { .string($0) }), "reason": .string(reason), "drill": .boolean(drill),
      ]
      if let round { object["round"] = .string(round) }
      return object
    }
  }

  /// The study was stopped.
  package struct Stopped: Equatable, Sendable {
    package let incident: String
    package let reason: String

    /// The fact.
    package init(incident: String, reason: String) {
      self.incident = incident
      self.reason = reason
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      incident = try object.required("incident").identifier()
      reason = try object.required("reason").string(maximum: 500)
    }

    var json: JSONObject {
      ["incident": .string(incident), "reason": .string(reason)]
    }
  }

  /// The study goes on.
  package struct Restarted: Equatable, Sendable {
    package let phase: PhaseName
    package let protocolDigest: Digest
    package let version: Int
    package let incident: String
    package let decisions: [Digest]

    /// The fact.
    package init(
      phase: PhaseName, protocolDigest: Digest, version: Int, incident: String, decisions: [Digest]
    ) {
      self.phase = phase
      self.protocolDigest = protocolDigest
      self.version = version
      self.incident = incident
      self.decisions = decisions
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      phase = try object.required("phase").choice(of: PhaseName.self)
      protocolDigest = try object.required("protocol").digest()
      version = try object.required("version").integer(in: 1...HistoryHead.mostEvents)
      incident = try object.required("incident").identifier()
      decisions = try object.required("decisions").digests()
    }

    var json: JSONObject {
      [
        "phase": .string(phase.rawValue), "protocol": .string(protocolDigest.text),
        "version": .integer(Int64(version)), "incident": .string(incident),
        "decisions": .array(decisions.map { .string($0.text) }),
      ]
    }
  }
}
