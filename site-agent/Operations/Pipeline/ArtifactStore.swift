import Cryptography
import EvaluationProtocols
import Models
import ServiceRuntime
import SiteEvaluation

/// Model files by digest, in `artifacts/`. What is read is checked again: the folder is only a cache.
struct ArtifactStore: Sendable {
  private let directory: AgentDirectory

  init(_ directory: AgentDirectory) { self.directory = directory }

  private func path(_ digest: Digest) -> String { directory.artifacts + "/" + digest.hex }

  /// Whether a file with these bytes is here.
  func has(_ digest: Digest) -> Bool { (try? read(digest)) != nil }

  /// The bytes with this digest.
  ///
  /// - Throws: `FileError`, `AgentError.objectDiffers`.
  func read(_ digest: Digest) throws -> [UInt8] {
    let bytes = try readFile(path(digest), maximumBytes: maximumModelFileBytes)
    guard Digest(of: bytes) == digest else { throw AgentError.objectDiffers(digest) }
    return bytes
  }

  /// Keeps bytes that have this digest.
  ///
  /// - Throws: `AgentError.objectDiffers`.
  func write(_ bytes: [UInt8], as digest: Digest) throws {
    guard Digest(of: bytes) == digest else { throw AgentError.objectDiffers(digest) }
    try makeDirectory(directory.artifacts, mode: 0o700)
    try writeFileAtomically(bytes, to: path(digest), mode: 0o600)
  }

  /// The model that a protocol names.
  func model(_ reference: ModelReference) throws -> SiteModel {
    SiteModel(artifact: try read(reference.artifact), features: try reference.features.map(read))
  }
}
