import CanonicalJSON
import Models

/// What one reading of a dataset's files gives, before anything is evaluated.
package struct DatasetInspection: Sendable {
  package let tables: TableInspection
  package let profile: DatasetProfile
  /// What the scan for identifiers and repeated encounters found.
  package let findings: [IntakeFinding]
}

/// Reads the files of a dataset once: digests, profile, and the scan for identifiers in every column.
///
/// - Parameter progress: is told now and then how many bytes of the file at hand were read; called on the caller's
///   thread.
/// - Throws: `SiteEvaluationError` where a file cannot be divided into rows. Identifiers are findings, no errors.
package func inspectDataset(
  files paths: [String], declaredAs declaration: DatasetDeclaration,
  progress: (_ bytes: Int) -> Void = { _ in }
) throws(SiteEvaluationError) -> DatasetInspection {
  var profiler = TableProfiler(encounterColumn: declaration.encounterColumn)
  var rows = 0
  let tables = try readTables(
    paths, declaredAs: declaration, begin: { profiler.begin(header: $0.header) },
    take: { source, next in
      if rows % 65_536 == 0 { progress(source.bytesTaken) }
      rows += 1
      if next == .row { profiler.take(source.row.cell) } else { profiler.takeUnreadableRow() }
    })
  var findings = scanDataset(profiler.columns, declaredAs: declaration)
  if let column = declaration.encounterColumn {
    if profiler.hasRepeatedEncounters {
      findings.append(
        IntakeFinding(
          .refusal, .duplicate, column: column,
          "an encounter stands there more than once, though declared not to"))
    } else if !profiler.columns.contains(where: { $0.name.hasSameBytes(as: column) }) {
      findings.append(
        IntakeFinding(.refusal, .header, column: column, "is declared to name the encounter and is not there")
      )
    }
  }
  return DatasetInspection(tables: tables, profile: profiler.profile, findings: findings)
}
