internal import Glibc

/// O_TMPFILE, which the importer cannot read: a file that no folder lists.
private let withoutName: Int32 = 0o20000000 | O_DIRECTORY

/// An open column file; closed, and where it has no name yet removed, with its owner.
final class ColumnFileHandle: Sendable {
  /// The first bytes of every column file.
  static let beginning = Array("equipoise-columns".utf8) + [0, 1, 0, 0, 0, 0, 0]

  let descriptor: Int32
  /// A name for the time of writing, on file systems that cannot do without.
  private let partial: String?

  /// Makes a file without a name in a folder.
  init(makingIn folder: String) throws(ColumnFileError) {
    var descriptor = open(folder, withoutName | O_RDWR | O_CLOEXEC, 0o600)
    var partial: String?
    if descriptor < 0, [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) {
      // Some network file systems know no files without names.
      var template = Array("\(folder)/\(ColumnFileWriter.partialPrefix)XXXXXX".utf8CString)
      descriptor = mkstemp(&template)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        partial = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    guard descriptor >= 0 else {
      throw .cannotWrite(folder: folder, reason: String(cString: strerror(errno)))
    }
    self.descriptor = descriptor
    self.partial = partial
  }

  /// Opens a finished file for reading.
  init(opening path: String) throws(ColumnFileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    partial = nil
    guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
  }

  deinit {
    close(descriptor)
    if let partial { unlink(partial) }
  }

  /// Writes at the end.
  func write(_ bytes: [UInt8], in folder: String) throws(ColumnFileError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw errno == ENOSPC || errno == EDQUOT
          ? .diskFull(folder: folder)
          : .cannotWrite(folder: folder, reason: String(cString: strerror(errno)))
      }
      done += count
    }
  }

  /// Makes the bytes durable and gives the file its name, in one step; what had the name is replaced.
  func publish(as path: String, in folder: String) throws(ColumnFileError) {
    func failing(_ reason: Int32) -> ColumnFileError {
      reason == ENOSPC || reason == EDQUOT
        ? .diskFull(folder: folder) : .cannotWrite(folder: folder, reason: String(cString: strerror(reason)))
    }
    guard fchmod(descriptor, 0o400) == 0, fsync(descriptor) == 0 else { throw failing(errno) }
    // A link takes no name that is there already, a new name does.
    let first = partial ?? "\(folder)/\(ColumnFileWriter.partialPrefix)\(UInt64.random(in: 0 ... .max))"
    if partial == nil {
      let linked = linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, first, AT_SYMLINK_FOLLOW)
      guard linked == 0 else { throw failing(errno) }
    }
    guard rename(first, path) == 0 else {
      let reason = errno
      unlink(first)
      throw failing(reason)
    }
    let names = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard names >= 0 else { throw failing(errno) }
    defer { close(names) }
    guard fsync(names) == 0 || errno == EINVAL else { throw failing(errno) }
  }

  /// The size now.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
  }

  /// Reads some bytes.
  func read(_ count: Int, at offset: Int) -> [UInt8]? {
    guard count >= 0, offset >= 0, let place = off_t(exactly: offset) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let found = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + done }, count - done, place + off_t(done))
      }
      if found < 0, errno == EINTR { continue }
      guard found > 0 else { return nil }
      done += found
    }
    return bytes
  }
}
