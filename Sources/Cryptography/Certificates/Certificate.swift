internal import COpenSSL

/// An X.509 certificate of the signing profile: P-256 key, ECDSA with SHA-256.
///
/// Sendable because everything is read from the X509 in the initialiser, which also makes libcrypto fill its
/// own caches of extensions; later calls only read.
package final class Certificate: @unchecked Sendable {
  private let handle: OpaquePointer  // <X509>
  /// The certificate as it was given.
  package let der: [UInt8]
  /// The key that it certifies.
  package let publicKey: VerificationKey
  /// The URIs of the subject alternative name.
  package let uriNames: [String]
  /// Whether the subject alternative name has names of other kinds.
  package let hasOtherNames: Bool
  /// The serial number in lower-case hexadecimal, two digits a byte.
  package let serial: String
  /// Start of validity, in seconds since 1970-01-01T00:00:00Z.
  package let notBefore: Int64
  /// End of validity, in seconds since 1970-01-01T00:00:00Z.
  package let notAfter: Int64
  /// Whether it may issue certificates: basic constraints say CA, and key usage allows certificate signing.
  package let isAuthority: Bool
  /// Whether its only key usage is digital signature.
  package let isOnlyForSignatures: Bool
  /// The object identifiers of the extended key usage, in order; empty without the extension.
  package let extendedKeyUsages: [String]

  /// The object identifier of codeSigning, id-kp 3.
  package static let codeSigning = "1.3.6.1.5.5.7.3.3"
  static let label = "CERTIFICATE"
  private static let largest = 16_384

  /// Reads one certificate in DER, with nothing after it.
  ///
  /// - Throws: `CryptographyError.certificateMalformed`, or `.keyUnsupported` for another kind of key.
  package convenience init(der: [UInt8]) throws(CryptographyError) {
    guard der.count <= Self.largest else { throw .certificateMalformed("it is too large") }
    guard let (handle, used) = decodeDER(der, { d2i_X509(nil, &$0, $1) }) else {
      throw .certificateMalformed("it is not X.509 in DER")
    }
    guard used == der.count else {
      X509_free(handle)
      throw .certificateMalformed("bytes follow it")
    }
    try self.init(takingOwnershipOf: handle)
    guard self.der == der else { throw .certificateMalformed("its DER is not canonical") }
  }

  /// Reads one certificate in PEM, as OpenSSL writes it.
  ///
  /// - Throws: `CryptographyError.pemMalformed`, or as `init(der:)`.
  package convenience init(pem: [UInt8]) throws(CryptographyError) {
    try self.init(der: try PEM.decode(pem, label: Self.label))
  }

  /// Shares a certificate that libssl has read, which spares decoding it again.
  ///
  /// - Parameter handle: an X509 that nobody changes any more.
  /// - Throws: as `init(der:)`.
  package convenience init(sharing handle: OpaquePointer) throws(CryptographyError) {
    guard X509_up_ref(handle) == 1 else { throw .certificateMalformed("it cannot be shared") }
    try self.init(takingOwnershipOf: handle)
  }

  init(takingOwnershipOf handle: OpaquePointer) throws(CryptographyError) {
    do throws(CryptographyError) {
      // "X509_check_purpose(x, -1, 0)" makes libcrypto parse and cache the extensions.
      guard X509_check_purpose(handle, -1, 0) == 1, X509_get_version(handle) == 2 else {
        throw .certificateMalformed("its version or its extensions are wrong")
      }
      guard X509_get_signature_nid(handle) == NID_ecdsa_with_SHA256 else {
        throw .certificateMalformed("it is not signed with ECDSA and SHA-256")
      }
      der = try encodeDER("certificate encoding") { i2d_X509(handle, $0) }
      let spki = try encodeDER("certificate key") { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(handle), $0) }
      publicKey = try VerificationKey(der: spki, sharing: X509_get0_pubkey(handle))
      serial = serialNumber(of: handle)
      notBefore = try seconds(X509_get0_notBefore(handle))
      notAfter = try seconds(X509_get0_notAfter(handle))
      (uriNames, hasOtherNames) = try alternativeNames(of: handle)
      extendedKeyUsages = try Cryptography.extendedKeyUsages(of: handle)
    } catch {
      drainErrors()
      X509_free(handle)
      throw error
    }
    let flags = X509_get_extension_flags(handle)
    let usage = flags & UInt32(EXFLAG_KUSAGE) != 0 ? X509_get_key_usage(handle) : 0
    isAuthority = flags & UInt32(EXFLAG_CA) != 0 && usage & UInt32(KU_KEY_CERT_SIGN) != 0
    isOnlyForSignatures = usage == UInt32(KU_DIGITAL_SIGNATURE)
    self.handle = handle
    drainErrors()
  }

  deinit { X509_free(handle) }

  /// The certificate as one PEM block.
  package var pem: [UInt8] { PEM.encode(der, label: Self.label) }

  func withUnsafeHandle<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(handle) }
}

extension Certificate: Equatable {
  /// The same bytes.
  package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
}

private func serialNumber(of certificate: OpaquePointer) -> String {
  let number = X509_get0_serialNumber(certificate)
  let bytes = UnsafeBufferPointer(
    start: ASN1_STRING_get0_data(number), count: Int(ASN1_STRING_length(number)))
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
