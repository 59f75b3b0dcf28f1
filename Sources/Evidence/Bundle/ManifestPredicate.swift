import CanonicalJSON

/// What the coordinator states about the whole file set.
struct ManifestPredicate: Equatable {
  /// The bundle's format, repeated under the signature.
  let format: String
  /// How many files the subjects list, and their sizes together.
  let files: Int
  let bytes: Int

  init(files: Int, bytes: Int) {
    format = BundleDocument.format
    self.files = files
    self.bytes = bytes
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    format = try object.required("format").string(maximum: 60)
    files = try object.required("files").integer(in: 1...100_000)
    bytes = try object.required("bytes").integer(in: 1...4_000_000_000)
    try object.finish()
  }

  var json: JSONObject {
    ["format": .string(format), "files": .integer(Int64(files)), "bytes": .integer(Int64(bytes))]
  }
}
