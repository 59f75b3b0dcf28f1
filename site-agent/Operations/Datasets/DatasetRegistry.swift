import Aggregates
package import CanonicalJSON
import ColumnFiles
import Cryptography
import Glibc
import ServiceRuntime
package import SiteEvaluation

/// How a file of a registered dataset stands now.
package enum FileCondition: Sendable, Equatable {
  case unchanged
  case missing(String)
  /// The bytes are others than those that were registered.
  case changed
}

/// Freezes datasets by digest and says whether they are still what they were.
package struct DatasetRegistry: Sendable {
  let store: SiteStore
  let snapshots: SnapshotStore

  /// The registry of an agent.
  package init(_ store: SiteStore, directory: AgentDirectory) {
    self.store = store
    snapshots = SnapshotStore(directory)
  }

  /// Registers files for a study. All bytes are read, once, into a snapshot that evaluations use from then on. A dataset in
  /// which the scan for identifiers finds one is refused. The same rows under the same declaration and policy are the
  /// same release, whose earlier results then stay the results.
  ///
  /// - Throws: `SiteEvaluationError`, `SiteFileError`, `PolicyError`, `IntakeError`, `FileError`;
  ///   `AgentError.unknownDataset` where the release that it replaces is not here.
  package func register(
    files paths: [String], declaration declarationBytes: [UInt8], policy policyBytes: [UInt8]?,
    study: String, by person: String, at now: UTCTime,
    progress: (SiteEvaluationProgress) -> Void = { _ in }
  ) async throws -> RegisteredDataset {
    let declaration = try DatasetDeclaration.parse(declarationBytes)
    let policy = try policyBytes.map(SitePolicyFile.parse) ?? .standard
    if policy.minimumCell < 5, declaration.dataClass == .clinical {
      throw PolicyError.clinical(policy.minimumCell)
    }
    if let replaced = declaration.replaces?.release {
      guard try await store.dataset(named: replaced.text).study == study else {
        throw AgentError.unknownDataset(replaced.text)
      }
    }
    let key = try snapshots.key()
    let frozen = try freezeDataset(
      files: paths, declaredAs: declaration, in: snapshots.folder, key: key, progress: progress)
    let intake = DatasetIntake(frozen.inspection)
    try intake.report.requireNoRefusal()
    let release = try DatasetRelease(
      of: frozen, declaration: declarationBytes, parsed: declaration, policy: policyBytes, study: study,
      key: key)
    let dataset = RegisteredDataset(
      study: study, release: release,
      files: frozen.inspection.tables.files.map { file in
        RegisteredFile(
          path: absolute(file.path), digest: file.digest, bytes: file.size, modifiedAt: modified(file.path))
      },
      declarationBytes: declarationBytes, policyBytes: policyBytes, registeredAt: now, isCurrent: true,
      discards: [])
    return try await store.keep(
      dataset, seen: intake,
      decidedBy: LocalDecision(
        time: now, action: "dataset.registered", object: release.digest.text, person: person,
        reason: declaration.replaces?.reason ?? "registered by command")
    ) { needed in
      try snapshots.removeAll(except: needed)
      do throws(ColumnFileError) {
        try frozen.rows.publish(as: SnapshotStore.name(release.snapshot))
      } catch { throw SiteEvaluationError.snapshot(error) }
    }
  }

  /// Reads the snapshot of a dataset again and compares it with its digests.
  ///
  /// - Throws: `AgentError.datasetDiscarded`, `.datasetInUse`.
  package func checkSnapshot(of dataset: RegisteredDataset) throws(AgentError) -> FileCondition {
    do {
      try snapshots.withRows(of: dataset) { _ in }
      return .unchanged
    } catch let error as AgentError { throw error } catch SiteEvaluationError.snapshot(
      .damaged(path: _, what: _))
    { return .changed } catch {
      return .missing(Trouble(error).detail)
    }
  }

  /// Reads every file that a dataset was made of again and compares. Evaluations do not need them any more.
  package func check(_ dataset: RegisteredDataset) -> [(file: RegisteredFile, condition: FileCondition)] {
    dataset.files.map { file in
      do throws(TableError) {
        return (file, try digest(ofDataFile: file.path) == file.digest ? .unchanged : .changed)
      } catch {
        return (file, .missing(error.description))
      }
    }
  }

  /// The daemon has another working directory than the person who registered.
  private func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private func modified(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : 0
  }
}
