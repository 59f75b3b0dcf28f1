internal import COpenSSL

extension SigningKey {
  private static let encryptedLabel = "ENCRYPTED PRIVATE KEY"
  /// PBKDF2 with HMAC-SHA-256: what OWASP's password storage guidance asked for in 2023.
  private static let iterations: Int32 = 600_000

  /// The key as PKCS#8 encrypted under a passphrase: PBES2, AES-256-CBC, PBKDF2 with HMAC-SHA-256.
  ///
  /// - Throws: `CryptographyError.library`.
  /// - Source: RFC 8018, section 6.2; RFC 5958, section 3.
  package func pem(passphrase: [UInt8]) throws(CryptographyError) -> [UInt8] {
    let info = try calling("key encoding") { withUnsafeHandle { EVP_PKEY2PKCS8($0) } }
    defer { PKCS8_PRIV_KEY_INFO_free(info) }
    var salt = try randomBytes(16)
    let encrypted = try calling("key encryption") {
      passphrase.withUnsafeBytes { secret in
        PKCS8_encrypt(
          NID_hmacWithSHA256, EVP_aes_256_cbc(), secret.bindMemory(to: CChar.self).baseAddress,
          Int32(truncatingIfNeeded: secret.count), &salt, Int32(salt.count), Self.iterations, info)
      }
    }
    defer { X509_SIG_free(encrypted) }
    return PEM.encode(
      try encodeDER("key encoding") { i2d_X509_SIG(encrypted, $0) }, label: Self.encryptedLabel)
  }

  /// Reads a key that `pem(passphrase:)` wrote, or `openssl pkcs8 -topk8 -v2 aes-256-cbc`.
  ///
  /// - Throws: `CryptographyError.pemMalformed`, `.privateKeyMalformed` for anything but PBES2,
  ///   `.passphraseWrong`, or `.keyUnsupported`.
  package convenience init(pem: [UInt8], passphrase: [UInt8]) throws(CryptographyError) {
    let der = try PEM.decode(pem, label: Self.encryptedLabel)
    guard let (encrypted, used) = decodeDER(der, { d2i_X509_SIG(nil, &$0, $1) }) else {
      throw .privateKeyMalformed
    }
    defer { X509_SIG_free(encrypted) }
    var algorithm: UnsafePointer<X509_ALGOR>?
    X509_SIG_get0(encrypted, &algorithm, nil)
    guard used == der.count, let algorithm, OBJ_obj2nid(algorithm.pointee.algorithm) == NID_pbes2 else {
      throw .privateKeyMalformed
    }
    let opened = passphrase.withUnsafeBytes { secret in
      PKCS8_decrypt(
        encrypted, secret.bindMemory(to: CChar.self).baseAddress, Int32(truncatingIfNeeded: secret.count))
    }
    drainErrors()
    guard let opened else { throw .passphraseWrong }
    defer { PKCS8_PRIV_KEY_INFO_free(opened) }
    guard let handle = EVP_PKCS82PKEY(opened) else {
      drainErrors()
      throw .privateKeyMalformed
    }
    try self.init(takingOwnershipOf: handle)
  }
}
