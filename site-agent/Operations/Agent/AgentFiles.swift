import Glibc
import ServiceRuntime

/// Removes a file; one that is not there is fine.
func removeIfPresent(_ path: String) throws(FileError) {
  guard unlink(path) == 0 || errno == ENOENT else { throw .unwritable(path, reason: reason()) }
}

/// Gives a file another name in one step; what had the name is replaced.
func move(_ path: String, to target: String) throws(FileError) {
  guard rename(path, target) == 0 else { throw .unwritable(target, reason: reason()) }
}

/// Whether there is anything of this name.
func isPresent(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// Makes the names in a folder durable.
func syncFolder(_ path: String) throws(FileError) {
  let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unwritable(path, reason: reason()) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 || errno == EINVAL else { throw .unwritable(path, reason: reason()) }
}

private func reason() -> String { String(cString: strerror(errno)) }

/// The size of a regular file; nil when there is none.
func fileSize(_ path: String) -> Int? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int(status.st_size)
}
