import PhaseGrants
import EvaluationProtocols
package import CanonicalJSON
package import Cryptography

extension StudyFact {
  /// Somebody signs for a named reviewer.
  package struct DelegationRecorded: Equatable, Sendable {
    package let gate: Gate
    package let role: String
    /// The named reviewer.
    package let person: String
    package let delegate: String
    /// The delegate's.
    package let organisation: String
    /// The delegate's root key.
    package let key: Digest
    package let from: UTCTime
    package let until: UTCTime
    package let statement: Digest

    /// The fact.
    package init(
      gate: Gate, role: String, person: String, delegate: String, organisation: String, key: Digest,
      from: UTCTime, until: UTCTime, statement: Digest
    ) {
      self.gate = gate
      self.role = role
      self.person = person
      self.delegate = delegate
      self.organisation = organisation
      self.key = key
      self.from = from
      self.until = until
      self.statement = statement
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      gate = try object.required("gate").choice(of: Gate.self)
      role = try object.required("role").string(maximum: 100)
      person = try object.required("person").string(maximum: 200)
      delegate = try object.required("delegate").string(maximum: 200)
      organisation = try object.required("organisation").string(maximum: 200)
      key = try object.required("key").digest()
      from = try object.required("from").time()
      until = try object.required("until").time()
      statement = try object.required("statement").digest()
    }

    var json: JSONObject {
      [
        "gate": .string(gate.rawValue), "role": .string(role), "person": .string(person),
        "delegate": .string(delegate), "organisation": .string(organisation), "key": .string(key.text),
        "from": .string(from.text), "until": .string(until.text), "statement": .string(statement.text),
      ]
    }
  }

  /// Somebody signed.
  package struct DecisionRecorded: Equatable, Sendable {
    package let gate: Gate
    package let round: String?
    package let protocolDigest: Digest
    /// Digest of the evidence list.
    package let evidence: Digest
    /// Digest of the page that was read.
    package let page: Digest
    package let decision: Decision
    /// Who signed, as printed.
    package let person: String
    /// The role of the protocol that is filled.
    package let role: String
    /// The named reviewer, where a delegate signed.
    package let onBehalfOf: String?
    /// The signer's root key.
    package let key: Digest
    package let signedAt: UTCTime
    package let validUntil: UTCTime
    /// Number of the newest event that the signer saw.
    package let seen: Int
    /// Of a restart.
    package let target: RestartTarget?
    package let conditions: [String]
    package let statement: Digest

    /// The fact.
    package init(
      gate: Gate, round: String?, protocolDigest: Digest, evidence: Digest, page: Digest, decision: Decision,
      person: String, role: String, onBehalfOf: String?, key: Digest, signedAt: UTCTime, validUntil: UTCTime,
      seen: Int, target: RestartTarget?, conditions: [String], statement: Digest
    ) {
      self.gate = gate
      self.round = round
      self.protocolDigest = protocolDigest
      self.evidence = evidence
      self.page = page
      self.decision = decision
      self.person = person
      self.role = role
      self.onBehalfOf = onBehalfOf
      self.key = key
      self.signedAt = signedAt
      self.validUntil = validUntil
      self.seen = seen
      self.target = target
      self.conditions = conditions
      self.statement = statement
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      gate = try object.required("gate").choice(of: Gate.self)
      round = try object.optional("round")?.identifier()
      protocolDigest = try object.required("protocol").digest()
      evidence = try object.required("evidence").digest()
      page = try object.required("page").digest()
      decision = try object.required("decision").choice(of: Decision.self)
      person = try object.required("person").string(maximum: 200)
      role = try object.required("role").string(maximum: 100)
      onBehalfOf = try object.optional("onBehalfOf")?.string(maximum: 200)
      key = try object.required("key").digest()
      signedAt = try object.required("signedAt").time()
      validUntil = try object.required("validUntil").time()
      seen = try object.required("seen").integer(in: 0...HistoryHead.mostEvents)
      let target = object.optional("target")
      self.target = try target.map { field throws(DocumentError) in try RestartTarget(field) }
      if (gate == .restart) != (target != nil) {
        throw object.misfit("a target is a restart's, and only its")
      }
      conditions = try object.required("conditions").texts { field throws(DocumentError) in
        try field.string(maximum: 500)
      }
      statement = try object.required("statement").digest()
    }

    var json: JSONObject {
      var object: JSONObject = [
        "gate": .string(gate.rawValue), "protocol": .string(protocolDigest.text),
        "evidence": .string(evidence.text), "page": .string(page.text),
        "decision": .string(decision.rawValue), "person": .string(person), "role": .string(role),
        "key": .string(key.text), "signedAt": .string(signedAt.text), "validUntil": .string(validUntil.text),
        "seen": .integer(Int64(seen)), "conditions": .array(conditions.map { .string($0) }),
        "statement": .string(statement.text),
      ]
      if let round { object["round"] = .string(round) }
      if let onBehalfOf { object["onBehalfOf"] = .string(onBehalfOf) }
      if let target { object["target"] = target.json }
      return object
    }
  }
}
