import CanonicalJSON
import Cryptography
import TestSupport

@testable import Attestations

/// Signed statements: the envelope, its certificate, its payload, and the whole verification under a pinned root.
struct AttestationTarget: FuzzTarget {
  static let name = "attestation"
  private static let folder = "protocols/vectors/attestation"

  private let root: Certificate
  private let time: UTCTime
  /// What the root's holder did sign.
  private var signed: Set<Digest> = []

  init() throws {
    root = try Certificate(pem: try fileBytes("\(Self.folder)/north.pem"))
    time = try UTCTime(parsing: "2026-11-23T12:00:00Z")
    for file in try folderNames("\(Self.folder)/accept") where file.hasSuffix(".sigstore.json") {
      signed.formUnion(verified(try fileBytes("\(Self.folder)/accept/\(file)")))
    }
    guard !signed.isEmpty else { throw NothingVerifies() }
  }

  private struct NothingVerifies: Error {}

  func run(_ bytes: [UInt8]) {
    guard let envelope = try? Envelope.parse(bytes) else {
      // Beside the envelope, a payload of its own.
      if let statement = try? Statement.parse(bytes) {
        demand(statement.encode() == bytes, "a statement is written otherwise than it was read")
      }
      return
    }
    demand(envelope.encode() == bytes, "an envelope is written otherwise than it was read")
    demand(verified(bytes).allSatisfy(signed.contains), "a statement verifies that nobody signed")
  }

  private func verified(_ bytes: [UInt8]) -> [Digest] {
    guard let attestation = try? UnverifiedAttestation.parse(bytes), let role = attestation.claimedRole,
      let type = attestation.claimedType
    else { return [] }
    let found = try? attestation.verify(
      role: role, predicateType: type, root: root, pinnedRootKey: root.publicKey.digest, at: time)
    return found.map { [$0.signedDigest] } ?? []
  }
}
