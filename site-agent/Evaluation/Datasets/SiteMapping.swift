import CanonicalJSON
import EvaluationProtocols

/// How the hospital's own columns and codes become those that the protocol names.
///
/// A column that is not listed keeps its name, a text that is not listed stays as it is.
package struct SiteMapping: Sendable, Equatable {
  package let columns: [Column]

  /// One column that the protocol or the model names, and where its cells come from.
  package struct Column: Sendable, Equatable {
    /// The name in the protocol or the feature definition.
    package let column: String
    /// The name in the hospital's file.
    package let from: String
    package let codes: [Code]
    /// The unit of the hospital's numbers, where it says so.
    package let unit: String?

    /// A renamed column.
    package init(column: String, from: String, codes: [Code] = [], unit: String? = nil) {
      self.column = column
      self.from = from
      self.codes = codes
      self.unit = unit
    }
  }

  /// A cell text of the hospital, and what is read instead.
  package struct Code: Sendable, Equatable {
    package let from: String
    package let to: String

    /// A replaced text.
    package init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// A mapping made by a program; without columns, everything keeps its name.
  package init(columns: [Column] = []) { self.columns = columns }

  /// The column of the hospital's file in which a column of the protocol or the model stands.
  func source(of column: String) -> String {
    columns.first { $0.column.hasSameBytes(as: column) }?.from ?? column
  }

  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    let list = try object.required("columns")
    columns = try list.array(maximum: 2000).map(Column.init(parsing:))
    if hasRepetition(columns.map(\.column)) {
      throw list.error("a column is mapped twice", remedy: "give each column one entry")
    }
    try object.finish()
  }

  var json: JSONValue {
    [
      "columns": .array(
        columns.map { column in
          var object: JSONObject = ["column": .string(column.column), "from": .string(column.from)]
          if !column.codes.isEmpty {
            object["codes"] = .array(column.codes.map { ["from": .string($0.from), "to": .string($0.to)] })
          }
          object["unit"] = column.unit.map(JSONValue.string)
          return .object(object)
        })
    ]
  }
}

extension SiteMapping.Column {
  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    column = try object.required("column").columnName()
    from = try object.required("from").columnName()
    var codes: [SiteMapping.Code] = []
    let list = object.optional("codes")
    for element in try list?.array(maximum: 10_000) ?? [] {
      var code = try element.object()
      codes.append(
        SiteMapping.Code(
          from: try code.required("from").string(maximum: 200, minimum: 0),
          to: try code.required("to").string(maximum: 200, minimum: 0)))
      try code.finish()
    }
    if let list, hasRepetition(codes.map(\.from)) {
      throw list.error("a text is mapped twice", remedy: "give each text one entry")
    }
    self.codes = codes
    unit = try object.optional("unit")?.string(maximum: 40)
    try object.finish()
  }
}

/// Whether two texts have the same bytes.
func hasRepetition(_ texts: [String]) -> Bool {
  Set(texts.map(\.utf8Bytes)).count < texts.count
}
