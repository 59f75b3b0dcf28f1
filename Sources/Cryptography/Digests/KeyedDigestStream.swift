internal import COpenSSL

/// An HMAC-SHA-256 of bytes that arrive piece by piece.
///
/// - Source: FIPS 198-1, by the provider's EVP interface.
package struct KeyedDigestStream: ~Copyable {
  private let handle: OpaquePointer  // <EVP_MAC_CTX>

  /// An empty stream under a key.
  ///
  /// - Throws: `CryptographyError.library` where libcrypto offers no HMAC, or no memory.
  package init(key: [UInt8]) throws(CryptographyError) { handle = try begun(under: key) }

  deinit { EVP_MAC_CTX_free(handle) }

  /// Adds the bytes of a buffer.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(
      EVP_MAC_update(handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) == 1,
      "HMAC update failed")
  }

  /// Adds bytes.
  package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The digest of all bytes so far; the stream is used up.
  package consuming func finish() -> Digest {
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    var length = 0
    precondition(EVP_MAC_final(handle, &bytes, &length, bytes.count) == 1, "HMAC final failed")
    return Digest(rawBytes: bytes)
  }
}

private func begun(under key: [UInt8]) throws(CryptographyError) -> OpaquePointer {
  guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else {
    throw .library(operation: "HMAC", reasons: ["not offered"])
  }
  defer { EVP_MAC_free(algorithm) }
  guard let handle = EVP_MAC_CTX_new(algorithm) else {
    throw .library(operation: "HMAC", reasons: ["no memory"])
  }
  // A parameter keeps the addresses of its name and its value: both have to outlive the call that makes it.
  let parameter = Array(OSSL_MAC_PARAM_DIGEST.utf8CString)
  var name = Array("SHA256".utf8CString)
  // libcrypto takes a null key as "no key set", so an empty key still needs an address.
  let keyBytes = key.isEmpty ? [0] : key
  let begun = parameter.withUnsafeBufferPointer { parameter in
    name.withUnsafeMutableBufferPointer { name in
      let parameters = [
        OSSL_PARAM_construct_utf8_string(parameter.baseAddress, name.baseAddress, 0),
        OSSL_PARAM_construct_end(),
      ]
      return EVP_MAC_init(handle, keyBytes, key.count, parameters)
    }
  }
  guard begun == 1 else {
    EVP_MAC_CTX_free(handle)
    throw .library(operation: "HMAC", reasons: ["no SHA-256"])
  }
  return handle
}
