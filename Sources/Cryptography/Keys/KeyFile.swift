internal import Glibc

/// Why a key file was not read or written.
package enum KeyFileError: Error, Equatable {
  /// There is already a file of this name.
  case exists(path: String)
  /// There is no file of this name.
  case missing(path: String)
  /// The name is a symbolic link.
  case isSymbolicLink(path: String)
  /// Not a regular file.
  case notRegular(path: String)
  /// Others than the owner may use the file.
  case tooOpen(path: String, mode: UInt32)
  /// The file belongs to another user.
  case otherOwner(path: String)
  /// More bytes than any key has.
  case tooLarge(path: String)
  /// A system call failed.
  case system(path: String, operation: String, code: Int32)
}

extension KeyFileError: CustomStringConvertible {
  /// What is wrong with which file.
  package var description: String {
    switch self {
    case .exists(let path): "\(path) already exists"
    case .missing(let path): "\(path) does not exist"
    case .isSymbolicLink(let path): "\(path) is a symbolic link"
    case .notRegular(let path): "\(path) is not a regular file"
    case .tooOpen(let path, let mode):
      "\(path) has mode \(String(mode, radix: 8)); others than its owner may use it"
    case .otherOwner(let path): "\(path) belongs to another user"
    case .tooLarge(let path): "\(path) is too large for a key"
    case .system(let path, let operation, let code):
      "\(operation) of \(path) failed: \(String(cString: strerror(code)))"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .exists: "keep it, or move it away first; keys are never overwritten"
    case .missing(let path): "make the key, or restore \(path) from its backup"
    case .isSymbolicLink: "put the file itself there"
    case .notRegular: "put a regular file there"
    case .tooOpen(let path, _): "chmod 600 \(path)"
    case .otherOwner(let path): "chown \(path) to the user that runs the program"
    case .tooLarge: "check that it is the right file"
    case .system: "check the disk and the permissions of the folder"
    }
  }
}

/// Files that hold private keys: only their owner may read them, and nothing overwrites them.
package enum KeyFile {
  private static let largest = 65_536

  /// Writes a new file with mode 0600 and waits until the disk has it.
  ///
  /// - Throws: `KeyFileError.exists` when the name is taken, by a symbolic link too.
  package static func write(_ bytes: [UInt8], to path: String) throws(KeyFileError) {
    try create(bytes, at: path, mode: 0o600)
  }

  /// Writes a new public file beside keys: mode 0644, otherwise the same.
  ///
  /// - Throws: `KeyFileError.exists` when the name is taken, by a symbolic link too.
  package static func writePublic(_ bytes: [UInt8], to path: String) throws(KeyFileError) {
    try create(bytes, at: path, mode: 0o644)
  }

  /// Reads a private file.
  ///
  /// The checks are made on the open file, so what was checked is what is read.
  ///
  /// - Throws: `KeyFileError` when others may use it, when it belongs to another user or is a symbolic link.
  package static func read(_ path: String) throws(KeyFileError) -> [UInt8] {
    try read(path, isPrivate: true)
  }

  /// Reads a public file beside keys; a symbolic link is refused here too.
  ///
  /// - Throws: `KeyFileError`.
  package static func readPublic(_ path: String) throws(KeyFileError) -> [UInt8] {
    try read(path, isPrivate: false)
  }

  /// Makes the folder for key files, with mode 0700; one that is there already stays as it is.
  ///
  /// - Throws: `KeyFileError.system`, also when the name belongs to something else than a folder.
  package static func makeFolder(_ path: String) throws(KeyFileError) {
    if mkdir(path, 0o700) == 0 { return }
    let code = errno
    var status = stat()
    guard code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .system(path: path, operation: "creation", code: code)
    }
  }

  private static func read(_ path: String, isPrivate: Bool) throws(KeyFileError) -> [UInt8] {
    // Without O_NONBLOCK, opening a FIFO would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT: throw .missing(path: path)
      // O_NOFOLLOW: "If the trailing component (i.e., basename) of pathname is a symbolic link, then the
      // open fails, with the error ELOOP."
      case ELOOP: throw .isSymbolicLink(path: path)
      default: throw .system(path: path, operation: "opening", code: errno)
      }
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(path: path, operation: "inspection", code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    if isPrivate {
      guard status.st_uid == geteuid() else { throw .otherOwner(path: path) }
      let mode = status.st_mode & 0o7777
      guard mode & ~0o600 == 0 else { throw .tooOpen(path: path, mode: mode) }
    }
    guard status.st_size <= largest else { throw .tooLarge(path: path) }
    var bytes = [UInt8](repeating: 0, count: largest + 1)
    var count = 0
    while count <= largest {
      let room = bytes.count - count
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, room)
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(path: path, operation: "reading", code: errno)
      }
      if got == 0 { return Array(bytes.prefix(count)) }
      count += got
    }
    throw .tooLarge(path: path)
  }

  /// The bytes go to a file beside the target and get its name when the disk has them: whoever finds a key finds
  /// all of it, after a crash too. What a crash leaves beside it starts with a dot and has the same mode.
  private static func create(_ bytes: [UInt8], at path: String, mode: mode_t) throws(KeyFileError) {
    let (temporary, descriptor) = try createBeside(path, mode: mode)
    do throws(KeyFileError) {
      try fill(descriptor, with: bytes, at: path)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    // Unlike rename(): "If newpath exists, it will not be overwritten."
    let code = close(descriptor) == 0 && link(temporary, path) == 0 ? 0 : errno
    unlink(temporary)
    guard code == 0 else {
      if code == EEXIST { throw .exists(path: path) }
      throw .system(path: path, operation: "naming", code: code)
    }
    try syncFolder(of: path)
  }

  /// A new file in the folder of another one. A crash may have left some of the names.
  private static func createBeside(
    _ path: String, mode: mode_t
  ) throws(KeyFileError) -> (name: String, descriptor: Int32) {
    let slash = path.utf8.lastIndex(of: 0x2F)
    let start = slash.map { path.index(after: $0) } ?? path.startIndex
    for attempt in 0..<100 {
      let name = "\(path[..<start]).\(path[start...].prefix(50)).\(getpid())-\(attempt).partial"
      // With O_EXCL and O_CREAT, "if pathname is a symbolic link, then open() fails".
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
      if descriptor >= 0 { return (name, descriptor) }
      guard errno == EEXIST else { break }
    }
    throw .system(path: path, operation: "creation", code: errno)
  }

  private static func fill(
    _ descriptor: Int32, with bytes: [UInt8], at path: String
  ) throws(KeyFileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(path: path, operation: "writing", code: errno)
      }
      rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw .system(path: path, operation: "syncing", code: errno) }
  }

  /// The name is only safe on disk once its folder is.
  private static func syncFolder(of path: String) throws(KeyFileError) {
    let slash = path.utf8.lastIndex(of: 0x2F)
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: folder, operation: "opening", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system(path: folder, operation: "syncing", code: errno) }
  }
}
