import Glibc

/// A file without a name on disk, with a path under which it can be opened: readers of data take paths.
final class MemoryFile {
  private let descriptor: Int32

  init() throws {
    var name = Array("/dev/shm/equipoise-fuzzing-XXXXXX\0".utf8.map { CChar(bitPattern: $0) })
    descriptor = mkstemp(&name)
    guard descriptor >= 0, unlink(name) == 0 else { throw NoMemoryFile() }
  }

  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Replaces the content.
  func write(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
      broken("the file in memory cannot be written")
    }
  }
}

struct NoMemoryFile: Error {}
