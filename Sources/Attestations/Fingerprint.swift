package import Cryptography

/// A key's digest in the form that people compare: `sha256:` and sixteen groups of four digits.
///
/// - Source: `protocols/trust.md`, section "Fingerprints".
package struct Fingerprint: Hashable, Sendable {
  /// The digest of the key's SubjectPublicKeyInfo.
  package let digest: Digest

  /// The fingerprint of a digest.
  package init(_ digest: Digest) { self.digest = digest }

  /// Reads what a person typed: any case, with or without `sha256:`, spaces and colons between digits.
  ///
  /// - Throws: `TrustError.fingerprintMalformed` unless exactly 64 hexadecimal digits remain.
  package init(parsing text: String) throws(TrustError) {
    var bytes = Array(text.utf8.prefix(512))
    if text.lowercased().utf8.starts(with: "sha256:".utf8) { bytes.removeFirst(7) }
    let digits = bytes.filter { $0 != 0x20 && $0 != 0x3A }
    let lower = String(decoding: digits, as: UTF8.self).lowercased()
    guard text.utf8.count <= 512, let digest = try? Digest(hex: lower) else { throw .fingerprintMalformed }
    self.digest = digest
  }

  /// `sha256:` and the digits in groups of four, for reading aloud.
  package var text: String {
    let digits = Array(digest.hex)
    let groups = stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<($0 + 4)]) }
    return "sha256:" + groups.joined(separator: " ")
  }
}

extension Fingerprint: CustomStringConvertible {
  /// `sha256:` and the digits in groups of four.
  package var description: String { text }
}
