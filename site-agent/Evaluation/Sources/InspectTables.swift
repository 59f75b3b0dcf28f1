import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
import Models

/// What can be said of data files without looking into a cell.
package struct TableInspection: Sendable, Equatable {
  /// A data file as it is stored.
  package struct File: Sendable, Equatable {
    /// The path as it was given.
    package let path: String
    /// SHA-256 of the file.
    package let digest: Digest
    /// Bytes of the file.
    package let size: Int
  }

  /// The files, in the order in which they were given.
  package let files: [File]
  /// Rows below the headers, readable or not.
  package let rows: Int
  /// The digest of the dataset's content.
  package let digest: Digest
}

/// Reads data files to their end, as an evaluation would, and counts nothing but their rows.
///
/// - Throws: `SiteEvaluationError` where an evaluation could not divide the files into rows either.
package func inspectTables(
  _ paths: [String], declaredAs declaration: DatasetDeclaration
) throws(SiteEvaluationError) -> TableInspection {
  try readTables(paths, declaredAs: declaration, begin: { _ in }, take: { _, _ in })
}

/// Reads data files to their end and shows each table before its first row, and each row with its table.
///
/// - Throws: as `inspectTables`.
func readTables(
  _ paths: [String], declaredAs declaration: DatasetDeclaration, begin: (any TableSource) -> Void,
  take: (any TableSource, NextRow) -> Void
) throws(SiteEvaluationError) -> TableInspection {
  guard !paths.isEmpty else { throw .noFiles }
  var files: [TableInspection.File] = []
  var rows = 0
  var seen = SeenFiles()
  for group in declaration.tables.groups(of: paths) {
    let rowsBefore = rows
    let digests: [Digest]
    do throws(TableError) {
      let source = try openTable(group, as: declaration.tables)
      begin(source)
      while true {
        let next = try source.next()
        if next == .end { break }
        take(source, next)
        rows += 1
      }
      digests = source.digests
      for (path, digest) in zip(group, digests) {
        files.append(
          TableInspection.File(path: path, digest: digest, size: try TableFile(opening: path).size))
      }
    } catch { throw .table(error) }
    try seen.add(group, digests, haveRows: rows > rowsBefore)
  }
  return TableInspection(
    files: files, rows: rows, digest: rowsDigest(ofFiles: seen.digests, as: declaration.tables))
}

/// SHA-256 of a data file as it is stored.
///
/// - Throws: `TableError` where it cannot be opened or read.
package func digest(ofDataFile path: String) throws(TableError) -> Digest {
  let file = try TableFile(opening: path)
  try file.readToEnd()
  guard let digest = file.digest else { throw .readFailed(path: path, reason: "it did not end") }
  return digest
}

/// The digest of a dataset's content: SHA-256 over the digests of its files and of what the declaration says of
/// them, sorted, so that the order in which the files are named does not matter.
package func rowsDigest(ofFiles digests: some Sequence<Digest>, as tables: TableDeclaration) -> Digest {
  var all = Set(digests)
  if let json = tables.json { all.insert(Digest(of: encodeCanonicalJSON(json))) }
  return Digest(of: all.sorted().flatMap(\.bytes))
}

/// Looks for every column that an evaluation would read in the headers of a dataset; no row is read.
///
/// - Throws: `SiteEvaluationError` as `evaluate` would before its first row.
package func checkColumns(
  of paths: [String], declaredAs declaration: DatasetDeclaration,
  under evaluationProtocol: EvaluationProtocol, model: SiteModel
) throws(SiteEvaluationError) {
  guard !paths.isEmpty else { throw .noFiles }
  let plan = try columnPlan(under: evaluationProtocol, model: model)
  for files in declaration.tables.groups(of: paths) {
    do { _ = try BoundTable(files, declaration, plan: plan) } catch { throw .table(error) }
  }
}

private func columnPlan(
  under evaluationProtocol: EvaluationProtocol, model: SiteModel
) throws(SiteEvaluationError) -> ColumnPlan {
  do {
    return RowCollector(
      evaluationProtocol, scorer: ModelScorer(try model.load(for: evaluationProtocol.model))
    ).plan
  } catch { throw .model(error) }
}

/// The files that were read so far: the same rows under two names would count twice.
struct SeenFiles {
  private var paths: [Digest: String] = [:]
  private static let empty = Digest(of: [])

  var digests: some Sequence<Digest> { paths.keys }

  /// - Throws: `SiteEvaluationError.sameFileTwice`; files that gave no row may be alike.
  mutating func add(_ files: [String], _ digests: [Digest], haveRows: Bool) throws(SiteEvaluationError) {
    for (path, digest) in zip(files, digests) {
      guard let other = paths.updateValue(path, forKey: digest), haveRows, digest != Self.empty else {
        continue
      }
      throw .sameFileTwice(other, path)
    }
  }
}
