import Aggregates
import CanonicalJSON
package import Cryptography
import EvaluationProtocols
package import SiteEvaluation
package import Submissions

/// The local record of a frozen snapshot of rows. It stays at the site; its digest is signed.
///
/// A random part keeps the digest from telling which rows they are: whoever guesses a small table could
/// otherwise compute the digest of the guess. Format: `protocols/site-files.md`, section "Dataset release".
package struct DatasetRelease: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:dataset-release:v1"

  /// The digest of the declaration as it was written.
  package let declaration: Digest
  /// SHA-256 over the sorted digests of the data files.
  package let rows: Digest
  /// Rows below the headers, readable or not.
  package let rowsRead: Int
  /// 128 random bits, in lower-case hexadecimal.
  package let salt: String

  /// The record of a snapshot, with a fresh random part.
  ///
  /// - Throws: `CryptographyError` when there is no entropy.
  package init(declaration: [UInt8], rows: Digest, rowsRead: Int) throws(CryptographyError) {
    self.declaration = Digest(of: declaration)
    self.rows = rows
    self.rowsRead = rowsRead
    salt = try randomHex(bytes: 16)
  }

  /// Reads a record that this product wrote.
  ///
  /// - Throws: `DocumentError`, or `JSONError` for bytes that are not canonical.
  package init(parsing bytes: [UInt8]) throws {
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: .small)).object()
    try object.expectFormat(DatasetRelease.format)
    declaration = try object.required("declaration").digest()
    rows = try object.required("rows").digest()
    rowsRead = try object.required("rowsRead").integer(in: 0...Int(JSONValue.maximumInteger))
    salt = try object.required("salt").string(maximum: 32, minimum: 32)
    try object.finish()
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "declaration": .string(declaration.text), "rows": .string(rows.text),
      "rowsRead": .integer(Int64(rowsRead)), "salt": .string(salt),
    ])
  }

  /// The commitment that a submission carries.
  package var digest: Digest { Digest(of: encode()) }
}

extension DatasetDeclaration {
  /// What the site says about its dataset, to be signed beside the aggregate.
  package func context(site: String) -> SiteContext {
    SiteContext(
      site: site, dataset: id, dataClass: dataClass.rawValue, source: source, sourceVersion: sourceVersion,
      extractedAt: extractedAt, deidentification: deidentification, license: license, deviations: nil)
  }
}

/// Random bytes as lower-case hexadecimal digits.
///
/// - Throws: `CryptographyError` when there is no entropy.
package func randomHex(bytes count: Int) throws(CryptographyError) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: try randomBytes(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
