package import Attestations
package import CanonicalJSON
package import Cryptography
import EvaluationProtocols
package import PhaseGrants

/// A named reviewer's word that somebody else signs for a while.
///
/// - Source: `protocols/gates.md`, section 5.
package struct Delegation: Equatable, Sendable {
  package let tenant: String
  package let study: String
  package let gate: Gate
  package let protocolDigest: Digest
  /// The named reviewer, who signs the delegation.
  package let person: String
  package let role: String
  package let delegate: Delegate
  package let from: UTCTime
  package let until: UTCTime
  package let reason: String
  package let signedAt: UTCTime
  package let history: HistoryHead

  /// Who signs instead.
  package struct Delegate: Equatable, Sendable {
    package let person: String
    package let organisation: String
    /// Digest of the root key.
    package let fingerprint: Digest

    /// A delegate.
    package init(person: String, organisation: String, fingerprint: Digest) {
      self.person = person
      self.organisation = organisation
      self.fingerprint = fingerprint
    }
  }

  /// The longest that a delegation may last: 90 days.
  package static let longestSeconds: Int64 = 90 * 86_400

  /// A delegation, before it is signed.
  package init(
    tenant: String, study: String, gate: Gate, protocolDigest: Digest, person: String, role: String,
    delegate: Delegate, from: UTCTime, until: UTCTime, reason: String, signedAt: UTCTime, history: HistoryHead
  ) {
    self.tenant = tenant
    self.study = study
    self.gate = gate
    self.protocolDigest = protocolDigest
    self.person = person
    self.role = role
    self.delegate = delegate
    self.from = from
    self.until = until
    self.reason = reason
    self.signedAt = signedAt
    self.history = history
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    tenant = try object.required("tenant").identifier()
    study = try object.required("study").identifier()
    gate = try object.required("gate").choice(of: Gate.self)
    protocolDigest = try object.required("protocolDigest").digest()
    person = try object.required("person").string(maximum: 200)
    role = try object.required("role").string(maximum: 100)
    var delegate = try object.required("delegate").object()
    self.delegate = Delegate(
      person: try delegate.required("person").string(maximum: 200),
      organisation: try delegate.required("organisation").string(maximum: 200),
      fingerprint: try delegate.required("fingerprint").digest())
    try delegate.finish()
    from = try object.required("from").time()
    until = try object.required("until").time()
    reason = try object.required("reason").string(maximum: 500)
    signedAt = try object.required("signedAt").time()
    history = try HistoryHead(parsing: object.required("history"))
    try object.finish()
  }

  private var json: JSONObject {
    [
      "tenant": .string(tenant), "study": .string(study), "gate": .string(gate.rawValue),
      "protocolDigest": .string(protocolDigest.text), "person": .string(person), "role": .string(role),
      "delegate": [
        "person": .string(delegate.person), "organisation": .string(delegate.organisation),
        "fingerprint": .string(delegate.fingerprint.text),
      ],
      "from": .string(from.text), "until": .string(until.text), "reason": .string(reason),
      "signedAt": .string(signedAt.text), "history": history.json,
    ]
  }

  /// Signs the delegation.
  ///
  /// - Throws: `SigningIdentityError`, also when the identity is not a reviewer's.
  package func sign(with identity: SigningIdentity) throws(SigningIdentityError) -> [UInt8] {
    let statement: Statement
    do {
      statement = try Statement(
        subjects: EvidenceList(protocolAlone: protocolDigest).subjects, predicateType: .delegation,
        predicate: json)
    } catch { throw .statement(error) }
    return try identity.sign(statement)
  }
}

/// A delegation whose signature, role and form have been checked.
package struct VerifiedDelegation: Equatable, Sendable {
  package let content: Delegation
  /// Digest of the delegating person's root key.
  package let key: Digest
  package let signedDigest: Digest

  /// Checks the signature under the root that came with it, then reads the statement.
  ///
  /// - Throws: `SignOffRefusal.signature`, `.malformed`, `.subjects`.
  package static func verify(_ bytes: [UInt8], root: Certificate) throws(SignOffRefusal) -> VerifiedDelegation
  {
    let attestation = try reviewerStatement(bytes, root: root, type: .delegation)
    let content: Delegation
    do { content = try Delegation(parsing: attestation.predicate) } catch { throw .malformed(error) }
    try confirm(bytes, root: root, type: .delegation, at: content.signedAt)
    guard EvidenceList(attestation.statement.subjects) == EvidenceList(protocolAlone: content.protocolDigest)
    else { throw .subjects }
    return VerifiedDelegation(
      content: content, key: attestation.rootKey, signedDigest: attestation.signedDigest)
  }
}
