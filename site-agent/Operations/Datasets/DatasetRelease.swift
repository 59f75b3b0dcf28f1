import Aggregates
package import CanonicalJSON
package import ColumnFiles
package import Cryptography
import EvaluationProtocols
package import SiteEvaluation
package import Submissions

/// The local record of a frozen snapshot of rows. It stays at the site; its digest is signed.
///
/// The digests of the rows are keyed, so that the record's own digest does not tell which rows they are: whoever guesses
/// a small table could otherwise compute the digest of the guess. Format: `protocols/site-files.md`, section "Dataset
/// release".
package struct DatasetRelease: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:dataset-release:v2"

  /// The study that it is for; nil for an evaluation by hand.
  package let study: String?
  /// What the hospital declared, as it was written; nil where the standard policy holds.
  package let declaration: Digest
  package let policy: Digest?
  /// SHA-256 over the sorted digests of the data files: the raw extract.
  package let rows: Digest
  /// What was made of the extract: the digest of the declaration's tables and mapping.
  package let transform: Digest
  /// Rows below the headers, readable or not.
  package let rowsRead: Int
  package let unreadable: Int
  /// The digest of the profile.
  package let profile: Digest
  /// The keyed digest of the column file, and that of each column in its order.
  package let snapshot: Digest
  package let columns: [ColumnFooter.Column]
  private let declared: Declared

  /// What the record repeats of the declaration, so that it can be read alone.
  private struct Declared: Equatable {
    let dataClass: String
    let source: String
    let sourceVersion: String
    let extractedAt: UTCTime
    let deidentification: String
    let cohortDefinition: Digest?
    let labelDefinition: Digest?
    let adjudication: [String]
    let replaces: DatasetDeclaration.Replacement?
  }

  /// The record of a snapshot. The same rows, declaration, policy, study and key give the same record.
  ///
  /// - Throws: `SiteEvaluationError.snapshot` where no digest can be made.
  package init(
    of frozen: FrozenDataset, declaration bytes: [UInt8], parsed declaration: DatasetDeclaration,
    policy: [UInt8]?, study: String?, key: [UInt8]
  ) throws(SiteEvaluationError) {
    self.study = study
    self.declaration = Digest(of: bytes)
    self.policy = policy.map(Digest.init(of:))
    rows = frozen.inspection.tables.digest
    transform = declaration.transformDigest
    rowsRead = frozen.inspection.tables.rows
    unreadable = frozen.rows.footer.unreadable
    profile = Digest(of: frozen.inspection.profile.encode())
    do { snapshot = try frozen.rows.digest(key: key) } catch { throw .snapshot(error) }
    columns = frozen.rows.footer.columns
    declared = Declared(
      dataClass: declaration.dataClass.rawValue, source: declaration.source,
      sourceVersion: declaration.sourceVersion, extractedAt: declaration.extractedAt,
      deidentification: declaration.deidentification, cohortDefinition: declaration.cohortDefinition,
      labelDefinition: declaration.labelDefinition, adjudication: declaration.adjudication,
      replaces: declaration.replaces)
  }

  /// Reads a record that this product wrote.
  ///
  /// - Throws: `DocumentError`, or `JSONError` for bytes that are not canonical.
  package init(parsing bytes: [UInt8]) throws {
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: .protocolDocument)).object()
    try object.expectFormat(DatasetRelease.format)
    let most = Int(JSONValue.maximumInteger)
    study = try object.optional("study")?.identifier()
    declaration = try object.required("declaration").digest()
    policy = try object.optional("policy")?.digest()
    rows = try object.required("rows").digest()
    transform = try object.required("transform").digest()
    rowsRead = try object.required("rowsRead").integer(in: 0...most)
    unreadable = try object.required("unreadable").integer(in: 0...most)
    profile = try object.required("profile").digest()
    snapshot = try object.required("snapshot").digest()
    columns = try object.required("columns").array(maximum: 1 << 20).map { field throws(DocumentError) in
      var column = try field.object()
      let parsed = ColumnFooter.Column(
        name: try column.required("name").string(maximum: 1 << 20, minimum: 0),
        digest: try column.required("digest").digest())
      try column.finish()
      return parsed
    }
    declared = Declared(
      dataClass: try object.required("dataClass").identifier(),
      source: try object.required("source").string(),
      sourceVersion: try object.required("sourceVersion").string(maximum: 200),
      extractedAt: try object.required("extractedAt").time(),
      deidentification: try object.required("deidentification").string(),
      cohortDefinition: try object.optional("cohortDefinition")?.digest(),
      labelDefinition: try object.optional("labelDefinition")?.digest(),
      adjudication: try object.optional("adjudication")?.array(maximum: 20, minimum: 1).map {
        field throws(DocumentError) in
        try field.string(maximum: 500)
      } ?? [],
      replaces: try object.optional("replaces").map(DatasetDeclaration.Replacement.init(parsing:)))
    try object.finish()
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] { encodeCanonicalJSON(json) }

  /// The record as it is written.
  package var json: JSONValue {
    var object: JSONObject = [
      "format": .string(Self.format), "declaration": .string(declaration.text), "rows": .string(rows.text),
      "transform": .string(transform.text), "rowsRead": .integer(Int64(rowsRead)),
      "unreadable": .integer(Int64(unreadable)), "profile": .string(profile.text),
      "snapshot": .string(snapshot.text),
      "columns": .array(columns.map { ["name": .string($0.name), "digest": .string($0.digest.text)] }),
      "dataClass": .string(declared.dataClass), "source": .string(declared.source),
      "sourceVersion": .string(declared.sourceVersion), "extractedAt": .string(declared.extractedAt.text),
      "deidentification": .string(declared.deidentification),
    ]
    object["study"] = study.map(JSONValue.string)
    object["policy"] = policy.map { .string($0.text) }
    object["cohortDefinition"] = declared.cohortDefinition.map { .string($0.text) }
    object["labelDefinition"] = declared.labelDefinition.map { .string($0.text) }
    if !declared.adjudication.isEmpty {
      object["adjudication"] = .array(declared.adjudication.map(JSONValue.string))
    }
    object["replaces"] = declared.replaces?.json
    return .object(object)
  }

  /// The commitment that a submission carries.
  package var digest: Digest { Digest(of: encode()) }
}

extension DatasetDeclaration {
  /// What the site says about its dataset, to be signed beside the aggregate.
  package func context(site: String) -> SiteContext {
    SiteContext(
      site: site, dataset: id, dataClass: dataClass.rawValue, source: source, sourceVersion: sourceVersion,
      extractedAt: extractedAt, deidentification: deidentification, license: license, deviations: nil,
      adjudication: adjudication,
      replaces: replaces.map { SiteContext.Replacement(release: $0.release, reason: $0.reason) })
  }
}
