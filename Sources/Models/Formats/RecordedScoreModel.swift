import CanonicalJSON

/// A score that the hospital's record system computed and stored; the artifact says in which column.
///
/// Format: `protocols/models.md`, section "Recorded score".
package struct RecordedScoreModel: Sendable, Equatable {
  /// The column that holds the score.
  package let column: String
  /// The system that computed it, in words.
  package let system: String

  /// Reads the artifact.
  ///
  /// - Throws: `ModelError.syntax` or `.content`, naming the place.
  package static func parse(_ bytes: [UInt8]) throws(ModelError) -> RecordedScoreModel {
    try parseModelFile(.artifact, bytes) { field throws(DocumentError) in
      try RecordedScoreModel(parsing: field)
    }
  }

  private init(parsing field: ForeignField) throws(DocumentError) {
    var object = try field.object()
    try object.required("format").expect("recorded-score")
    try object.required("version").expect(1)
    column = try object.required("column").string()
    system = try object.required("system").string()
    _ = try object.optional("note")?.string(canBeEmpty: true, maximum: 2000)
    try object.finish()
  }
}
