package import CoordinatorAPI
import Storage

/// What a round left, for its tenant's administrator.
extension RoundBook {
  /// The files of the matrix.
  ///
  /// - Throws: `RoundsRefusal` when there is no such round, or no result yet.
  package func matrix(_ id: String) throws -> MatrixDocument {
    let files = try database.rows(
      "SELECT path, bytes FROM result_file WHERE round = ?1 AND path <> ?2 ORDER BY path",
      [.text(id), .text(Self.verdictsPath)]
    ) { row in (path: try row.text(0), bytes: try row.blob(1)) }
    guard !files.isEmpty else { throw try nothing(of: id) }
    return try MatrixDocument(round: id, files: files)
  }

  /// The bytes of the verdicts.
  ///
  /// - Throws: `RoundsRefusal` as `matrix`.
  package func verdicts(_ id: String) throws -> [UInt8] {
    let bytes = try database.first(
      "SELECT bytes FROM result_file WHERE round = ?1 AND path = ?2", [.text(id), .text(Self.verdictsPath)]
    ) { row in try row.blob(0) }
    guard let bytes else { throw try nothing(of: id) }
    return bytes
  }

  /// The study of a round.
  ///
  /// - Throws: `RoundsRefusal` when there is no such round.
  package func study(of id: String) throws -> String {
    guard let round = try find(id) else { throw RoundsRefusal(.resultRead, of: "round/" + id, .absent) }
    return round.study
  }

  /// The bytes of the newest sealed bundle, the same for every reader.
  ///
  /// - Throws: `RoundsRefusal` when the round is not sealed.
  package func bundle(_ id: String) throws -> (name: String, bytes: [UInt8]) {
    let bundle = try database.first(
      "SELECT name, bytes FROM sealed_bundle WHERE round = ?1 ORDER BY sequence DESC LIMIT 1", [.text(id)]
    ) { row in
      (name: try row.text(0), bytes: try row.blob(1))
    }
    guard let bundle else { throw try nothing(of: id) }
    return bundle
  }

  /// The bytes that a site sent and that were accepted.
  ///
  /// - Throws: `RoundsRefusal` when there is no such round, site or submission.
  package func submission(_ id: String, site: String) throws -> [UInt8] {
    let bytes = try database.first(
      """
      SELECT s.package FROM submission AS s JOIN assignment AS a ON a.id = s.assignment
      WHERE a.round = ?1 AND a.site = ?2
      """, [.text(id), .text(site)]
    ) { row in try row.blob(0) }
    guard let bytes else { throw RoundsRefusal(.resultRead, of: "round/" + id, .absent) }
    return bytes
  }

  private func nothing(of id: String) throws -> RoundsRefusal {
    RoundsRefusal(.resultRead, of: "round/" + id, try find(id) == nil ? .absent : .notComplete)
  }
}
