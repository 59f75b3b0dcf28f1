import CanonicalJSON
import EvaluationProtocols
import TestSupport
import Testing

/// The documents of `protocols/vectors/protocol`, read as files so that a new one is tested by being there.
enum ProtocolVectors {
  static func names(_ folder: String) throws -> [String] {
    try folderNames(Repository.path("protocols/vectors/protocol/\(folder)")).filter { $0 != "expected.json" }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try fileBytes(Repository.path("protocols/vectors/protocol/\(name)"))
  }

  /// What the reader says of each file of `reject`.
  static func expected() throws -> [String: String] {
    guard case .object(let members) = try parseForeignJSON(try bytes("reject/expected.json"), limits: .small)
    else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.compactMap { member in
        if case .string(let text) = member.value { (member.key, text) } else { nil }
      })
  }

  /// The document that uses every field.
  static func full() throws -> EvaluationProtocol { try .parse(try bytes("accept/full.json")) }

  /// The shortest document.
  static func small() throws -> EvaluationProtocol { try .parse(try bytes("accept/small.json")) }
}
