internal import COpenSSL

/// A P-256 key pair.
///
/// Sendable because nothing here writes to the EVP_PKEY after the initialiser.
package final class SigningKey: @unchecked Sendable {
  private let handle: OpaquePointer  // <EVP_PKEY>
  /// The public half.
  package let verificationKey: VerificationKey

  private static let label = "PRIVATE KEY"

  /// Makes a new key.
  ///
  /// - Throws: `CryptographyError.library`.
  package convenience init() throws(CryptographyError) {
    let handle = try calling("key generation") { COpenSSL_EVP_EC_gen("P-256") }
    try self.init(takingOwnershipOf: handle)
  }

  /// Reads an unencrypted PKCS#8 key in PEM, as `openssl genpkey` writes it.
  ///
  /// - Throws: `CryptographyError.pemMalformed`, `.privateKeyMalformed`, or `.keyUnsupported` for any key
  ///   that is not P-256 with the named curve.
  package convenience init(pem: [UInt8]) throws(CryptographyError) {
    var der = try PEM.decode(pem, label: Self.label)
    defer { der.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
    guard let (info, used) = decodeDER(der, { d2i_PKCS8_PRIV_KEY_INFO(nil, &$0, $1) }) else {
      throw .privateKeyMalformed
    }
    defer { PKCS8_PRIV_KEY_INFO_free(info) }
    guard used == der.count, let handle = EVP_PKCS82PKEY(info) else {
      drainErrors()
      throw .privateKeyMalformed
    }
    try self.init(takingOwnershipOf: handle)
  }

  init(takingOwnershipOf handle: OpaquePointer) throws(CryptographyError) {
    do throws(CryptographyError) {
      let spki = try encodeDER("public key") { i2d_PUBKEY(handle, $0) }
      verificationKey = try VerificationKey(der: spki)
      // A file whose public half is another key's would sign what nobody can verify.
      let context = try calling("key check") { EVP_PKEY_CTX_new_from_pkey(nil, handle, nil) }
      defer { EVP_PKEY_CTX_free(context) }
      guard EVP_PKEY_check(context) == 1 else { throw CryptographyError.privateKeyMalformed }
    } catch {
      drainErrors()
      EVP_PKEY_free(handle)
      throw error
    }
    self.handle = handle
  }

  deinit { EVP_PKEY_free(handle) }

  /// The key as unencrypted PKCS#8 in PEM, for a file that only its owner can read.
  ///
  /// - Throws: `CryptographyError.library`.
  package func pem() throws(CryptographyError) -> [UInt8] {
    let info = try calling("key encoding") { EVP_PKEY2PKCS8(handle) }
    defer { PKCS8_PRIV_KEY_INFO_free(info) }
    var der = try encodeDER("key encoding") { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
    defer { der.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
    return PEM.encode(der, label: Self.label)
  }

  /// Signs a message: ECDSA with SHA-256, minimal DER, low s.
  ///
  /// Two signatures of one message differ; never use a signature as an identity.
  ///
  /// - Throws: `CryptographyError.library`.
  /// - Source: FIPS 186-5, section 6.4.1.
  package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
    let context = try calling("signing") { EVP_MD_CTX_new() }
    defer { EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: 80)
    var length = signature.count
    try succeeding("signing") {
      EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, handle, nil) == 1
        && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
    }
    return try ECDSASignature(der: Array(signature.prefix(length))).lowS
  }

  func withUnsafeHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(handle) }
}
