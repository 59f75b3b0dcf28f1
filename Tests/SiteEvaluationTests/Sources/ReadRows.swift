@testable import SiteEvaluation

/// A table as text; an unreadable row is nil.
struct ReadTable: Equatable {
  var header: [String] = []
  var rows: [[String]?] = []
  var notes: Set<TableNote> = []
}

/// Reads a table to its end.
func readTable(_ source: any TableSource) throws -> ReadTable {
  var table = ReadTable(header: source.header)
  while true {
    switch try source.next() {
    case .row:
      table.rows.append(source.header.indices.map { String(decoding: source.row.cell($0), as: UTF8.self) })
    case .unreadableRow: table.rows.append(nil)
    case .end:
      table.notes = source.notes
      return table
    }
  }
}
