import CanonicalJSON
package import Cryptography

/// What the vendor states about the model, typed by its author. What is not stated is shown as missing.
package struct ModelCard: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:model-card:v1"

  /// SHA-256 of the canonical bytes.
  package let digest: Digest
  package let name: String
  package let version: String
  package let developer: String
  package let contact: String
  package let summary: String
  package let intendedUse: String
  package let intendedUsers: String
  /// Where not to use it.
  package let cautions: [String]
  package let limitations: [String]
  package let trainingData: String
  /// SHA-256 of the training data, the code commit and the environment, as far as the vendor states them.
  package let trainingDigest: String?
  package let codeCommit: String?
  package let environment: String?
  package let references: [String]

  /// Parses the canonical bytes of a model card.
  ///
  /// - Throws: `JSONError` or `DocumentError` naming the place.
  package static func parse(_ bytes: [UInt8]) throws -> ModelCard {
    try ModelCard(parsing: DocumentField(parseCanonicalJSON(bytes, limits: .small)), Digest(of: bytes))
  }

  private init(parsing field: DocumentField, _ digest: Digest) throws(DocumentError) {
    self.digest = digest
    var object = try field.object()
    try object.expectFormat(ModelCard.format)
    name = try object.required("name").string(maximum: 200)
    version = try object.required("version").string(maximum: 100)
    developer = try object.required("developer").string(maximum: 200)
    contact = try object.required("contact").string(maximum: 200)
    summary = try object.required("summary").string()
    intendedUse = try object.required("intendedUse").string()
    intendedUsers = try object.required("intendedUsers").string()
    cautions = try object.required("cautions").array(maximum: 64).strings()
    limitations = try object.required("limitations").array(maximum: 64).strings()
    trainingData = try object.required("trainingData").string()
    trainingDigest = try object.optional("trainingDigest")?.string(maximum: 100)
    codeCommit = try object.optional("codeCommit")?.string(maximum: 100)
    environment = try object.optional("environment")?.string(maximum: 500)
    references = try object.required("references").array(maximum: 64).strings()
    try object.finish()
  }
}
