import Aggregates
package import CanonicalJSON
import Cryptography
import Glibc
import SiteEvaluation

/// How a file of a registered dataset stands now.
package enum FileCondition: Sendable, Equatable {
  case unchanged
  case missing(String)
  /// The bytes are others than those that were registered.
  case changed
}

/// Freezes datasets by digest and says whether they are still what they were.
package struct DatasetRegistry: Sendable {
  private let store: SiteStore

  /// The registry in a store.
  package init(_ store: SiteStore) { self.store = store }

  /// Registers files for a study. All bytes are read, once: a dataset in which the scan for identifiers finds one is
  /// refused; the same files under the same declaration and policy are
  /// the same release, whose earlier results then stay the results.
  ///
  /// - Throws: `SiteEvaluationError`, `SiteFileError`, `PolicyError`, `IntakeError`; `AgentError`.
  package func register(
    files paths: [String], declaration declarationBytes: [UInt8], policy policyBytes: [UInt8]?,
    study: String, by person: String, at now: UTCTime
  ) async throws -> RegisteredDataset {
    let declaration = try DatasetDeclaration.parse(declarationBytes)
    let policy = try policyBytes.map(SitePolicyFile.parse) ?? .standard
    if policy.minimumCell < 5, declaration.dataClass == .clinical {
      throw PolicyError.clinical(policy.minimumCell)
    }
    let inspected = try inspectDataset(files: paths, declaredAs: declaration)
    let intake = DatasetIntake(inspected)
    try intake.report.requireNoRefusal()
    let inspection = inspected.tables
    let files = inspection.files.map { file in
      RegisteredFile(
        path: absolute(file.path), digest: file.digest, bytes: file.size, modifiedAt: modified(file.path))
    }
    let digest = inspection.digest
    let twin = try await store.datasets().first {
      $0.study == study && $0.release.rows == digest && $0.declarationBytes == declarationBytes
        && $0.policyBytes == policyBytes && $0.files.map(\.path) == files.map(\.path)
    }
    if let twin {
      try await store.record(intake, of: twin.release.digest)
      try await store.makeCurrent(
        twin.release.digest, decidedBy: decision("dataset.reused", twin.release.digest, by: person, at: now))
      return try await store.dataset(named: twin.release.digest.text)
    }
    let dataset = RegisteredDataset(
      study: study,
      release: try DatasetRelease(declaration: declarationBytes, rows: digest, rowsRead: inspection.rows),
      files: files, declarationBytes: declarationBytes, policyBytes: policyBytes, registeredAt: now,
      isCurrent: true)
    try await store.recordDataset(
      dataset, seen: intake,
      decidedBy: decision("dataset.registered", dataset.release.digest, by: person, at: now))
    return dataset
  }

  /// Reads every file of a dataset again and compares.
  package func check(_ dataset: RegisteredDataset) -> [(file: RegisteredFile, condition: FileCondition)] {
    dataset.files.map { file in
      do throws(TableError) {
        return (file, try digest(ofDataFile: file.path) == file.digest ? .unchanged : .changed)
      } catch {
        return (file, .missing(error.description))
      }
    }
  }

  private func decision(
    _ action: String, _ release: Digest, by person: String, at now: UTCTime
  ) -> LocalDecision {
    LocalDecision(
      time: now, action: action, object: release.text, person: person, reason: "registered by command")
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
