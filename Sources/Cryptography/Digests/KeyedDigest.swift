internal import COpenSSL

/// HMAC-SHA-256: a digest that only holders of the key can compute, for data small enough to be guessed.
///
/// - Throws: `CryptographyError.library`.
/// - Source: FIPS 198-1; RFC 4231 for test values.
package func keyedDigest(of message: [UInt8], key: [UInt8]) throws(CryptographyError) -> Digest {
  var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
  var length = 0
  // libcrypto takes a null key as "no key set", so an empty key still needs an address.
  let keyBytes = key.isEmpty ? [0] : key
  _ = try calling("HMAC") {
    EVP_Q_mac(
      nil, "HMAC", nil, "SHA256", nil, keyBytes, key.count, message, message.count, &bytes, bytes.count,
      &length)
  }
  guard length == Digest.byteCount else { throw .library(operation: "HMAC", reasons: ["short output"]) }
  return Digest(rawBytes: bytes)
}

/// Bytes from the operating system's generator, by way of libcrypto's.
///
/// - Throws: `CryptographyError.library` when there is no entropy.
package func randomBytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
  guard count > 0, let length = Int32(exactly: count) else { return [] }
  var bytes = [UInt8](repeating: 0, count: count)
  try succeeding("random bytes") { RAND_bytes(&bytes, length) == 1 }
  return bytes
}
