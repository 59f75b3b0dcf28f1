package import CanonicalJSON
import EvaluationProtocols

/// The files of a validation matrix in one body: the answer of `GET /v1/rounds/<id>/matrix`.
///
/// A canonical document inside a canonical document keeps its bytes, so the files come out as they were kept.
package struct MatrixDocument: WireDocument {
  package static let format = "urn:equipoise:matrix-files:v1"
  package static let limits = JSONLimits(maximumBytes: 256 << 20, maximumValues: 20_000_000)

  package let round: String
  /// The documents by path, such as `pooled.json`; sorted by path.
  package let files: JSONObject

  /// A matrix from the bytes of its files.
  ///
  /// - Throws: `WireError` when a file is not canonical.
  package init(round: String, files: [(path: String, bytes: [UInt8])]) throws(WireError) {
    self.round = round
    var object = JSONObject()
    for file in files {
      do { object[file.path] = try parseCanonicalJSON(file.bytes, limits: Self.limits) } catch {
        throw .notCanonical(error)
      }
    }
    self.files = object
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    round = try object.required("round").identifier(.round)
    let field = try object.required("files")
    guard case .object(let files) = field.value else {
      throw field.error("not an object", remedy: "write an object of documents by path")
    }
    for member in files.members {
      guard case .object = member.value, Self.isMatrixPath(member.key) else {
        throw field.error("not a file of a matrix", remedy: "write pooled.json and sites/<site>.json")
      }
    }
    self.files = files
  }

  package var members: JSONObject { ["round": .string(round), "files": .object(files)] }

  /// The files as they are kept.
  package var fileBytes: [(path: String, bytes: [UInt8])] {
    files.members.map { ($0.key, encodeCanonicalJSON($0.value)) }
  }

  // The client writes these paths below a folder; none may lead out of it.
  private static func isMatrixPath(_ path: String) -> Bool {
    if path.hasSameBytes(as: "pooled.json") { return true }
    let bytes = Array(path.utf8)
    guard bytes.starts(with: "sites/".utf8), bytes.count > 11, bytes.suffix(5).elementsEqual(".json".utf8)
    else { return false }
    let site = DocumentField(.string(String(decoding: bytes.dropFirst(6).dropLast(5), as: UTF8.self)))
    return (try? site.identifier()) != nil
  }
}
