package import Aggregates
package import CanonicalJSON
package import Cryptography
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
  /// What the data files are.
  package let tables: TableDeclaration
  package let mapping: SiteMapping
  /// The finest dates among the cells; nil where the hospital does not say.
  package let dates: DatePrecision?
  /// Columns of numbers that were made for the extract and lead to nobody.
  package let surrogates: [String]
  /// The column in which each encounter stands once.
  package let encounterColumn: String?
  /// What looks like an identifier and is none, with who says so.
  package let reviewed: [Review]
  /// The documents or queries by which the hospital chose the rows and made the labels.
  package let cohortDefinition: Digest?
  package let labelDefinition: Digest?
  /// How doubtful labels were settled, in words.
  package let adjudication: [String]
  /// The release in whose place this one comes, such as one with other labels.
  package let replaces: Replacement?

  /// Another release and why it is replaced.
  package struct Replacement: Sendable, Equatable {
    package let release: Digest
    package let reason: String

    /// A replacement.
    package init(release: Digest, reason: String) {
      self.release = release
      self.reason = reason
    }

    /// Reads the member `replaces`.
    package init(parsing field: DocumentField) throws(DocumentError) {
      var object = try field.object()
      release = try object.required("release").digest()
      reason = try object.required("reason").string(maximum: 500)
      try object.finish()
    }

    /// The member as it is written.
    package var json: JSONValue { ["release": .string(release.text), "reason": .string(reason)] }
  }

  /// A person's word that a column may stay as it is.
  package struct Review: Sendable, Equatable {
    package let column: String
    package let kind: IdentifierKind
    package let person: String
    package let reason: String

    /// A word given.
    package init(column: String, kind: IdentifierKind, person: String, reason: String) {
      self.column = column
      self.kind = kind
      self.person = person
      self.reason = reason
    }
  }

  /// A declaration made by a program.
  package init(
    id: String, dataClass: DataClass, source: String, sourceVersion: String, extractedAt: UTCTime,
    deidentification: String, license: String?, tables: TableDeclaration = .csv,
    mapping: SiteMapping = SiteMapping(), dates: DatePrecision? = nil, surrogates: [String] = [],
    encounterColumn: String? = nil, reviewed: [Review] = [], cohortDefinition: Digest? = nil,
    labelDefinition: Digest? = nil, adjudication: [String] = [], replaces: Replacement? = nil
  ) {
    self.id = id
    self.dataClass = dataClass
    self.source = source
    self.sourceVersion = sourceVersion
    self.extractedAt = extractedAt
    self.deidentification = deidentification
    self.license = license
    self.tables = tables
    self.mapping = mapping
    self.dates = dates
    self.surrogates = surrogates
    self.encounterColumn = encounterColumn
    self.reviewed = reviewed
    self.cohortDefinition = cohortDefinition
    self.labelDefinition = labelDefinition
    self.adjudication = adjudication
    self.replaces = replaces
  }

  /// The digest of what is made of the data files: tables and mapping.
  package var transformDigest: Digest {
    var object: JSONObject = [:]
    object["tables"] = tables.json
    if !mapping.columns.isEmpty { object["mapping"] = mapping.json }
    return Digest(of: encodeCanonicalJSON(.object(object)))
  }

  /// What a person said about a kind of identifier in a column of the hospital's file.
  func review(of column: String, _ kind: IdentifierKind) -> Review? {
    reviewed.first { $0.kind == kind && $0.column.hasSameBytes(as: column) }
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
    object["tables"] = tables.json
    if !mapping.columns.isEmpty { object["mapping"] = mapping.json }
    object["dates"] = dates.map { .string($0.rawValue) }
    if !surrogates.isEmpty { object["surrogates"] = .array(surrogates.map(JSONValue.string)) }
    object["encounterColumn"] = encounterColumn.map(JSONValue.string)
    if !reviewed.isEmpty { object["reviewed"] = .array(reviewed.map(\.json)) }
    object["cohortDefinition"] = cohortDefinition.map { .string($0.text) }
    object["labelDefinition"] = labelDefinition.map { .string($0.text) }
    if !adjudication.isEmpty { object["adjudication"] = .array(adjudication.map(JSONValue.string)) }
    object["replaces"] = replaces?.json
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
    tables = try object.optional("tables").map(TableDeclaration.init(parsing:)) ?? .csv
    mapping = try object.optional("mapping").map(SiteMapping.init(parsing:)) ?? SiteMapping()
    dates = try object.optional("dates")?.choice(of: DatePrecision.self)
    let surrogates = object.optional("surrogates")
    self.surrogates =
      try surrogates?.array(maximum: 2000).map { field throws(DocumentError) in
        try field.columnName()
      } ?? []
    encounterColumn = try object.optional("encounterColumn")?.columnName()
    let reviewed = object.optional("reviewed")
    self.reviewed = try reviewed?.array(maximum: 2000).map(Review.init(parsing:)) ?? []
    cohortDefinition = try object.optional("cohortDefinition")?.digest()
    labelDefinition = try object.optional("labelDefinition")?.digest()
    adjudication =
      try object.optional("adjudication")?.array(maximum: 20, minimum: 1).map { field throws(DocumentError) in
        try field.string(maximum: 500)
      } ?? []
    replaces = try object.optional("replaces").map(Replacement.init(parsing:))
    if let surrogates, hasRepetition(self.surrogates) {
      throw surrogates.error("a column stands there twice", remedy: "name each column once")
    }
    if let reviewed, hasRepetition(self.reviewed.map { "\($0.kind.rawValue) \($0.column)" }) {
      throw reviewed.error("a kind is reviewed twice in one column", remedy: "give each one entry")
    }
    try object.finish()
  }
}

extension DatasetDeclaration.Review {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    column = try object.required("column").columnName()
    kind = try object.required("kind").choice(of: IdentifierKind.self)
    person = try object.required("person").string(maximum: 200)
    reason = try object.required("reason").string(maximum: 500)
    try object.finish()
  }

  /// The entry as it stands in the declaration.
  package var json: JSONValue {
    [
      "column": .string(column), "kind": .string(kind.rawValue), "person": .string(person),
      "reason": .string(reason),
    ]
  }
}
