package import Aggregates
package import CanonicalJSON
import EvaluationProtocols

/// What the hospital says about a frozen snapshot of its rows.
///
/// Format: `protocols/site-files.md`, section "Dataset declaration".
package struct DatasetDeclaration: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:dataset:v1"

  package let id: String
  package let dataClass: DataClass
  /// The system that the rows were taken from.
  package let source: String
  package let sourceVersion: String
  package let extractedAt: UTCTime
  /// How identifiers were removed or replaced, in words.
  package let deidentification: String
  package let license: String?
  package let mapping: SiteMapping

  /// A declaration made by a program.
  package init(
    id: String, dataClass: DataClass, source: String, sourceVersion: String, extractedAt: UTCTime,
    deidentification: String, license: String?, mapping: SiteMapping = SiteMapping()
  ) {
    self.id = id
    self.dataClass = dataClass
    self.source = source
    self.sourceVersion = sourceVersion
    self.extractedAt = extractedAt
    self.deidentification = deidentification
    self.license = license
    self.mapping = mapping
  }

  /// Reads a declaration that a person wrote: white space and the order of keys are free.
  ///
  /// - Throws: `SiteFileError` naming the place.
  package static func parse(_ bytes: [UInt8]) throws(SiteFileError) -> DatasetDeclaration {
    try parseSiteFile(.declaration, bytes) { field throws(DocumentError) in
      try DatasetDeclaration(parsing: field)
    }
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    var object: JSONObject = [
      "format": .string(DatasetDeclaration.format), "id": .string(id),
      "dataClass": .string(dataClass.rawValue),
      "source": .string(source), "sourceVersion": .string(sourceVersion),
      "extractedAt": .string(extractedAt.text), "deidentification": .string(deidentification),
    ]
    object["license"] = license.map(JSONValue.string)
    if !mapping.columns.isEmpty { object["mapping"] = mapping.json }
    return encodeCanonicalJSON(.object(object))
  }

  private init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(DatasetDeclaration.format)
    id = try object.required("id").identifier()
    dataClass = try object.required("dataClass").choice(of: DataClass.self)
    source = try object.required("source").string(maximum: 200)
    sourceVersion = try object.required("sourceVersion").string(maximum: 200)
    extractedAt = try object.required("extractedAt").time()
    deidentification = try object.required("deidentification").string()
    license = try object.optional("license")?.string(maximum: 200)
    mapping = try object.optional("mapping").map(SiteMapping.init(parsing:)) ?? SiteMapping()
    try object.finish()
  }
}
