import Cryptography
import Glibc

/// Keeps the rows of a snapshot where they are while somebody reads them, in this process or another one.
///
/// The lock is `flock` on the snapshot's own file: shared by those who read, exclusive for whoever discards. It ends with the
/// object, and with the process.
final class SnapshotLock: Sendable {
  enum Purpose: Sendable { case reading, discarding }

  private let descriptor: Int32

  /// - Parameter release: whose rows they are, for the error.
  /// - Returns: nil where there is no file, or where its file system knows no locks and the purpose is to read.
  /// - Throws: `AgentError.datasetInUse` at once, where another holder does not go together with the purpose.
  static func take(
    _ path: String, of release: Digest, for purpose: Purpose
  ) throws(AgentError) -> SnapshotLock? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let lock = SnapshotLock(descriptor)
    let isTaken = flock(descriptor, (purpose == .reading ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0
    if isTaken { return lock }
    guard errno == EWOULDBLOCK || purpose == .discarding else { return nil }
    throw .datasetInUse(release)
  }

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }
}
