package import CanonicalJSON
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

  /// The context of one dataset release.
  package init(
    site: String, dataset: String, dataClass: String, source: String, sourceVersion: String,
    extractedAt: UTCTime, deidentification: String, license: String?, deviations: String?
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
    return encodeCanonicalJSON(.object(object))
  }
}
