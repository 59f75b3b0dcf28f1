/// A SHA-256 digest: the identity of documents, keys and signed statements.
///
/// Written `sha256:` and 64 lower-case hexadecimal digits; ordered by its bytes.
///
/// - Source: FIPS 180-4, section 6.2.
package struct Digest: Hashable, Sendable {
  // Four big-endian words: no allocation, and the order of the words is the order of the bytes.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// How many bytes a digest has.
  package static let byteCount = 32

  /// The digest of some bytes.
  package init(of bytes: [UInt8]) {
    var stream = DigestStream()
    stream.update(bytes)
    self = stream.finish()
  }

  /// Reads `sha256:` and 64 lower-case hexadecimal digits.
  ///
  /// - Throws: `CryptographyError.digestMalformed` for any other spelling.
  package init(parsing text: String) throws(CryptographyError) {
    guard text.utf8.starts(with: "sha256:".utf8) else { throw .digestMalformed }
    try self.init(hex: String(text.utf8.dropFirst(7)) ?? "")
  }

  /// Reads 64 lower-case hexadecimal digits.
  ///
  /// - Throws: `CryptographyError.digestMalformed` for any other spelling.
  package init(hex: String) throws(CryptographyError) {
    let digits = Array(hex.utf8.prefix(65))
    guard digits.count == 64 else { throw .digestMalformed }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1]) else {
        throw .digestMalformed
      }
      bytes.append(high << 4 | low)
    }
    self.init(rawBytes: bytes)
  }

  /// Takes the 32 bytes of a digest as they are.
  ///
  /// - Throws: `CryptographyError.digestMalformed` for any other count.
  package init(bytes: [UInt8]) throws(CryptographyError) {
    guard bytes.count == Self.byteCount else { throw .digestMalformed }
    self.init(rawBytes: bytes)
  }

  init(rawBytes bytes: [UInt8]) {
    func word(_ start: Int) -> UInt64 { bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
    words = (word(0), word(8), word(16), word(24))
  }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// `sha256:` and 64 lower-case hexadecimal digits.
  package var text: String { "sha256:" + hex }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}

extension Digest: Comparable {
  /// The same digest.
  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  /// Order of the bytes.
  package static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

  /// Hashes all words.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}

extension Digest: CustomStringConvertible {
  /// `sha256:` and 64 lower-case hexadecimal digits.
  package var description: String { text }
}
