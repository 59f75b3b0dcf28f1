import Foundation

/// A folder as it stands on disk at this moment, with the journals of open databases: what a kill leaves.
final class CrashedCopy {
  let path: String

  init(of folder: String) throws {
    path = temporaryPath()
    try FileManager.default.copyItem(atPath: folder, toPath: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
