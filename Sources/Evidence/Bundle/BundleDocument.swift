package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import PhaseGrants

/// `bundle.json`: what the bundle is about, its place in a sequence, and how long it is current.
package struct BundleDocument: Sendable, Equatable {
  /// The bundle format that this version writes and reads.
  package static let format = "evidence-bundle/0"

  package let study: String
  package let protocolDigest: Digest
  package let phase: PhaseName
  /// 1 for the first seal of a gate, then growing.
  package let sequence: Int
  package let sealedAt: UTCTime
  package let validUntil: UTCTime
  /// The version of the page's renderer; a verifier re-renders only versions that it has.
  package let renderer: String
  /// Where the bundle stands in the study; `nil` for one that carries no history.
  package let place: Place?

  /// A round of a tenant, and the newest event of the history that is in the bundle.
  package struct Place: Sendable, Equatable {
    package let tenant: String
    package let round: String
    package let history: HistoryHead
  }

  package init(
    study: String, protocolDigest: Digest, phase: PhaseName, sequence: Int, sealedAt: UTCTime,
    validUntil: UTCTime, renderer: String, place: Place? = nil
  ) {
    self.study = study
    self.protocolDigest = protocolDigest
    self.phase = phase
    self.sequence = sequence
    self.sealedAt = sealedAt
    self.validUntil = validUntil
    self.renderer = renderer
    self.place = place
  }

  /// Parses the canonical bytes.
  ///
  /// - Throws: `JSONError` or `DocumentError` naming the place.
  package static func parse(_ bytes: [UInt8]) throws -> BundleDocument {
    try BundleDocument(parsing: DocumentField(parseCanonicalJSON(bytes, limits: .small)))
  }

  private init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(BundleDocument.format)
    study = try object.required("study").identifier()
    protocolDigest = try object.required("protocol").digest()
    phase = try object.required("phase").choice(of: PhaseName.self)
    sequence = try object.required("sequence").integer(in: 1...1_000_000)
    sealedAt = try object.required("sealedAt").time()
    let validUntil = try object.required("validUntil")
    self.validUntil = try validUntil.time()
    guard self.validUntil > sealedAt else {
      throw DocumentError(
        path: validUntil.path, problem: "is before sealedAt", remedy: "seal the study again")
    }
    renderer = try object.required("renderer").string(maximum: 60)
    // With a history there are three more keys, all of them.
    if let history = object.optional("history") {
      place = Place(
        tenant: try object.required("tenant").identifier(), round: try object.required("round").identifier(),
        history: try HistoryHead(parsing: history))
    } else {
      place = nil
    }
    try object.finish()
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    var object: JSONObject = [
      "format": .string(BundleDocument.format), "study": .string(study),
      "protocol": .string(protocolDigest.text), "phase": .string(phase.rawValue),
      "sequence": .integer(Int64(sequence)), "sealedAt": .string(sealedAt.text),
      "validUntil": .string(validUntil.text), "renderer": .string(renderer),
    ]
    if let place {
      object["tenant"] = .string(place.tenant)
      object["round"] = .string(place.round)
      object["history"] = place.history.json
    }
    return encodeCanonicalJSON(.object(object))
  }
}
