import ColumnFiles
import Cryptography
import Glibc
import ServiceRuntime
import SiteEvaluation

/// Frozen datasets by digest, in `snapshots/`, and the key that their digests are made with.
///
/// The key is made once and stays: the same rows then have the same digest, and nobody without it can tell which rows a
/// digest is of.
struct SnapshotStore: Sendable {
  private let directory: AgentDirectory

  init(_ directory: AgentDirectory) { self.directory = directory }

  /// The folder that snapshots are made in.
  var folder: String { directory.snapshots }

  /// The name of a snapshot's file.
  static func name(_ digest: Digest) -> String { digest.hex + suffix }

  /// Where the file of a snapshot is, if it is there.
  func path(_ digest: Digest) -> String { "\(folder)/\(Self.name(digest))" }

  private static let suffix = ".columns"

  /// The key; made where there is none.
  ///
  /// - Throws: `FileError`, `CryptographyError`; `AgentError.identityMalformed` for a file of another size.
  func key() throws -> [UInt8] {
    try makeDirectory(directory.snapshots, mode: 0o700)
    let path = directory.snapshotKey
    if !isPresent(path) {
      // Two commands may begin at once: the first name stays.
      let draft = "\(path).\(try randomHex(bytes: 8))"
      try writeFileAtomically(randomBytes(Digest.byteCount), to: draft, mode: 0o600)
      let isLinked = link(draft, path) == 0 || errno == EEXIST
      try removeIfPresent(draft)
      guard isLinked else { throw FileError.unwritable(path, reason: String(cString: strerror(errno))) }
      try syncFolder(directory.snapshots)
    }
    let key = try readFile(path, maximumBytes: 1024)
    guard key.count == Digest.byteCount else {
      throw AgentError.identityMalformed(path: path, problem: "it does not have \(Digest.byteCount) bytes")
    }
    return key
  }

  /// Opens the snapshot of a dataset, which has to be the one that was registered.
  ///
  /// - Throws: `AgentError.datasetDiscarded`; `SiteEvaluationError.snapshot`; as `key`.
  func open(_ dataset: RegisteredDataset) throws -> ColumnFile {
    try dataset.requireRows()
    let path = path(dataset.release.snapshot)
    do {
      let file = try ColumnFile(opening: path)
      guard try file.digest(key: key()) == dataset.release.snapshot else {
        throw ColumnFileError.damaged(path: path, what: "it is not the one that was registered")
      }
      return file
    } catch let error as ColumnFileError { throw SiteEvaluationError.snapshot(error) }
  }

  /// Lends the rows of a dataset; every byte was compared with its digest. Nobody discards them meanwhile.
  ///
  /// - Throws: as `open`; `AgentError.datasetInUse` while they are being discarded; what `body` throws.
  func withRows<Result>(
    of dataset: RegisteredDataset, _ body: (SnapshotRows) throws -> Result
  ) throws -> Result {
    try dataset.requireRows()
    let lock = try SnapshotLock.take(
      path(dataset.release.snapshot), of: dataset.release.digest, for: .reading)
    defer { withExtendedLifetime(lock) {} }
    return try body(rows(of: dataset))
  }

  private func rows(of dataset: RegisteredDataset) throws -> SnapshotRows {
    let file = try open(dataset)
    do throws(ColumnFileError) { try file.verify(key: readKey()) } catch {
      throw SiteEvaluationError.snapshot(error)
    }
    return try SnapshotRows(
      file, declaredAs: dataset.declaration(), madeOf: dataset.files.map(\.path))
  }

  /// Seconds since a file was written to; 0 where nobody knows.
  private func age(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? time(nil) - status.st_mtim.tv_sec : 0
  }

  private func readKey() throws(ColumnFileError) -> [UInt8] {
    do { return try key() } catch { throw .digests("\(error)") }
  }

  /// Removes files that no release needs: those of discarded ones, and what a registration left that ended between file and
  /// record.
  ///
  /// - Parameter needed: the digests of what is kept. Nobody else may register or discard meanwhile.
  func removeAll(except needed: Set<Digest>) throws {
    let kept = Set(needed.map(Self.name))
    var hasRemoved = false
    for entry in try listDirectory(folder) where entry.kind == .file {
      let path = "\(folder)/\(entry.name)"
      let isOrphan = entry.name.hasSuffix(Self.suffix) && !kept.contains(entry.name)
      // Only file systems without nameless files have these; a registration does not take a day.
      let isAbandoned = entry.name.hasPrefix(ColumnFileWriter.partialPrefix) && age(path) > 86_400
      guard isOrphan || isAbandoned else { continue }
      try removeIfPresent(path)
      hasRemoved = true
    }
    if hasRemoved { try syncFolder(folder) }
  }
}
