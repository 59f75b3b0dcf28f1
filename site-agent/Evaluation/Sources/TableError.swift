/// Why data files cannot be read. No case carries the content of a cell: where a header line is missing, even a
/// column's name would be one.
package enum TableError: Error, Equatable {
  case cannotOpen(path: String, reason: String)
  case notARegularFile(path: String)
  case readFailed(path: String, reason: String)
  /// The file is not what the dataset declaration says.
  case otherKind(path: String, declared: String)
  /// Two columns, counted from 1, have the same name.
  case columnsAlike(path: String, first: Int, second: Int)
  /// A column that the evaluation reads, by the name under which the file should have it.
  case columnMissing(path: String, column: String, readFor: String)

  // CSV
  case notText(path: String)
  case noHeader(path: String)
  case headerUnreadable(path: String)
  case headerRepeated(path: String, line: Int)
  case rowTooLong(path: String, line: Int, limit: Int)
  case quoteOpen(path: String, line: Int)
  case packedFileEnds(path: String)
  case packedFileDamaged(path: String)

  case query(path: String, QueryProblem)
  case fhir(path: String, FHIRProblem)
}

extension TableError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "\(path) cannot be opened: \(reason)"
    case .notARegularFile(let path): "\(path) is not a regular file"
    case .readFailed(let path, let reason): "\(path) cannot be read to its end: \(reason)"
    case .otherKind(let path, let declared):
      "\(path) is no \(declared) file, which the declaration says it is"
    case .columnsAlike(let path, let first, let second):
      "\(path): columns \(first) and \(second) have the same name"
    case .columnMissing(let path, let column, let readFor):
      "\(path) has no column \(column), which is read for \(readFor)"
    case .notText(let path): "\(path) is not UTF-8 text: it begins as UTF-16 or a binary file does"
    case .noHeader(let path): "\(path) is empty"
    case .headerUnreadable(let path): "\(path) begins with a line that is no header of a table"
    case .headerRepeated(let path, let line): "\(path): the header stands again at line \(line)"
    case .rowTooLong(let path, let line, let limit):
      "\(path): the row that begins at line \(line) has more than \(limit) bytes"
    case .quoteOpen(let path, let line):
      "\(path): a quotation mark in the row that begins at line \(line) is never closed"
    case .packedFileEnds(let path): "\(path) is a gzip file that ends too early"
    case .packedFileDamaged(let path): "\(path) is a gzip file that is damaged"
    case .query(let path, let problem): "\(path): \(problem)"
    case .fhir(let path, let problem): "\(path): \(problem)"
    }
  }

  /// What whoever prepares the data can do.
  package var remedy: String {
    switch self {
    case .cannotOpen: "check the path and who may read it"
    case .notARegularFile: "give a file on disk, not a folder, a pipe or a device"
    case .readFailed: "check the disk or share that the file is on"
    case .otherKind: "give files of the declared kind, or declare in tables what they are"
    case .columnsAlike: "give every column its own name"
    case .columnMissing: "add the column, or map the hospital's name to it in the dataset declaration"
    case .notText: "write the table as UTF-8 text"
    case .noHeader: "write a first line with the column names"
    case .headerUnreadable: "write a first line of column names in UTF-8, separated by commas"
    case .headerRepeated: "give each table as a file of its own; several files may be given"
    case .rowTooLong: "check that quotation marks inside cells are doubled, and that lines end"
    case .quoteOpen: "close the quotation mark, or double it if it is part of the text"
    case .packedFileEnds: "copy the file again, whole"
    case .packedFileDamaged: "pack the file again, and check it with gzip -t"
    case .query(_, let problem): problem.remedy
    case .fhir(_, let problem): problem.remedy
    }
  }
}
