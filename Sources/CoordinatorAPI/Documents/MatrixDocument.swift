package import CanonicalJSON
import EvaluationProtocols

/// The files of a validation matrix in one body: the answer of `GET /v1/rounds/<id>/matrix`.
///
/// A canonical document inside a canonical document keeps its bytes, so the files come out as they were kept.
package struct MatrixDocument: WireDocument {
  package static let format = "urn:equipoise:matrix-files:v1"
  package static let limits = JSONLimits(maximumBytes: 256 << 20, maximumValues: 20_000_000)

  /// One file of a matrix.
  package struct File: Sendable, Equatable {
    /// `pooled.json` or `sites/<site>.json`.
    package let path: String
    package let document: JSONObject

    /// The file as it is kept.
    package var bytes: [UInt8] { encodeCanonicalJSON(.object(document)) }
  }

  package let round: String
  /// By path.
  package let files: [File]

  /// A matrix from the bytes of its files.
  ///
  /// - Throws: `WireError` when a file is not canonical, or is none of a matrix.
  package init(round: String, files: [(path: String, bytes: [UInt8])]) throws(WireError) {
    var read: [File] = []
    for file in files.sorted(by: { $0.path.precedesInBytes($1.path) }) {
      let value: JSONValue
      do { value = try parseCanonicalJSON(file.bytes, limits: Self.limits) } catch {
        throw .notCanonical(error)
      }
      do { read.append(try Self.file(path: .string(file.path), DocumentField(value))) } catch {
        throw .malformed(error)
      }
    }
    self.round = round
    self.files = read
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    round = try object.required("round").identifier(.round)
    let list = try object.required("files")
    files = try list.list(maximum: mostListed, minimum: 1) { field throws(DocumentError) in
      try field.record { file throws(DocumentError) in
        try Self.file(path: file.required("path").value, try file.required("document"))
      }
    }
    for (file, next) in zip(files, files.dropFirst()) where !file.path.precedesInBytes(next.path) {
      throw list.error("files that are not sorted by path, each once", remedy: "sort them")
    }
  }

  package var members: JSONObject {
    [
      "round": .string(round),
      "files": .array(files.map { ["path": .string($0.path), "document": .object($0.document)] }),
    ]
  }

  private static func file(path: JSONValue, _ field: DocumentField) throws(DocumentError) -> File {
    guard case .string(let path) = path, isMatrixPath(path), case .object(let document) = field.value else {
      throw field.error("not a file of a matrix", remedy: "write pooled.json and sites/<site>.json")
    }
    return File(path: path, document: document)
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
