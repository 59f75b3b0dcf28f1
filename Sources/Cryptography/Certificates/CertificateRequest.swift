internal import COpenSSL

/// A PKCS#10 request: the proof that somebody holds a P-256 key. Nothing in it but the key is ever used.
package struct CertificateRequest: Equatable, Sendable {
  /// The request as it was given.
  package let der: [UInt8]
  /// The key whose holder signed the request.
  package let publicKey: VerificationKey

  private static let largest = 4096

  /// Reads a request in DER, with nothing after it, and checks its signature by its own key.
  ///
  /// - Throws: `CryptographyError.requestMalformed`, or `.keyUnsupported` for another kind of key.
  /// - Source: RFC 2986, section 4.2.
  package init(der: [UInt8]) throws(CryptographyError) {
    guard der.count <= Self.largest else { throw .requestMalformed("it is too large") }
    guard let (handle, used) = decodeDER(der, { d2i_X509_REQ(nil, &$0, $1) }) else {
      throw .requestMalformed("it is not PKCS#10 in DER")
    }
    defer {
      X509_REQ_free(handle)
      drainErrors()
    }
    guard used == der.count else { throw .requestMalformed("bytes follow it") }
    guard try encodeDER("request encoding", { i2d_X509_REQ(handle, $0) }) == der else {
      throw .requestMalformed("its DER is not canonical")
    }
    guard X509_REQ_get_signature_nid(handle) == NID_ecdsa_with_SHA256 else {
      throw .requestMalformed("it is not signed with ECDSA and SHA-256")
    }
    let key = try VerificationKey(
      der: try encodeDER("request key") { i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(handle), $0) })
    guard key.withUnsafeHandle({ X509_REQ_verify(handle, $0) == 1 }) else {
      throw .requestMalformed("its signature is not by its own key")
    }
    self.der = der
    publicKey = key
  }

  /// Makes a request that says nothing but the key.
  ///
  /// - Throws: `CryptographyError.library`.
  package static func make(by key: SigningKey) throws(CryptographyError) -> CertificateRequest {
    let handle = try calling("new request") { X509_REQ_new() }
    defer { X509_REQ_free(handle) }
    try succeeding("request signing") {
      key.withUnsafeHandle { key in
        // "X509_REQ_set_version() ... 0 for version 1", the only one.
        X509_REQ_set_version(handle, 0) == 1 && X509_REQ_set_pubkey(handle, key) == 1
          && X509_REQ_sign(handle, key, EVP_sha256()) > 0
      }
    }
    return try CertificateRequest(der: try encodeDER("request encoding") { i2d_X509_REQ(handle, $0) })
  }
}
