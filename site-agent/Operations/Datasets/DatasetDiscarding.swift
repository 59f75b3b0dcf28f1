package import CanonicalJSON
import Cryptography
import Glibc

/// What is known of the rows of a release.
package enum RowsCondition: Sendable, Equatable {
  /// They are kept, and used.
  case kept
  /// The release was discarded and its file is not there.
  case removed
  /// The release was discarded, and these others, which were not, hold the same rows in the same file.
  case sharedWith([RegisteredDataset])
  /// The release was discarded and the file is still there: something went wrong in between.
  case leftOver
}

extension DatasetRegistry {
  /// Discards a release: its rows are removed from `snapshots/`, its record stays, with person, reason and time.
  ///
  /// The decision is written down first and the file removed then. Between the two nothing says that the rows are gone:
  /// what is said of them comes from a look at the file. `removeDiscardedRows` finishes what ended there.
  ///
  /// - Parameter text: the beginning of the release's digest.
  /// - Throws: `AgentError.unknownRelease`; `.datasetDiscarded` where it was; `.datasetNeeded` and `.datasetInUse` where an
  ///   assignment or another process needs the rows; `StorageError`, `FileError`.
  package func discard(
    _ text: String, by person: String, reason: String, at now: UTCTime
  ) async throws -> RegisteredDataset {
    let release = try await store.release(named: text).release.digest
    let lock: SnapshotLock?
    do {
      lock = try await store.discard(release, by: person, reason: reason, at: now) { snapshot in
        try SnapshotLock.take(snapshots.path(snapshot), of: release, for: .discarding)
      }
    } catch AgentError.datasetDiscarded(let digest, let time) {
      try await removeDiscardedRows()
      throw AgentError.datasetDiscarded(digest, at: time)
    }
    defer { withExtendedLifetime(lock) {} }
    try await removeDiscardedRows()
    return try await store.release(named: release.hex)
  }

  /// Removes every file of rows that no release needs: what a command left that ended early.
  ///
  /// - Throws: `StorageError`, `FileError`.
  package func removeDiscardedRows() async throws {
    try await store.withNeededSnapshots { needed in
      if isPresent(snapshots.folder) { try snapshots.removeAll(except: needed) }
    }
  }

  /// What a look at the files says about the rows of a release.
  package func condition(ofRowsOf dataset: RegisteredDataset) async throws -> RowsCondition {
    guard dataset.discard != nil else { return .kept }
    guard isPresent(snapshots.path(dataset.release.snapshot)) else { return .removed }
    let others = try await store.datasets().filter {
      $0.discard == nil && $0.release.snapshot == dataset.release.snapshot
    }
    return others.isEmpty ? .leftOver : .sharedWith(others)
  }
}
