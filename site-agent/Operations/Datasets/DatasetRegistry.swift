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

  /// Registers files for a study. All bytes are read; the same files under the same declaration and policy are
  /// the same release, whose earlier results then stay the results.
  ///
  /// - Throws: `TableError`, `SiteFileError`, `PolicyError`; `AgentError`.
  package func register(
    files paths: [String], declaration declarationBytes: [UInt8], policy policyBytes: [UInt8]?,
    study: String, by person: String, at now: UTCTime
  ) async throws -> RegisteredDataset {
    let declaration = try DatasetDeclaration.parse(declarationBytes)
    let policy = try policyBytes.map(SitePolicyFile.parse) ?? .standard
    if policy.minimumCell < 5, declaration.dataClass == .clinical {
      throw PolicyError.clinical(policy.minimumCell)
    }
    guard !paths.isEmpty else { throw SiteEvaluationError.noFiles }
    var files: [RegisteredFile] = []
    var rows = 0
    for path in paths {
      let inspection = try inspectTable(path)
      if let twin = files.first(where: { $0.digest == inspection.digest }), inspection.rows > 0 {
        throw SiteEvaluationError.sameFileTwice(twin.path, path)
      }
      files.append(
        RegisteredFile(
          path: absolute(path), digest: inspection.digest, bytes: inspection.size, modifiedAt: modified(path))
      )
      rows += inspection.rows
    }
    let digest = rowsDigest(ofFiles: files.map(\.digest))
    let twin = try await store.datasets().first {
      $0.study == study && $0.release.rows == digest && $0.declarationBytes == declarationBytes
        && $0.policyBytes == policyBytes && $0.files.map(\.path) == files.map(\.path)
    }
    if let twin {
      try await store.makeCurrent(
        twin.release.digest, decidedBy: decision("dataset.reused", twin.release.digest, by: person, at: now))
      return try await store.dataset(named: twin.release.digest.text)
    }
    let dataset = RegisteredDataset(
      study: study, release: try DatasetRelease(declaration: declarationBytes, rows: digest, rowsRead: rows),
      files: files, declarationBytes: declarationBytes, policyBytes: policyBytes, registeredAt: now,
      isCurrent: true)
    try await store.recordDataset(
      dataset, decidedBy: decision("dataset.registered", dataset.release.digest, by: person, at: now))
    return dataset
  }

  /// Reads every file of a dataset again and compares.
  package func check(_ dataset: RegisteredDataset) -> [(file: RegisteredFile, condition: FileCondition)] {
    dataset.files.map { file in
      do throws(TableError) {
        return (file, try inspectTable(file.path).digest == file.digest ? .unchanged : .changed)
      } catch {
        switch error {
        case .cannotOpen, .notARegularFile, .readFailed: return (file, .missing(error.description))
        default: return (file, .changed)
        }
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
