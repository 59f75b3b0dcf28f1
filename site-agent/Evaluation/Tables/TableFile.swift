import Cryptography
import Glibc

/// An open data file, read from front to back once; the digest is of the bytes that were read.
struct TableFile: ~Copyable {
  /// The size when it was opened, for progress.
  let size: Int
  /// SHA-256 of the file, once it has been read to its end.
  private(set) var digest: Digest?
  private let descriptor: Descriptor
  private var stream: DigestStream?

  /// Opens a regular file; a folder, pipe, socket or device is refused without waiting for it.
  init(opening path: String) throws(TableError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .cannotOpen(path: path, reason: "not a path") }
    let descriptor = Descriptor(takingOwnershipOf: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    var status = stat()
    guard descriptor.value >= 0, fstat(descriptor.value, &status) == 0 else {
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile(path: path) }
    self.descriptor = descriptor
    size = Int(status.st_size)
    digest = nil
    stream = DigestStream()
  }

  /// Reads some bytes into `space`; 0 at the end of the file, nil with `errno` set on failure.
  mutating func read(into space: UnsafeMutableRawBufferPointer) -> Int? {
    while true {
      let count = Glibc.read(descriptor.value, space.baseAddress, space.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count > 0 {
        stream?.update(UnsafeRawBufferPointer(rebasing: space[..<count]))
      } else if let whole = stream.take() {
        digest = whole.finish()
      }
      return count
    }
  }
}

/// A file descriptor with one owner; negative where opening failed.
private struct Descriptor: ~Copyable {
  let value: Int32

  init(takingOwnershipOf value: Int32) { self.value = value }
  deinit { if value >= 0 { close(value) } }
}
