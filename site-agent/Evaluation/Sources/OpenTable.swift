/// Opens one table of a dataset and looks at its header.
///
/// - Parameter files: what `TableDeclaration.groups` gave; more than one for FHIR alone.
/// - Throws: `TableError`.
func openTable(_ files: [String], as tables: TableDeclaration) throws(TableError) -> any TableSource {
  switch tables {
  case .csv:
    let file = try open(files[0], named: "CSV") { $0 != .database }
    return try CSVReader(unpackedBytes(of: file))
  case .sqlite(let query):
    let file = try open(files[0], named: "SQLite") { $0 == .database }
    return try SQLiteTable(file, query: query)
  case .fhir(let flattening):
    return try FHIRTable(files, flattening)
  }
}

/// What a file is by its first bytes.
private enum FileKind {
  case database
  case packed
  case other
}

private func open(
  _ path: String, named kind: String, where fits: (FileKind) -> Bool
) throws(TableError) -> TableFile {
  let file = try TableFile(opening: path)
  let beginning = try file.beginning(16)
  let found: FileKind =
    beginning.elementsEqual(Array("SQLite format 3\u{0}".utf8))
    ? .database : beginning.starts(with: [0x1F, 0x8B]) ? .packed : .other
  guard fits(found) else { throw .otherKind(path: path, declared: kind) }
  return file
}
