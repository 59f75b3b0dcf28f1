package import Storage

/// Why a query over a database made no table.
package enum QueryProblem: Error, Equatable {
  case query(QueryError)
  /// A row, counted from 1, has a value that is no text.
  case blob(column: String, row: Int)
  case rowTooLong(row: Int, limit: Int)
  case tooManyRows(limit: Int)
  /// The file is not the same before and after.
  case changed
}

extension QueryProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .query(.cannotOpen(let reason)): "the database cannot be opened: \(reason)"
    case .query(.damaged): "the database is damaged"
    case .query(.unfinished(let journal)): "a program has not finished with the database: there is \(journal)"
    case .query(.refused(let reason)): "the query is refused: \(reason)"
    case .query(.tooSlow(let seconds)): "the query gave no row for \(seconds) seconds"
    case .query(.tooLarge(let bytes)): "the query has a value or a row of more than \(bytes) bytes"
    case .query(.failed(let reason)): "the query failed: \(reason)"
    case .blob(let column, let row): "the column \(column) holds a blob in row \(row)"
    case .rowTooLong(let row, let limit): "row \(row) has more than \(limit) bytes"
    case .tooManyRows(let limit): "the query gives more than \(limit) rows"
    case .changed: "the database was changed while it was read"
    }
  }

  var remedy: String {
    switch self {
    case .query(.cannotOpen): "check who may read the file"
    case .query(.damaged): "copy the database again, and check it with PRAGMA integrity_check"
    case .query(.unfinished), .changed:
      "close the program that has it open, or give a copy made by VACUUM INTO"
    case .query(.refused): "write one SELECT over the tables of this file that says the same every day"
    case .query(.tooSlow): "give the columns that the query joins by an index, or make the table beforehand"
    case .query(.tooLarge), .rowTooLong: "leave large texts out of the query"
    case .query(.failed): "try the query on the file in the sqlite3 program"
    case .blob: "leave the column out, or make it text in the query"
    case .tooManyRows: "check that the query ends, or divide the dataset"
    }
  }
}
