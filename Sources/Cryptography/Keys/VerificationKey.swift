internal import COpenSSL

/// The public half of a P-256 key pair.
///
/// Sendable because nothing here writes to the EVP_PKEY after the initialiser.
package final class VerificationKey: @unchecked Sendable {
  private let handle: OpaquePointer  // <EVP_PKEY>
  /// The SubjectPublicKeyInfo in DER, always 91 bytes.
  package let der: [UInt8]
  /// The key's identity: the digest of its SubjectPublicKeyInfo.
  package let digest: Digest

  /// Everything of a P-256 SubjectPublicKeyInfo before the coordinates: id-ecPublicKey, prime256v1, a bit
  /// string of 65 bytes, uncompressed point (RFC 5480, section 2).
  private static let prefix: [UInt8] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
  ]

  /// Reads a SubjectPublicKeyInfo.
  ///
  /// The prefix is compared byte by byte before libcrypto sees anything, so another algorithm, another curve,
  /// explicit curve parameters and compressed points never reach its parsers.
  ///
  /// - Throws: `CryptographyError.keyUnsupported` for anything but an uncompressed point on P-256.
  package convenience init(der: [UInt8]) throws(CryptographyError) {
    guard Self.isSupported(der), let (handle, used) = decodeDER(der, { d2i_PUBKEY(nil, &$0, $1) })
    else { throw .keyUnsupported }
    guard used == der.count else {
      EVP_PKEY_free(handle)
      throw .keyUnsupported
    }
    try self.init(der: der, takingOwnershipOf: handle)
  }

  /// Shares the key that libcrypto decoded with a certificate or a request, whose SubjectPublicKeyInfo is
  /// `der`: decoding it a second time costs as much as half a signature check.
  convenience init(der: [UInt8], sharing handle: OpaquePointer?) throws(CryptographyError) {
    guard Self.isSupported(der), let handle, EVP_PKEY_up_ref(handle) == 1 else {
      drainErrors()
      throw .keyUnsupported
    }
    try self.init(der: der, takingOwnershipOf: handle)
  }

  private init(der: [UInt8], takingOwnershipOf handle: OpaquePointer) throws(CryptographyError) {
    guard let context = EVP_PKEY_CTX_new_from_pkey(nil, handle, nil) else {
      EVP_PKEY_free(handle)
      throw .keyUnsupported
    }
    // The point is on the curve and not at infinity. That is the whole of the check on P-256, whose cofactor
    // is 1 (SP 800-56A, section 5.6.2.3.4): the multiplication of `EVP_PKEY_public_check` can't find more.
    let isOnCurve = EVP_PKEY_public_check_quick(context) == 1
    EVP_PKEY_CTX_free(context)
    drainErrors()
    guard isOnCurve else {
      EVP_PKEY_free(handle)
      throw .keyUnsupported
    }
    self.handle = handle
    self.der = der
    digest = Digest(of: der)
  }

  private static func isSupported(_ der: [UInt8]) -> Bool { der.count == 91 && der.starts(with: prefix) }

  deinit { EVP_PKEY_free(handle) }

  /// Checks an ECDSA signature with SHA-256 over a message.
  ///
  /// - Throws: `CryptographyError.signatureMalformed` for raw, non-minimal, out-of-range and high-s
  ///   encodings; `.signatureInvalid` when it is not a signature of this message by this key.
  /// - Source: FIPS 186-5, section 6.4.2.
  package func verify(_ signature: [UInt8], of message: [UInt8]) throws(CryptographyError) {
    guard !(try ECDSASignature(der: signature)).isHighS else { throw .signatureMalformed(.highS) }
    drainErrors()
    guard let context = EVP_MD_CTX_new() else {
      throw .library(operation: "signature check", reasons: drainErrors())
    }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit_ex(context, nil, "SHA256", nil, nil, handle, nil) == 1 else {
      throw .library(operation: "signature check", reasons: drainErrors())
    }
    // "EVP_DigestVerify() returns 1 for success; any other value indicates failure."
    let outcome = EVP_DigestVerify(context, signature, signature.count, message, message.count)
    drainErrors()
    guard outcome == 1 else { throw .signatureInvalid }
  }

  func withUnsafeHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(handle) }
}

extension VerificationKey: Equatable {
  /// The same point.
  package static func == (left: VerificationKey, right: VerificationKey) -> Bool { left.der == right.der }
}
