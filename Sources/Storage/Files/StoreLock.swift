internal import Glibc

/// The right of one process to use a store, held while this object lives.
///
/// The lock is `flock` on a file of its own: SQLite's locks are per file and per statement, and closing a
/// descriptor of the database would drop them. The file stays when the lock goes; removing it would let two
/// processes lock two files of one name. The kernel releases the lock of a process that dies.
package final class StoreLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, or throws `.inUse` at once when another holder has it.
  package init(_ path: String) throws(StorageError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw [ENOSPC, EDQUOT].contains(errno)
        ? .full : .cannotOpen(path: path, reason: describe(systemError: errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      throw number == EWOULDBLOCK
        ? .inUse(path) : .cannotOpen(path: path, reason: describe(systemError: number))
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
