package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import PhaseGrants

/// What a reviewer states with a signature: decision, meaning, and what it depends on.
///
/// - Source: `protocols/gates.md`, section 5.
package struct GateDecision: Equatable, Sendable {
  package let tenant: String
  package let study: String
  package let gate: Gate
  /// The round whose evidence was reviewed; nil for a restart without one.
  package let round: String?
  package let protocolDigest: Digest
  package let target: RestartTarget?
  /// Who signs, as printed.
  package let person: String
  package let role: String
  package let organisation: String
  package let decision: Decision
  /// The sentence of `protocols/gates.md`, section 6.
  package let meaning: String
  package let conditions: [String]
  /// Conflicts of interest; empty when the signer declares none.
  package let conflicts: [String]
  /// The rules of independence that the signer declares to meet.
  package let independence: [IndependenceRule]
  package let comment: String?
  package let signedAt: UTCTime
  package let validUntil: UTCTime
  /// The newest event that the signer saw.
  package let history: HistoryHead
  /// The signer's decision before this one in the study.
  package let previous: Digest?
  /// The delegation under which somebody else signs.
  package let delegation: Digest?
  /// 128 random bits, in lower-case hexadecimal.
  package let salt: String

  /// A decision, before it is signed.
  package init(
    tenant: String, study: String, gate: Gate, round: String?, protocolDigest: Digest, target: RestartTarget?,
    person: String, role: String, organisation: String, decision: Decision, meaning: String,
    conditions: [String], conflicts: [String], independence: [IndependenceRule], comment: String?,
    signedAt: UTCTime, validUntil: UTCTime, history: HistoryHead, previous: Digest?, delegation: Digest?,
    salt: String
  ) {
    self.tenant = tenant
    self.study = study
    self.gate = gate
    self.round = round
    self.protocolDigest = protocolDigest
    self.target = target
    self.person = person
    self.role = role
    self.organisation = organisation
    self.decision = decision
    self.meaning = meaning
    self.conditions = conditions
    self.conflicts = conflicts
    self.independence = independence
    self.comment = comment
    self.signedAt = signedAt
    self.validUntil = validUntil
    self.history = history
    self.previous = previous
    self.delegation = delegation
    self.salt = salt
  }

  /// The longest that a decision may be valid: 365 days.
  package static let longestSeconds: Int64 = 365 * 86_400

  /// The phase that the decision is about.
  package var phase: PhaseName? { target?.phase ?? gate.phase }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    tenant = try object.required("tenant").identifier()
    study = try object.required("study").identifier()
    gate = try object.required("gate").choice(of: Gate.self)
    round = try object.optional("round")?.identifier()
    protocolDigest = try object.required("protocolDigest").digest()
    let target = object.optional("target")
    self.target = try target.map { field throws(DocumentError) in try RestartTarget(field) }
    person = try object.required("person").string(maximum: 200)
    role = try object.required("role").string(maximum: 100)
    organisation = try object.required("organisation").string(maximum: 200)
    decision = try object.required("decision").choice(of: Decision.self)
    meaning = try object.required("meaning").string(maximum: 300)
    conditions = try object.required("conditions").statements()
    conflicts = try object.required("conflicts").statements()
    var independence: [IndependenceRule] = []
    for rule in try object.required("independence").array(maximum: 8) {
      independence.append(try rule.choice(of: IndependenceRule.self))
    }
    self.independence = independence
    comment = try object.optional("comment")?.string()
    signedAt = try object.required("signedAt").time()
    let validUntil = try object.required("validUntil")
    self.validUntil = try validUntil.time()
    history = try HistoryHead(parsing: object.required("history"))
    previous = try object.optional("previous")?.digest()
    delegation = try object.optional("delegation")?.digest()
    salt = try object.required("salt").salt()
    try object.finish()
    guard (gate == .restart) == (self.target != nil) else {
      throw field.error("a target that does not fit the gate", remedy: "sign again with `evidence sign-off`")
    }
    let life = self.validUntil.secondsSinceEpoch - signedAt.secondsSinceEpoch
    guard life > 0, life <= Self.longestSeconds else {
      throw validUntil.error("not within 365 days after signedAt", remedy: "sign again for a shorter time")
    }
  }

  private var json: JSONObject {
    var object: JSONObject = [
      "tenant": .string(tenant), "study": .string(study), "gate": .string(gate.rawValue),
      "protocolDigest": .string(protocolDigest.text), "person": .string(person), "role": .string(role),
      "organisation": .string(organisation), "decision": .string(decision.rawValue),
      "meaning": .string(meaning), "conditions": .array(conditions.map { .string($0) }),
      "conflicts": .array(conflicts.map { .string($0) }),
      "independence": .array(independence.map { .string($0.rawValue) }), "signedAt": .string(signedAt.text),
      "validUntil": .string(validUntil.text), "history": history.json, "salt": .string(salt),
    ]
    object["round"] = round.map(JSONValue.string)
    object["target"] = target?.json
    object["comment"] = comment.map(JSONValue.string)
    object["previous"] = previous.map { .string($0.text) }
    object["delegation"] = delegation.map { .string($0.text) }
    return object
  }
}

extension GateDecision {
  /// Signs the decision about the evidence and the page that was read.
  ///
  /// - Throws: `SigningIdentityError`, also when the identity is not a reviewer's.
  package func sign(
    evidence: EvidenceList, page: Digest, with identity: SigningIdentity
  ) throws(SigningIdentityError) -> [UInt8] {
    let statement: Statement
    do {
      statement = try Statement(
        subjects: evidence.subjects + [Subject(name: EvidenceList.page(of: gate), digest: page)],
        predicateType: .gateDecision, predicate: json)
    } catch { throw .statement(error) }
    return try identity.sign(statement)
  }
}

/// A decision whose signature, role and form have been checked; whether it counts is `checkDecision`'s.
package struct VerifiedDecision: Equatable, Sendable {
  package let content: GateDecision
  /// The files that it is about, but for the page.
  package let evidence: EvidenceList
  /// The page that was read.
  package let page: Digest
  /// Digest of the signer's root key: what the protocol names.
  package let key: Digest
  /// Digest of what was signed: the decision's identity.
  package let signedDigest: Digest

  /// Checks the signature under the root that came with it, at the time of signing, then reads the statement.
  ///
  /// The root proves nothing by itself: whose key it is, the protocol says.
  ///
  /// - Throws: `SignOffRefusal.signature`, `.malformed`.
  package static func verify(_ bytes: [UInt8], root: Certificate) throws(SignOffRefusal) -> VerifiedDecision {
    let attestation = try reviewerStatement(bytes, root: root, type: .gateDecision)
    let content: GateDecision
    do { content = try GateDecision(parsing: attestation.predicate) } catch { throw .malformed(error) }
    try confirm(bytes, root: root, type: .gateDecision, at: content.signedAt)
    guard let (list, page) = EvidenceList.split(attestation.statement.subjects),
      page.name.hasSameBytes(as: EvidenceList.page(of: content.gate))
    else { throw .subjects }
    return VerifiedDecision(
      content: content, evidence: list, page: page.digest, key: attestation.rootKey,
      signedDigest: attestation.signedDigest)
  }
}

/// A statement by a reviewer's key, checked at the start of the certificate's life; the time that the statement
/// claims is confirmed once it has been read.
func reviewerStatement(
  _ bytes: [UInt8], root: Certificate, type: PredicateType
) throws(SignOffRefusal) -> VerifiedAttestation {
  do throws(AttestationError) {
    let attestation = try UnverifiedAttestation.parse(bytes)
    return try attestation.verify(
      role: .reviewer, predicateType: type, root: root, pinnedRootKey: root.publicKey.digest,
      at: attestation.leafStart)
  } catch { throw .signature(error) }
}

/// Checks the certificates again at the time that the statement claims.
func confirm(
  _ bytes: [UInt8], root: Certificate, type: PredicateType, at time: UTCTime
) throws(SignOffRefusal) {
  do throws(AttestationError) {
    _ = try UnverifiedAttestation.parse(bytes).verify(
      role: .reviewer, predicateType: type, root: root, pinnedRootKey: root.publicKey.digest, at: time)
  } catch { throw .signature(error) }
}

extension DocumentField {
  /// 0 to 20 texts of at most 500 characters.
  func statements() throws(DocumentError) -> [String] {
    var texts: [String] = []
    for field in try array(maximum: 20) { texts.append(try field.string(maximum: 500)) }
    return texts
  }

  /// 32 lower-case hexadecimal digits.
  func salt() throws(DocumentError) -> String {
    let text = try string(maximum: 32, minimum: 32)
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      throw error("not 32 lower-case hexadecimal digits", remedy: "sign again with `evidence sign-off`")
    }
    return text
  }
}
