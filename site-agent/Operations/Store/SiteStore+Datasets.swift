package import Aggregates
package import CanonicalJSON
package import Cryptography
package import SiteEvaluation
import Storage

/// One file of a registered dataset, as it was then.
package struct RegisteredFile: Sendable, Equatable {
  package let path: String
  package let digest: Digest
  package let bytes: Int
  /// Seconds since 1970; a hint for people, proof of nothing.
  package let modifiedAt: Int64
}

/// A frozen snapshot that a study's assignments are evaluated on.
package struct RegisteredDataset: Sendable, Equatable {
  package let study: String
  package let release: DatasetRelease
  package let files: [RegisteredFile]
  package let declarationBytes: [UInt8]
  package let policyBytes: [UInt8]?
  package let registeredAt: UTCTime
  /// Whether it is the one that is used: the last registered for its study.
  package let isCurrent: Bool
  /// When its rows were discarded, oldest first.
  package let discards: [DatasetDiscard]

  /// What the hospital says about it; it was checked at registration.
  package func declaration() throws -> DatasetDeclaration { try DatasetDeclaration.parse(declarationBytes) }

  /// What the hospital lets leave of it.
  package func policy() throws -> SitePolicy { try policyBytes.map(SitePolicyFile.parse) ?? .standard }
}

extension SiteStore {
  /// Every dataset, newest first.
  package func datasets() throws -> [RegisteredDataset] {
    let rows = try database.rows(
      """
      SELECT release_digest, study, release, declaration, policy, registered_at,
        number = (SELECT max(number) FROM datasets d WHERE d.study = datasets.study)
      FROM datasets ORDER BY number DESC
      """
    ) { row throws(StorageError) in
      (
        digest: try row.text(0), study: try row.text(1), release: try row.blob(2),
        declaration: try row.blob(3), policy: try row.optionalBlob(4), time: try row.time(5),
        isCurrent: try row.integer(6) == 1
      )
    }
    return try rows.map { row in
      let files = try database.rows(
        "SELECT path, digest, bytes, modified_at FROM dataset_files WHERE release_digest = ?1 ORDER BY position",
        [.text(row.digest)]
      ) { row throws(StorageError) in
        RegisteredFile(
          path: try row.text(0), digest: try row.digest(1), bytes: Int(try row.integer(2)),
          modifiedAt: try row.integer(3))
      }
      return RegisteredDataset(
        study: row.study, release: try DatasetRelease(parsing: row.release), files: files,
        declarationBytes: row.declaration, policyBytes: row.policy, registeredAt: row.time,
        isCurrent: row.isCurrent, discards: try discards(of: row.digest))
    }
  }

  /// The dataset that a study's assignments are evaluated on.
  package func currentDataset(study: String) throws -> RegisteredDataset? {
    try datasets().first { $0.study == study && $0.isCurrent }
  }

  /// The dataset that a person means: a study's id, or the beginning of a release digest.
  package func dataset(named text: String) throws -> RegisteredDataset {
    let prefix = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    let found = try datasets().first {
      ($0.study == text && $0.isCurrent)
        || (prefix.utf8.count >= 8 && $0.release.digest.hex.hasPrefix(prefix))
    }
    guard let found else { throw AgentError.unknownDataset(text) }
    return found
  }

  /// Keeps a dataset with what was seen in it and makes it the current one of its study; one that is here already stays as
  /// it is.
  ///
  /// - Parameter publish: puts the snapshot into its place; is given the digests of all snapshots that releases need. Nobody
  ///   else registers meanwhile.
  func keep(
    _ dataset: RegisteredDataset, seen intake: DatasetIntake, decidedBy decision: LocalDecision,
    publish: @Sendable (Set<Digest>) throws -> Void
  ) throws -> RegisteredDataset {
    let digest = dataset.release.digest
    try database.transaction {
      let others = try datasets()
      let needed = try neededSnapshots()
      if !others.contains(where: { $0.release.digest == digest }) { try insert(dataset) }
      try endDiscard(of: digest, at: dataset.registeredAt)
      try database.run(
        "UPDATE datasets SET number = (SELECT max(number) + 1 FROM datasets) WHERE release_digest = ?1",
        [.digest(digest)])
      try insert(intake, of: digest)
      try note(decision)
      try publish(needed)
    }
    return try self.dataset(named: digest.text)
  }

  private func insert(_ dataset: RegisteredDataset) throws(StorageError) {
    let digest = dataset.release.digest
    try database.run(
      """
      INSERT INTO datasets (release_digest, study, release, declaration, policy, registered_at, number)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(number), 0) + 1 FROM datasets))
      """,
      [
        .digest(digest), .text(dataset.study), .blob(dataset.release.encode()),
        .blob(dataset.declarationBytes), .blob(orNull: dataset.policyBytes), .time(dataset.registeredAt),
      ])
    for (position, file) in dataset.files.enumerated() {
      try database.run(
        """
        INSERT INTO dataset_files (release_digest, position, path, digest, bytes, modified_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """,
        [
          .digest(digest), .integer(Int64(position)), .text(file.path), .digest(file.digest),
          .integer(Int64(file.bytes)), .integer(file.modifiedAt),
        ])
    }
  }
}
