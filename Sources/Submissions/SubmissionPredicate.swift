package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// What a site states when it signs its aggregate: of which protocol, model and phase it is, and when.
package struct SubmissionPredicate: Sendable, Equatable {
  package let site: String
  package let protocolID: String
  package let protocolVersion: Int
  package let protocolDigest: Digest
  package let modelDigest: Digest
  package let phase: PhaseName
  /// Digest of the site list of the protocol: how many others are asked.
  package let rosterDigest: Digest
  /// Commitment to the local dataset release; it has a random part, so small data cannot be guessed.
  package let datasetDigest: Digest
  /// Name and version of the software that evaluated.
  package let evaluator: String
  /// 1 for the first submission of a phase, then growing.
  package let sequence: Int
  package let signedAt: UTCTime
  /// 128 random bits, in lower-case hexadecimal.
  package let salt: String

  /// A statement about one aggregate.
  package init(
    site: String, evaluationProtocol: EvaluationProtocol, phase: PhaseName, datasetDigest: Digest,
    evaluator: String, sequence: Int, signedAt: UTCTime, salt: String
  ) {
    self.site = site
    self.protocolID = evaluationProtocol.id
    self.protocolVersion = evaluationProtocol.version
    self.protocolDigest = evaluationProtocol.digest
    self.modelDigest = evaluationProtocol.model.artifact
    self.phase = phase
    self.rosterDigest = evaluationProtocol.rosterDigest
    self.datasetDigest = datasetDigest
    self.evaluator = evaluator
    self.sequence = sequence
    self.signedAt = signedAt
    self.salt = salt
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    site = try object.required("site").identifier()
    protocolID = try object.required("protocolId").identifier()
    protocolVersion = try object.required("protocolVersion").integer(in: 1...1_000_000)
    protocolDigest = try object.required("protocolDigest").digest()
    modelDigest = try object.required("modelDigest").digest()
    phase = try object.required("phase").choice(of: PhaseName.self)
    rosterDigest = try object.required("rosterDigest").digest()
    datasetDigest = try object.required("datasetDigest").digest()
    evaluator = try object.required("evaluator").string(maximum: 100)
    sequence = try object.required("sequence").integer(in: 1...1_000_000)
    signedAt = try object.required("signedAt").time()
    let salt = try object.required("salt")
    self.salt = try salt.string(maximum: 32, minimum: 32)
    guard self.salt.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      throw DocumentError(
        path: salt.path, problem: "is not 32 lower-case hexadecimal digits",
        remedy: "sign the aggregate again")
    }
    try object.finish()
  }

  /// The predicate as it stands in the statement.
  package var json: JSONObject {
    [
      "site": .string(site), "protocolId": .string(protocolID),
      "protocolVersion": .integer(Int64(protocolVersion)), "protocolDigest": .string(protocolDigest.text),
      "modelDigest": .string(modelDigest.text), "phase": .string(phase.rawValue),
      "rosterDigest": .string(rosterDigest.text), "datasetDigest": .string(datasetDigest.text),
      "evaluator": .string(evaluator), "sequence": .integer(Int64(sequence)),
      "signedAt": .string(signedAt.text), "salt": .string(salt),
    ]
  }
}

extension EvaluationProtocol {
  /// SHA-256 of the canonical list of sites and roles.
  package var rosterDigest: Digest {
    Digest(
      of: encodeCanonicalJSON(
        .array(
          sites.sorted { $0.id < $1.id }.map { ["site": .string($0.id), "role": .string($0.role.rawValue)] }))
    )
  }
}
