package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// What the site says about its dataset release, signed beside the aggregate. Format: `protocols/submission.md`.
package struct SiteContext: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:site-context:v1"

  package let site: String
  package let dataset: String
  /// `clinical`, `public` or `synthetic`.
  package let dataClass: String
  package let source: String
  package let sourceVersion: String
  package let extractedAt: UTCTime
  package let deidentification: String
  package let license: String?
  /// What was done otherwise than the protocol says, in the site's words.
  package let deviations: String?
  /// How doubtful labels were settled, in the site's words.
  package let adjudication: [String]
  /// The release in whose place this one comes.
  package let replaces: Replacement?

  /// A release that an earlier submission may have named, and why another came in its place.
  package struct Replacement: Sendable, Equatable {
    package let release: Digest
    package let reason: String

    /// A replacement.
    package init(release: Digest, reason: String) {
      self.release = release
      self.reason = reason
    }
  }

  /// The context of one dataset release.
  package init(
    site: String, dataset: String, dataClass: String, source: String, sourceVersion: String,
    extractedAt: UTCTime, deidentification: String, license: String?, deviations: String?,
    adjudication: [String] = [], replaces: Replacement? = nil
  ) {
    self.site = site
    self.dataset = dataset
    self.dataClass = dataClass
    self.source = source
    self.sourceVersion = sourceVersion
    self.extractedAt = extractedAt
    self.deidentification = deidentification
    self.license = license
    self.deviations = deviations
    self.adjudication = adjudication
    self.replaces = replaces
  }

  /// Parses the canonical bytes of a `context.json`.
  ///
  /// - Throws: `SubmissionError.context` naming the place.
  package static func parse(_ bytes: [UInt8]) throws(SubmissionError) -> SiteContext {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .small) } catch {
      throw .context(error.description)
    }
    do { return try SiteContext(parsing: DocumentField(value)) } catch { throw .context(error.description) }
  }

  private init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(SiteContext.format)
    site = try object.required("site").identifier()
    dataset = try object.required("dataset").identifier()
    dataClass = try object.required("dataClass").identifier()
    source = try object.required("source").string()
    sourceVersion = try object.required("sourceVersion").string(maximum: 200)
    extractedAt = try object.required("extractedAt").time()
    deidentification = try object.required("deidentification").string()
    license = try object.optional("license")?.string()
    deviations = try object.optional("deviations")?.string()
    adjudication =
      try object.optional("adjudication")?.array(maximum: 20, minimum: 1).map { field throws(DocumentError) in
        try field.string(maximum: 500)
      } ?? []
    replaces = try object.optional("replaces").map { field throws(DocumentError) in
      var object = try field.object()
      let replacement = Replacement(
        release: try object.required("release").digest(),
        reason: try object.required("reason").string(maximum: 500))
      try object.finish()
      return replacement
    }
    try object.finish()
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    var object: JSONObject = [
      "format": .string(SiteContext.format), "site": .string(site), "dataset": .string(dataset),
      "dataClass": .string(dataClass), "source": .string(source), "sourceVersion": .string(sourceVersion),
      "extractedAt": .string(extractedAt.text), "deidentification": .string(deidentification),
    ]
    if let license { object["license"] = .string(license) }
    if let deviations { object["deviations"] = .string(deviations) }
    if !adjudication.isEmpty { object["adjudication"] = .array(adjudication.map(JSONValue.string)) }
    if let replaces {
      object["replaces"] = [
        "release": .string(replaces.release.text), "reason": .string(replaces.reason),
      ]
    }
    return encodeCanonicalJSON(.object(object))
  }
}
