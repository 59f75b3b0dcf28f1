#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The bytes of a file that a test needs, such as a vector.
package func fileBytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The names in a folder, sorted by bytes.
package func folderNames(_ path: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: path)
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Runs `body` with the path of a new, empty folder, which is removed afterwards.
package func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = FileManager.default.temporaryDirectory.path + "/equipoise-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
