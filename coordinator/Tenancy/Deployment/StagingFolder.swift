internal import Cryptography
internal import Glibc

/// A folder beside its target that takes the target's name when everything is in it, or goes away.
struct StagingFolder {
  let path: String
  private let target: String

  init(for target: String) throws(TenancyError) {
    var status = stat()
    guard lstat(target, &status) != 0 else { throw .exists(target) }
    guard errno == ENOENT else { throw systemError("inspection", of: target) }
    self.target = target
    path = target + ".making-" + (try Identifier.instance.make())
    guard mkdir(path, 0o700) == 0 else { throw systemError("creation", of: path) }
  }

  /// Gives the folder its name. The name is free: a folder with anything in it is never replaced.
  func finish() throws(TenancyError) {
    guard rename(path, target) == 0 else {
      throw errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
        ? .exists(target) : systemError("renaming", of: path)
    }
    try syncFolder(above: target)
  }

  /// Removes what was made, as far as possible.
  func discard() { Self.remove(path, depth: 0) }

  /// Our folders are four deep.
  private static func remove(_ path: String, depth: Int) {
    if depth < 8 {
      for name in (try? folderNames(path)) ?? [] {
        let below = path + "/" + name
        if unlink(below) != 0 { remove(below, depth: depth + 1) }
      }
    }
    rmdir(path)
  }
}
