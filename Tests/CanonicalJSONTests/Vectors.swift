import CanonicalJSON
import Foundation
import TestSupport

/// The vectors of `protocols/vectors`, read as files so that a new one is tested by being there.
enum Vectors {
  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Repository.path("protocols/vectors/\(folder)"))
      .filter { $0.hasSuffix(".json") && $0 != "expected.json" }.sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: Repository.path("protocols/vectors/\(path)"))))
  }

  /// The rule that each file of a `reject` folder breaks.
  static func expectedRules(_ folder: String) throws -> [String: String] {
    let value = try parseForeignJSON(try bytes("\(folder)/expected.json"), limits: .small)
    guard case .object(let members) = value else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.compactMap { member in
        if case .string(let rule) = member.value { (member.key, rule) } else { nil }
      })
  }

  /// The rows of a text table, split at spaces, without its comment line.
  static func rows(_ path: String) throws -> [[String]] {
    String(decoding: try bytes(path), as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
  }
}
