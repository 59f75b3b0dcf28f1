package import Cryptography
package import EvaluationProtocols
import Models

/// What can be said of a data file without looking into a cell.
package struct TableInspection: Sendable, Equatable {
  /// SHA-256 of the file.
  package let digest: Digest
  /// Bytes of the file.
  package let size: Int
  /// Rows below the header, readable or not.
  package let rows: Int
}

/// Reads a data file to its end, as an evaluation would, and counts nothing but its rows.
///
/// - Throws: `TableError` where an evaluation could not divide the file into rows either.
package func inspectTable(_ path: String) throws(TableError) -> TableInspection {
  let reader = try CSVReader(opening: path)
  let size = reader.fileSize
  var rows = 0
  while try reader.next() != .end { rows += 1 }
  guard let digest = reader.digest else {
    throw .readFailed(path: path, reason: "it did not end")
  }
  return TableInspection(digest: digest, size: size, rows: rows)
}

/// The digest of a dataset's content: SHA-256 over the digests of its files, sorted, so that the order in
/// which the files are named does not matter.
package func rowsDigest(ofFiles digests: some Sequence<Digest>) -> Digest {
  Digest(of: Set(digests).sorted().flatMap(\.bytes))
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
  for path in paths {
    do {
      let reader = try CSVReader(opening: path)
      _ = try ColumnBinding(plan, mapping: declaration.mapping, header: reader.header, path: path)
    } catch { throw .table(error) }
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
