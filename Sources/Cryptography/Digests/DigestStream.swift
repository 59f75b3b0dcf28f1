internal import COpenSSL

/// A SHA-256 digest of bytes that arrive piece by piece: files larger than memory.
///
/// - Source: FIPS 180-4, section 6.2, by the provider's EVP interface.
package struct DigestStream: ~Copyable {
  private let handle: OpaquePointer  // <EVP_MD_CTX>

  /// An empty stream.
  ///
  /// A libcrypto without SHA-256 cannot run anything of this product, so that stops the program.
  package init() {
    guard let algorithm = SHA256Algorithm.shared.handle, let handle = EVP_MD_CTX_new() else {
      preconditionFailure("libcrypto offers no SHA-256")
    }
    precondition(EVP_DigestInit_ex2(handle, algorithm, nil) == 1, "libcrypto offers no SHA-256")
    self.handle = handle
  }

  deinit { EVP_MD_CTX_free(handle) }

  /// Adds bytes.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Adds the bytes of a buffer.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(handle, bytes.baseAddress, bytes.count) == 1, "SHA-256 update failed")
  }

  /// The digest of all bytes so far; the stream is used up.
  package consuming func finish() -> Digest {
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    precondition(EVP_DigestFinal_ex(handle, &bytes, nil) == 1, "SHA-256 final failed")
    return Digest(rawBytes: bytes)
  }
}

/// The fetched algorithm, kept because a fetch costs more than the digest of a short text.
///
/// Sendable because an `EVP_MD` is immutable and reference counted.
private final class SHA256Algorithm: @unchecked Sendable {
  static let shared = SHA256Algorithm()
  let handle: OpaquePointer?  // <EVP_MD>

  private init() { handle = EVP_MD_fetch(nil, "SHA256", nil) }
  deinit { EVP_MD_free(handle) }
}
