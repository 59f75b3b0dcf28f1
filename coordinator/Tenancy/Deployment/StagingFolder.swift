internal import Cryptography
internal import Glibc

/// A folder beside its target that takes the target's name when everything is in it, or goes away.
struct StagingFolder {
  let path: String
  private let target: String

  init(for target: String) throws(TenancyError) {
    var status = stat()
    guard lstat(target, &status) != 0 else { throw .exists(target) }
    guard errno == ENOENT else { throw Self.failure("inspection", of: target) }
    self.target = target
    path = target + ".making-" + (try Identifier.instance.make())
    guard mkdir(path, 0o700) == 0 else { throw Self.failure("creation", of: path) }
  }

  /// Gives the folder its name. The name is free: a folder with anything in it is never replaced.
  func finish() throws(TenancyError) {
    guard rename(path, target) == 0 else {
      throw errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
        ? .exists(target) : Self.failure("renaming", of: path)
    }
    let slash = target.utf8.lastIndex(of: 0x2F)
    let folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure("opening", of: folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Self.failure("syncing", of: folder) }
  }

  /// Removes what was made, as far as possible.
  func discard() { Self.remove(path, depth: 0) }

  /// Our folders are four deep.
  private static func remove(_ path: String, depth: Int) {
    if depth < 8, let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
          tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        let below = path + "/" + name
        if unlink(below) != 0 { remove(below, depth: depth + 1) }
      }
      closedir(folder)
    }
    rmdir(path)
  }

  private static func failure(_ operation: String, of path: String) -> TenancyError {
    .system(operation: operation, path: path, reason: String(cString: strerror(errno)))
  }
}
