package import Aggregates
package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// What a site says when it signs a reference profile: of which dataset it is, and what was counted how.
///
/// Format: `protocols/profile.md`.
package struct ReferenceStatement: Sendable, Equatable {
  package let site: String
  /// The id of the dataset's declaration.
  package let dataset: String
  package let dataClass: DataClass
  package let extractedAt: UTCTime
  /// Commitment to the local dataset release; it has a random part, so small data cannot be guessed.
  package let datasetDigest: Digest
  /// Fewest patients behind a count.
  package let minimumCell: Int
  /// Digests of the draft's sections that say what is counted, in the order of `countingSections`.
  package let sections: [Digest]
  /// Name and version of the software that counted.
  package let evaluator: String
  package let signedAt: UTCTime

  /// The name of the file that the statement is about.
  package static let profileName = "reference-profile.json"
  /// The usual name of the file that holds the statement.
  package static let fileName = "reference-profile.sigstore.json"

  /// A statement about counts made under a draft.
  package init(
    site: String, dataset: String, dataClass: DataClass, extractedAt: UTCTime, datasetDigest: Digest,
    minimumCell: Int, draft: EvaluationProtocol, evaluator: String, signedAt: UTCTime
  ) {
    self.site = site
    self.dataset = dataset
    self.dataClass = dataClass
    self.extractedAt = extractedAt
    self.datasetDigest = datasetDigest
    self.minimumCell = minimumCell
    sections = draft.countingDigests.map(\.digest)
    self.evaluator = evaluator
    self.signedAt = signedAt
  }

  /// Signs the statement for a profile, with the site's own keys.
  ///
  /// - Returns: the bytes of the attestation, and the digest that a protocol's `drift.statement` has to hold.
  /// - Throws: `SigningIdentityError`, also when the identity is not this site's.
  package func sign(
    _ profile: ReferenceProfile, with identity: SigningIdentity
  ) throws(SigningIdentityError) -> (bytes: [UInt8], digest: Digest) {
    do throws(AttestationError) {
      let expected = try SignerRole(site: site)
      guard identity.role == expected else { throw .role(expected: expected, found: identity.role) }
    } catch { throw .statement(error) }
    let bytes = try identity.sign(statement(about: profile))
    do {
      let verified = try UnverifiedAttestation.parse(bytes).verify(
        role: identity.role, predicateType: .referenceProfile, root: identity.root,
        pinnedRootKey: identity.fingerprint.digest, at: signedAt)
      return (bytes, verified.signedDigest)
    } catch { throw .statement(error) }
  }

  private func statement(about profile: ReferenceProfile) throws(SigningIdentityError) -> Statement {
    do {
      return try Statement(
        subjects: [Subject(name: Self.profileName, digest: Digest(of: profile.encode()))],
        predicateType: .referenceProfile, predicate: json)
    } catch { throw .statement(error) }
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    site = try object.required("site").identifier()
    dataset = try object.required("dataset").identifier()
    dataClass = try object.required("dataClass").choice(of: DataClass.self)
    extractedAt = try object.required("extractedAt").time()
    datasetDigest = try object.required("datasetDigest").digest()
    minimumCell = try object.required("minimumCell").integer(in: 2...1_000_000)
    var members = try object.required("sections").object()
    var sections: [Digest] = []
    for name in EvaluationProtocol.countingSections { sections.append(try members.required(name).digest()) }
    try members.finish()
    self.sections = sections
    evaluator = try object.required("evaluator").string(maximum: 100)
    signedAt = try object.required("signedAt").time()
    try object.finish()
  }

  private var json: JSONObject {
    var digests: JSONObject = [:]
    for (name, digest) in zip(EvaluationProtocol.countingSections, sections) {
      digests[name] = .string(digest.text)
    }
    return [
      "site": .string(site), "dataset": .string(dataset), "dataClass": .string(dataClass.rawValue),
      "extractedAt": .string(extractedAt.text), "datasetDigest": .string(datasetDigest.text),
      "minimumCell": .integer(Int64(minimumCell)), "sections": .object(digests),
      "evaluator": .string(evaluator), "signedAt": .string(signedAt.text),
    ]
  }
}
