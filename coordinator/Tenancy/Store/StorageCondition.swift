internal import Glibc
internal import Storage

/// Whether there is room for changes. When it is low, only revocations and the like go on.
package enum StorageCondition: Sendable, Equatable {
  /// Enough room.
  case normal
  /// Less than 5 % of the volume and less than 256 MiB are free.
  case low

  private static let floor: Int64 = 256 << 20

  /// The condition of a volume: low below the smaller of 5 % of it and 256 MiB.
  package init(freeBytes: Int64, totalBytes: Int64) {
    self = freeBytes < min(Self.floor, totalBytes / 20) ? .low : .normal
  }

  /// The condition of the volume that holds `path`.
  ///
  /// - Parameter reserve: free bytes that do not count, because they are meant for something else.
  /// - Throws: `TenancyError.storage`.
  package static func measured(
    at path: String, reserving reserve: Int64 = 0
  ) throws(TenancyError) -> StorageCondition {
    do {
      let space = try freeSpace(at: path)
      return StorageCondition(freeBytes: space.freeBytes - reserve, totalBytes: space.totalBytes)
    } catch {
      throw .storage(error)
    }
  }
}

/// A file that does nothing but hold room: removing it lets a revocation through on a full disk.
package struct Ballast: Sendable {
  private let path: String
  static let size: Int64 = 16 << 20

  init(path: String) { self.path = path }

  /// Whether it is there.
  package var isHeld: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_size == Self.size
  }

  /// Takes the room, if it is not taken and the disk has it. Says whether it is held.
  @discardableResult
  package func hold() -> Bool {
    if isHeld { return true }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard posix_fallocate(descriptor, 0, off_t(Self.size)) == 0 else {
      unlink(path)
      return false
    }
    return true
  }

  /// Gives the room to whoever needs it now.
  package func release() { unlink(path) }
}
