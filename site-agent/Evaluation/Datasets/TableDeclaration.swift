import CanonicalJSON
import EvaluationProtocols

/// What the data files of a dataset are, and how rows are made of them.
///
/// Format: `protocols/site-files.md`, section "Tables".
package enum TableDeclaration: Sendable, Equatable {
  /// Each file is a table.
  case csv
  /// Each file is a database, and the lines of a query make it a table.
  case sqlite(query: [String])
  /// All files together are one table.
  case fhir(FHIRFlattening)

  /// The files of each table.
  func groups(of paths: [String]) -> [[String]] {
    switch self {
    case .csv, .sqlite: paths.map { [$0] }
    case .fhir: [paths]
    }
  }

  private enum Kind: String, CaseIterable {
    case csv, sqlite, fhir
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    switch try object.required("kind").choice(of: Kind.self) {
    case .csv: self = .csv
    case .sqlite:
      self = .sqlite(
        query: try object.required("query").array(maximum: 500, minimum: 1)
          .map { line throws(DocumentError) in try line.string(minimum: 0) })
    case .fhir: self = .fhir(try FHIRFlattening(parsing: object.required("columns")))
    }
    try object.finish()
  }

  /// The member of the declaration; nil for CSV, which needs none.
  var json: JSONValue? {
    switch self {
    case .csv: nil
    case .sqlite(let query): ["kind": "sqlite", "query": .array(query.map { .string($0) })]
    case .fhir(let flattening): ["kind": "fhir", "columns": flattening.json]
    }
  }
}
