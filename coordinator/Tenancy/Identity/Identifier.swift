internal import Cryptography

/// Ids that the server makes: a prefix and 26 lower-case base32 characters, 130 random bits. They cannot be
/// guessed, and are never numbers.
///
/// - Source: `protocols/enrolment.md`, section "Names".
package enum Identifier: String, Sendable {
  /// A tenant.
  case tenant = "t-"
  /// An invitation.
  case invitation = "i-"
  /// A round.
  case round = "r-"
  /// An assignment.
  case assignment = "a-"
  /// An instance of a site's agent.
  case instance = "n-"
  /// A person.
  case user = "u-"
  /// An incident of a study.
  case incident = "x-"

  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  /// A new id of this kind.
  ///
  /// - Throws: `TenancyError.cryptography` when there is no entropy.
  package func make() throws(TenancyError) -> String { rawValue + (try Self.random(26)) }

  /// A new secret of 160 bits, 32 characters.
  static func secret() throws(TenancyError) -> String { try random(32) }

  /// Each character takes five bits of a byte of its own; the other three are dropped.
  private static func random(_ count: Int) throws(TenancyError) -> String {
    let bytes: [UInt8]
    do { bytes = try randomBytes(count) } catch { throw .cryptography(error) }
    return String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}

/// Whether a text is an id, `[a-z0-9][a-z0-9-]{0,62}`.
func isIdentifier(_ text: some StringProtocol) -> Bool {
  let isPlain = text.utf8.enumerated().allSatisfy { index, byte in
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (byte == 0x2D && index > 0)
  }
  return isPlain && (1...63).contains(text.utf8.count)
}

/// Whether a text may be a site's id: an id that nobody takes for a number.
func isSiteIdentifier(_ text: some StringProtocol) -> Bool {
  isIdentifier(text) && text.utf8.contains { !(0x30...0x39).contains($0) }
}

/// Whether a text may be a DNS name: lower-case labels joined by dots, at most 253 bytes.
func isHostName(_ text: String) -> Bool {
  text.utf8.count <= 253
    && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      isIdentifier(label) && label.utf8.last != 0x2D
    }
}
