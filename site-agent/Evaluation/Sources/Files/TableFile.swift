import Cryptography
import Glibc

/// The bytes that a reader divides into rows: those of a file, or what a packed one holds.
protocol TableBytes: AnyObject {
  /// Reads some bytes into `space`; 0 at the end.
  func read(into space: UnsafeMutableRawBufferPointer) throws(TableError) -> Int
  /// The file that they come from.
  var file: TableFile { get }
}

/// An open data file, read from front to back once; the digest is of the bytes that were read.
final class TableFile: TableBytes {
  let path: String
  /// The size when it was opened, for progress.
  let size: Int
  /// How many bytes have been read.
  private(set) var taken = 0
  /// SHA-256 of the file, once it has been read to its end.
  private(set) var digest: Digest?
  private let identity: FileIdentity
  private let descriptor: Descriptor
  private var stream: DigestStream?

  var file: TableFile { self }

  /// Opens a regular file; a folder, pipe, socket or device is refused without waiting for it.
  init(opening path: String) throws(TableError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .cannotOpen(path: path, reason: "not a path") }
    let descriptor = Descriptor(takingOwnershipOf: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    var status = stat()
    guard descriptor.value >= 0, fstat(descriptor.value, &status) == 0 else {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
    identity = FileIdentity(status)
    stream = DigestStream()
  }

  func read(into space: UnsafeMutableRawBufferPointer) throws(TableError) -> Int {
    while true {
      let count = Glibc.read(descriptor.value, space.baseAddress, space.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .readFailed(path: path, reason: String(cString: strerror(errno))) }
      if count > 0 {
        taken += count
        stream?.update(UnsafeRawBufferPointer(rebasing: space[..<count]))
      } else if let whole = stream.take() {
        digest = whole.finish()
      }
      return count
    }
  }

  /// The first bytes, at most as many as asked for, without moving on.
  func beginning(_ count: Int) throws(TableError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let found = bytes.withUnsafeMutableBytes { pread(descriptor.value, $0.baseAddress, $0.count, 0) }
    guard found >= 0 else { throw .readFailed(path: path, reason: String(cString: strerror(errno))) }
    return Array(bytes[..<found])
  }

  /// Whether the path still leads to the file as it was when it was opened.
  var isUnchanged: Bool {
    var status = stat()
    return stat(path, &status) == 0 && FileIdentity(status) == identity
  }

  /// Reads what is left, for the digest alone.
  func readToEnd() throws(TableError) {
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { space.deallocate() }
    while try read(into: space) > 0 {}
  }
}

/// What tells a file from one that took its place or was written to.
private struct FileIdentity: Equatable {
  private let numbers: [Int]

  init(_ status: stat) {
    numbers = [
      Int(bitPattern: UInt(status.st_dev)), Int(bitPattern: UInt(status.st_ino)), Int(status.st_size),
      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }
}

/// A file descriptor with one owner; negative where opening failed.
private struct Descriptor: ~Copyable {
  let value: Int32

  init(takingOwnershipOf value: Int32) { self.value = value }
  deinit { if value >= 0 { close(value) } }
}
