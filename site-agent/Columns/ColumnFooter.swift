import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// What stands at the end of a column file: where everything is, and the digests.
///
/// Format: `protocols/columns.md`, section "Footer".
package struct ColumnFooter: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:columns:v1"

  /// A column and the keyed digest of its blocks.
  package struct Column: Sendable, Equatable {
    package let name: String
    package let digest: Digest

    /// A column.
    package init(name: String, digest: Digest) {
      self.name = name
      self.digest = digest
    }
  }

  /// One table of the source: its columns and its groups of rows.
  package struct Table: Sendable, Equatable {
    /// Places in `ColumnFooter.columns`, in the order of the table's header.
    package let columns: [Int]
    package internal(set) var groups: [Group]

    /// A table without rows.
    package init(columns: [Int]) {
      self.columns = columns
      groups = []
    }
  }

  /// Some consecutive rows of a table.
  package struct Group: Sendable, Equatable {
    /// Where it begins in the file, and its bytes.
    package let offset: Int
    package let size: Int
    /// Rows with cells.
    package let rows: Int
    /// Rows that could not be read.
    package let gaps: Int
  }

  package let columns: [Column]
  package let tables: [Table]
  /// The keyed digest of what stands at the beginning of all groups.
  package let index: Digest

  /// Rows with cells.
  package var rows: Int { tables.reduce(0) { $1.groups.reduce($0) { $0 + $1.rows } } }
  /// Rows that could not be read.
  package var unreadable: Int { tables.reduce(0) { $1.groups.reduce($0) { $0 + $1.gaps } } }

  init(columns: [Column], tables: [Table], index: Digest) {
    self.columns = columns
    self.tables = tables
    self.index = index
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "index": .string(index.text),
      "columns": .array(columns.map { ["name": .string($0.name), "digest": .string($0.digest.text)] }),
      "tables": .array(
        tables.map { table in
          [
            "columns": .array(table.columns.map { .integer(Int64($0)) }),
            "groups": .array(
              table.groups.map { group in
                .array([group.offset, group.size, group.rows, group.gaps].map { .integer(Int64($0)) })
              }),
          ]
        }),
    ])
  }

  /// Reads a footer whose groups lie within so many bytes.
  ///
  /// - Throws: `DocumentError`, or `JSONError` for bytes that are not canonical.
  init(parsing bytes: [UInt8], within end: Int) throws {
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: Self.limits)).object()
    try object.expectFormat(Self.format)
    index = try object.required("index").digest()
    let columns = try object.required("columns").array(maximum: Self.maximumColumns).map {
      field throws(DocumentError) in
      var column = try field.object()
      let parsed = Column(
        name: try column.required("name").string(maximum: 1 << 20, minimum: 0),
        digest: try column.required("digest").digest())
      try column.finish()
      return parsed
    }
    tables = try object.required("tables").array(maximum: 100_000).map { field throws(DocumentError) in
      try Table(parsing: field, columns: columns.count, within: end)
    }
    self.columns = columns
    try object.finish()
  }

  private static let maximumColumns = 1 << 20
  static let limits = JSONLimits(
    maximumBytes: 1 << 28, maximumValues: 20_000_000, maximumStringBytes: 1 << 20)
}

extension ColumnFooter.Table {
  fileprivate init(parsing field: DocumentField, columns count: Int, within end: Int) throws(DocumentError) {
    var object = try field.object()
    columns = try object.required("columns").array(maximum: count).map { field throws(DocumentError) in
      try field.integer(in: 0...(count - 1))
    }
    groups = try object.required("groups").array(maximum: 4_000_000).map { field throws(DocumentError) in
      try ColumnFooter.Group(parsing: field, within: end)
    }
    try object.finish()
  }
}

extension ColumnFooter.Group {
  fileprivate init(parsing field: DocumentField, within end: Int) throws(DocumentError) {
    let numbers = try field.array(maximum: 4)
    guard numbers.count == 4 else { throw field.error("a group has four numbers", remedy: "write it again") }
    offset = try numbers[0].integer(in: 0...end)
    size = try numbers[1].integer(in: 0...(end - offset))
    rows = try numbers[2].integer(in: 0...RowChunk.maximumRows)
    gaps = try numbers[3].integer(in: 0...RowChunk.maximumRows)
  }
}
