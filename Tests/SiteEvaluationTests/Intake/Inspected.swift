import Aggregates
import CanonicalJSON
import SiteEvaluation
import StudyFixtures

/// What one reading of tables given as text gives, declared as clinical data of 2026.
func inspected(
  _ tables: String..., dataClass: DataClass = .clinical, dates: DatePrecision? = nil,
  surrogates: [String] = [],
  encounterColumn: String? = nil, reviewed: [DatasetDeclaration.Review] = []
) throws -> DatasetInspection {
  try withFiles(tables.map { Array($0.utf8) }) { paths in
    try inspectDataset(
      files: paths,
      declaredAs: clinical(
        dataClass, dates: dates, surrogates: surrogates, encounterColumn: encounterColumn, reviewed: reviewed)
    )
  }
}

/// What one reading of files gives.
func inspectDataset(
  files paths: [String], declaredAs declaration: DatasetDeclaration
) throws -> DatasetInspection {
  try snapshot(of: paths, declaredAs: declaration).frozen.inspection
}

/// A declaration of clinical rows.
func clinical(
  _ dataClass: DataClass = .clinical, mapping: SiteMapping = SiteMapping(), dates: DatePrecision? = nil,
  surrogates: [String] = [], encounterColumn: String? = nil, reviewed: [DatasetDeclaration.Review] = []
) throws -> DatasetDeclaration {
  DatasetDeclaration(
    id: "d", dataClass: dataClass, source: "s", sourceVersion: "1",
    extractedAt: try UTCTime(parsing: "2026-01-01T00:00:00Z"), deidentification: "none", license: nil,
    mapping: mapping, dates: dates, surrogates: surrogates, encounterColumn: encounterColumn,
    reviewed: reviewed)
}

/// One column of cells as a table, each cell in quotes.
func table(_ column: String, _ cells: [String]) -> String {
  ([column] + cells).map { "\"" + $0.replacing("\"", with: "\"\"") + "\"\n" }.joined()
}
