import Cryptography
import Glibc
import ServiceRuntime
import SiteEvaluation

/// Rows that a command reads by itself, without an agent: they are frozen like those of a registered dataset, in a file that
/// has no name and ends with the command.
struct OfflineDataset {
  let frozen: FrozenDataset
  /// What the digests were made with; it ends with the command, too.
  let key: [UInt8]
  private let declaration: DatasetDeclaration
  private let paths: [String]

  /// - Throws: `SiteEvaluationError`, `CryptographyError`.
  init(_ paths: [String], declaredAs declaration: DatasetDeclaration, on console: Console) throws {
    self.paths = paths
    self.declaration = declaration
    key = try randomBytes(Digest.byteCount)
    let progress = ReadingProgress(console)
    defer { progress.finish() }
    frozen = try freezeDataset(
      files: paths, declaredAs: declaration, in: Self.folder, key: key, progress: progress.show)
  }

  /// The rows as an evaluation reads them.
  var rows: SnapshotRows { SnapshotRows(frozen.rows, declaredAs: declaration, madeOf: paths) }

  // Not /tmp, which is often kept in memory.
  private static var folder: String {
    getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
  }
}

/// Shows how far the reading is, on a terminal only.
final class ReadingProgress {
  private let console: Console
  private var line: Progress?
  private var shown = 0

  init(_ console: Console) { self.console = console }

  func show(_ progress: SiteEvaluationProgress) {
    switch progress {
    case .reading(let bytes, let total): advance("reading bytes", to: bytes, of: total)
    case .readingRows(let rows): advance("reading rows", to: rows, of: nil)
    case .scoring(let group, let groups): advance("scoring groups of rows", to: group, of: groups)
    case .counting: finish()
    case .explaining(let group, let groups): advance("explaining groups of rows", to: group, of: groups)
    }
  }

  private func advance(_ label: String, to done: Int, of total: Int?) {
    if line == nil {
      line = Progress(label, total: total, on: console)
      shown = 0
    }
    line?.advance(by: done - shown)
    shown = done
  }

  func finish() {
    line?.finish()
    line = nil
  }
}
