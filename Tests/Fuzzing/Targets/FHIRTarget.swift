@testable import SiteEvaluation

/// The reader of FHIR's NDJSON: up to four files, divided by the byte 0x1E, which no JSON has.
struct FHIRTarget: FuzzTarget {
  static let name = "ndjson"
  private static let declaration = """
    {"format": "urn:equipoise:dataset:v1", "id": "d", "dataClass": "public", "source": "s", "sourceVersion": "1",
     "extractedAt": "2026-01-15T06:00:00Z", "deidentification": "none", "tables": {"kind": "fhir", "columns": [
     {"column": "id", "from": "encounter.id"}, {"column": "start", "from": "encounter.period.start", "as": "time"},
     {"column": "sex", "from": "patient.gender"},
     {"column": "age", "from": "patient.birthDate", "as": "yearsAtStart"},
     {"column": "mrn", "from": "patient.identifier.value", "system": "urn:mrn"},
     {"column": "lactate", "from": "observation", "codes": [{"system": "s", "code": "lac"}], "value": "max",
      "unit": "mmol/L", "untilHour": 24},
     {"column": "pulse", "from": "observation", "codes": [{"system": "s", "code": "hr"}], "value": "last",
      "fromHour": -6, "untilHour": 48},
     {"column": "copd", "from": "condition", "codes": [{"system": "s", "code": "J44"}], "value": "present"},
     {"column": "had", "from": "condition", "codes": [{"system": "s", "code": "J44"}], "value": "present",
      "of": "patient"},
     {"column": "near", "from": "observation", "codes": [{"system": "s", "code": "lac"}], "value": "first",
      "unit": "mmol/L", "untilHour": 8784, "linkedBy": "time"},
     {"column": "then", "from": "condition", "codes": [{"system": "s", "code": "J44"}], "value": "present",
      "linkedBy": "time"}]}}
    """

  private let tables: TableDeclaration
  private let files: [MemoryFile]

  init() throws {
    tables = try DatasetDeclaration.parse(Array(Self.declaration.utf8)).tables
    files = try (0..<4).map { _ in try MemoryFile() }
  }

  func run(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x1E, maxSplits: files.count - 1, omittingEmptySubsequences: false)
    for (file, part) in zip(files, parts) { file.write(part) }
    let paths = files.prefix(parts.count).map(\.path)
    let tables = tables
    let table = readTable { () throws(TableError) in try openTable(Array(paths), as: tables) }
    let backwards = readTable { () throws(TableError) in try openTable(paths.reversed(), as: tables) }
    demand(content(table) == content(backwards), "files in another order give other rows")
    checkLines(parts[0], at: paths[0])
  }

  /// Rows in no order; nil for a refusal, whose words may name another file first.
  private func content(_ table: Result<TableText, TableError>) -> [[[UInt8]]]? {
    guard case .success(let table) = table else { return nil }
    return table.rows.map { $0 ?? [] }.sorted { left, right in
      left.lexicographicallyPrecedes(right) { $0.lexicographicallyPrecedes($1) }
    }
  }

  private func checkLines(_ bytes: ArraySlice<UInt8>, at path: String) {
    guard let file = try? TableFile(opening: path) else { broken("a file in memory cannot be opened") }
    var reader = LineReader(ChunkedBytes(file, size: 1 + bytes.count % 13))
    var found: [[UInt8]] = []
    while let line = try? reader.next() { found.append(line) }
    let expected = bytes.split(separator: 0x0A).map { line in
      Array(line.last == 0x0D ? line.dropLast() : line)
    }
    demand(found == expected.filter { !$0.isEmpty }, "lines are divided otherwise")
  }
}
