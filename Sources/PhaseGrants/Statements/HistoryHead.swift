package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// The newest event of a study's history when a word was given.
package struct HistoryHead: Sendable, Equatable {
  package let sequence: Int
  package let digest: Digest

  /// A head.
  package init(sequence: Int, digest: Digest) {
    self.sequence = sequence
    self.digest = digest
  }

  /// Reads `{"sequence":n,"digest":"sha256:…"}`.
  package init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    sequence = try object.required("sequence").integer(in: countingRange)
    digest = try object.required("digest").digest()
    try object.finish()
  }

  /// The head as an object.
  package var json: JSONValue {
    ["sequence": .integer(Int64(sequence)), "digest": .string(digest.text)]
  }
}

/// What counts 1, 2, …
let countingRange = 1...Int(JSONValue.maximumInteger)
