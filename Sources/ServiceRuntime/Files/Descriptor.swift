import Glibc

/// An open file descriptor with one owner, closed when that ends.
struct Descriptor: ~Copyable {
  let value: Int32

  init(takingOwnershipOf value: Int32) { self.value = value }
  deinit { close(value) }

  /// Opens for reading; nil with `errno` set. Never waits, not even for the far end of a pipe.
  static func reading(_ path: String, flags: Int32 = 0) -> Descriptor? {
    let value = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
    return value < 0 ? nil : Descriptor(takingOwnershipOf: value)
  }

  /// Makes a file that must not exist yet; nil with `errno` set.
  static func creating(_ path: String, mode: mode_t) -> Descriptor? {
    let value = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    return value < 0 ? nil : Descriptor(takingOwnershipOf: value)
  }

  /// The type bits of the mode, and the size; nil with `errno` set.
  func status() -> (type: mode_t, size: Int)? {
    var status = stat()
    return fstat(value, &status) == 0 ? (status.st_mode & S_IFMT, Int(status.st_size)) : nil
  }
}

/// Makes the names in a folder durable.
func syncDirectory(_ path: String) throws(FileError) {
  guard let folder = Descriptor.reading(path, flags: O_DIRECTORY) else { throw .writing(path) }
  // Some file systems can't sync a folder and say EINVAL; there is nothing better to do there.
  guard fsync(folder.value) == 0 || errno == EINVAL else { throw .writing(path) }
}

/// The folder a path is in, and the last component.
func splitPath(_ path: String) throws(FileError) -> (folder: String, name: String) {
  try checkPath(path)
  var trimmed = path[...]
  while trimmed.utf8.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
  let name: Substring
  let folder: String
  if let slash = trimmed.lastIndex(of: "/") {
    name = trimmed[trimmed.index(after: slash)...]
    folder = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  } else {
    name = trimmed
    folder = "."
  }
  guard !name.isEmpty, name != ".", name != ".." else { throw .pathInvalid(path) }
  return (folder, String(name))
}
