package import Aggregates
package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// The files that a site hands over: its aggregate, its words about the dataset, and its two signatures.
package struct SubmissionFiles: Sendable, Equatable {
  package static let aggregateName = "aggregate.json"
  package static let contextName = "context.json"
  package static let submissionName = "submission.sigstore.json"
  package static let acceptanceName = "acceptance.sigstore.json"
  package static let rootName = "root.pem"

  package let site: String
  package let aggregate: [UInt8]
  package let context: [UInt8]
  /// Signed statement over the two files above.
  package let submission: [UInt8]
  /// Signed statement that the site accepts the protocol.
  package let acceptance: [UInt8]
  /// The signing root's certificate: a hint, believed only if its key is pinned.
  package let root: [UInt8]

  /// A site's files as found; nothing is checked.
  package init(
    site: String, aggregate: [UInt8], context: [UInt8], submission: [UInt8], acceptance: [UInt8],
    root: [UInt8]
  ) {
    self.site = site
    self.aggregate = aggregate
    self.context = context
    self.submission = submission
    self.acceptance = acceptance
    self.root = root
  }

  /// The path of a site's file in a bundle; statements name files by it.
  package static func path(_ name: String, site: String) -> String { "sites/\(site)/\(name)" }

  /// The files by name, as they stand in a site's folder.
  package var named: [(name: String, bytes: [UInt8])] {
    [
      (SubmissionFiles.aggregateName, aggregate), (SubmissionFiles.contextName, context),
      (SubmissionFiles.submissionName, submission), (SubmissionFiles.acceptanceName, acceptance),
      (SubmissionFiles.rootName, root),
    ]
  }

  /// The path of the protocol in a bundle.
  package static let protocolPath = "protocol/protocol.json"
}

/// Signs what a site hands over.
///
/// - Throws: `SigningIdentityError` when the identity is not this site's or signing fails.
package func signSubmission(
  _ aggregate: ReleasableAggregate, context: SiteContext, predicate: SubmissionPredicate,
  under evaluationProtocol: EvaluationProtocol, with identity: SigningIdentity
) throws(SigningIdentityError) -> SubmissionFiles {
  let site = aggregate.content.site
  let contextBytes = context.encode()
  let submission = try identity.sign(
    .siteSubmission, predicate.json,
    about: [
      Subject(
        name: SubmissionFiles.path(SubmissionFiles.aggregateName, site: site),
        digest: Digest(of: aggregate.bytes)),
      Subject(
        name: SubmissionFiles.path(SubmissionFiles.contextName, site: site), digest: Digest(of: contextBytes)),
    ])
  let acceptance = try identity.sign(
    .protocolAcceptance,
    AcceptancePredicate(
      site: site, protocolDigest: evaluationProtocol.digest,
      rosterDigest: evaluationProtocol.rosterDigest, signedAt: predicate.signedAt
    ).json,
    about: [Subject(name: SubmissionFiles.protocolPath, digest: evaluationProtocol.digest)])
  return SubmissionFiles(
    site: site, aggregate: aggregate.bytes, context: contextBytes, submission: submission,
    acceptance: acceptance, root: identity.root.pem)
}

extension SigningIdentity {
  fileprivate func sign(
    _ type: PredicateType, _ predicate: JSONObject, about subjects: [Subject]
  ) throws(SigningIdentityError) -> [UInt8] {
    let statement: Statement
    do { statement = try Statement(subjects: subjects, predicateType: type, predicate: predicate) } catch {
      throw .statement(error)
    }
    return try sign(statement)
  }
}

/// "We are this site in a list of so many, and we take part under this protocol."
package struct AcceptancePredicate: Sendable, Equatable {
  package let site: String
  package let protocolDigest: Digest
  package let rosterDigest: Digest
  package let signedAt: UTCTime

  init(site: String, protocolDigest: Digest, rosterDigest: Digest, signedAt: UTCTime) {
    self.site = site
    self.protocolDigest = protocolDigest
    self.rosterDigest = rosterDigest
    self.signedAt = signedAt
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    site = try object.required("site").identifier()
    protocolDigest = try object.required("protocolDigest").digest()
    rosterDigest = try object.required("rosterDigest").digest()
    signedAt = try object.required("signedAt").time()
    try object.finish()
  }

  /// The predicate as it stands in the statement.
  var json: JSONObject {
    [
      "site": .string(site), "protocolDigest": .string(protocolDigest.text),
      "rosterDigest": .string(rosterDigest.text), "signedAt": .string(signedAt.text),
    ]
  }
}
