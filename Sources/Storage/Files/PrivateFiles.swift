internal import Glibc

/// Creates an empty file that only its owner can read. SQLite gives its journals the mode of their database.
///
/// The file is made without opening it: closing any descriptor of a database file drops the POSIX locks that
/// another connection of this process holds on it.
func createPrivateFile(_ path: String) throws(StorageError) {
  guard mknod(path, S_IFREG | 0o600, 0) == 0 else {
    switch errno {
    case EEXIST: throw .exists(path)
    case ENOSPC, EDQUOT: throw .full
    case let number: throw .cannotOpen(path: path, reason: describe(systemError: number))
    }
  }
  // The process's umask has no say.
  guard chmod(path, 0o600) == 0 else {
    throw .cannotOpen(path: path, reason: describe(systemError: errno))
  }
  try synchronizeFolder(of: path)
}

/// Makes the entries of the folder that holds `path` durable.
func synchronizeFolder(of path: String) throws(StorageError) {
  try synchronize(folder(of: path), flags: O_RDONLY | O_DIRECTORY)
}

/// Makes the content of a file durable that no connection has open.
func synchronizeFile(_ path: String) throws(StorageError) { try synchronize(path, flags: O_RDONLY) }

private func synchronize(_ path: String, flags: Int32) throws(StorageError) {
  let descriptor = open(path, flags | O_CLOEXEC)
  guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: describe(systemError: errno)) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .io(path: path, detail: describe(systemError: errno)) }
}

/// The folder that holds a path.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Whether there is something at a path, which may be empty or a broken link.
func fileExists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// Removes a file if it is there.
func removeFile(_ path: String) { unlink(path) }

/// Gives a file a name that nobody has.
func moveFile(_ path: String, toFree target: String) throws(StorageError) {
  // A hard link fails where the name is taken; a rename would replace what is there.
  guard link(path, target) == 0 else {
    throw errno == EEXIST ? .exists(target) : .cannotOpen(path: target, reason: describe(systemError: errno))
  }
  unlink(path)
}
