package import CanonicalJSON
import Cryptography
import Storage

/// That the rows of a release were discarded: by whom, when and why.
package struct DatasetDiscard: Sendable, Equatable {
  package let time: UTCTime
  package let person: String
  package let reason: String
  /// When the same rows were registered again; nil where they were not.
  package let registeredAgainAt: UTCTime?
}

extension RegisteredDataset {
  /// The discard that holds now; nil where there is none.
  package var discard: DatasetDiscard? { discards.last.flatMap { $0.registeredAgainAt == nil ? $0 : nil } }

  /// - Throws: `AgentError.datasetDiscarded`.
  package func requireRows() throws(AgentError) {
    if let discard { throw .datasetDiscarded(release.digest, at: discard.time) }
  }
}

extension SiteStore {
  /// The release whose digest begins so. Nothing that is not a digest is taken: what is meant has to be said exactly.
  ///
  /// - Throws: `AgentError.unknownRelease`, also where several releases begin so.
  package func release(named text: String) throws -> RegisteredDataset {
    let prefix = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    let found = try datasets().filter { $0.release.digest.hex.hasPrefix(prefix) }
    guard prefix.utf8.count >= 8, found.count == 1 else { throw AgentError.unknownRelease(text) }
    return found[0]
  }

  /// Writes down that a release is discarded, unless its rows are needed.
  ///
  /// - Parameter claim: makes sure that nobody reads the file of a snapshot; asked only where no other release needs it.
  /// - Returns: what `claim` gave.
  /// - Throws: `AgentError.unknownRelease`, `.datasetDiscarded`, `.datasetNeeded`; what `claim` throws.
  func discard<Claim: Sendable>(
    _ release: Digest, by person: String, reason: String, at now: UTCTime,
    claim: @Sendable (_ snapshot: Digest) throws -> Claim?
  ) throws -> Claim? {
    try database.transaction {
      let dataset = try self.release(named: release.hex)
      try dataset.requireRows()
      try requireUnneeded(dataset)
      let isShared = try datasets().contains {
        $0.discard == nil && $0.release.digest != release && $0.release.snapshot == dataset.release.snapshot
      }
      let claimed = isShared ? nil : try claim(dataset.release.snapshot)
      try database.run(
        """
        INSERT INTO dataset_discards (number, release_digest, person, reason, discarded_at)
        VALUES ((SELECT coalesce(max(number), 0) + 1 FROM dataset_discards), ?1, ?2, ?3, ?4)
        """, [.digest(release), .text(person), .text(reason), .time(now)])
      try note(
        LocalDecision(
          time: now, action: "dataset.discarded", object: release.text, person: person, reason: reason))
      return claimed
    }
  }

  /// An assignment whose rows were not counted yet needs the current dataset of its study.
  private func requireUnneeded(_ dataset: RegisteredDataset) throws {
    guard dataset.isCurrent else { return }
    for record in try assignments() where record.study == dataset.study && record.state.needsRows {
      throw AgentError.datasetNeeded(
        dataset.release.digest, by: record.id, state: record.state.rawValue)
    }
  }

  /// Lends the digests of the snapshots that releases need. Nobody registers or discards meanwhile.
  func withNeededSnapshots(_ body: @Sendable (Set<Digest>) throws -> Void) throws {
    try database.transaction { try body(try neededSnapshots()) }
  }

  /// Inside a transaction.
  func neededSnapshots() throws -> Set<Digest> {
    Set(try datasets().filter { $0.discard == nil }.map(\.release.snapshot))
  }

  /// The rows are here again; inside a transaction.
  func endDiscard(of release: Digest, at now: UTCTime) throws(StorageError) {
    try database.run(
      """
      UPDATE dataset_discards SET registered_again_at = ?2
      WHERE release_digest = ?1 AND registered_again_at IS NULL
      """, [.digest(release), .time(now)])
  }

  /// The discards of a release, oldest first.
  func discards(of release: String) throws -> [DatasetDiscard] {
    try database.rows(
      """
      SELECT discarded_at, person, reason, registered_again_at FROM dataset_discards
      WHERE release_digest = ?1 ORDER BY number
      """, [.text(release)]
    ) { row throws(StorageError) in
      DatasetDiscard(
        time: try row.time(0), person: try row.text(1), reason: try row.text(2),
        registeredAgainAt: try row.optionalTime(3))
    }
  }
}
