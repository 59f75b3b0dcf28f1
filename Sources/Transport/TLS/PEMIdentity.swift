internal import COpenSSL

/// A server's certificate, the issuers sent along with it, and its key. Lives only while a context is made.
struct PEMIdentity: ~Copyable {
  private let certificates: [OpaquePointer]  // <X509>, the server's own first
  private let key: OpaquePointer  // <EVP_PKEY>

  /// Reads one or more certificates and one key; text around the blocks is skipped, as OpenSSL does.
  init(certificateChainPEM: [UInt8], keyPEM: [UInt8]) throws(TransportError) {
    ERR_clear_error()
    defer { drainTLSErrors() }
    guard certificateChainPEM.count <= 262_144, keyPEM.count <= 65_536 else {
      throw .certificateChainMalformed
    }
    let chain = withMemoryBIO(certificateChainPEM) { input in
      var chain: [OpaquePointer] = []
      while chain.count < 8, let certificate = PEM_read_bio_X509(input, nil, refusePassphrase, nil) {
        chain.append(certificate)
      }
      return chain
    }
    guard let chain, !chain.isEmpty else { throw .certificateChainMalformed }
    let key = withMemoryBIO(keyPEM) { PEM_read_bio_PrivateKey($0, nil, refusePassphrase, nil) }
    guard let key = key ?? nil else {
      for certificate in chain { X509_free(certificate) }
      throw .keyMalformed
    }
    certificates = chain
    self.key = key
  }

  deinit {
    for certificate in certificates { X509_free(certificate) }
    EVP_PKEY_free(key)
  }

  /// Gives both to a context.
  func install(in context: OpaquePointer) throws(TransportError) {
    let (key, certificates) = (self.key, self.certificates)
    try succeedingTLS("server certificate") { SSL_CTX_use_certificate(context, certificates[0]) == 1 }
    ERR_clear_error()
    // "SSL_CTX_use_PrivateKey() … If a certificate has already been set and the private key does not belong
    // to the certificate an error is returned."
    guard SSL_CTX_use_PrivateKey(context, key) == 1, SSL_CTX_check_private_key(context) == 1 else {
      drainTLSErrors()
      throw .keyOfAnotherCertificate
    }
    for issuer in certificates.dropFirst() {
      try succeedingTLS("server certificate chain") {
        guard X509_up_ref(issuer) == 1 else { return false }
        // "add0" takes the reference over, but only when it succeeds.
        guard COpenSSL_SSL_CTX_add0_chain_cert(context, issuer) == 1 else {
          X509_free(issuer)
          return false
        }
        return true
      }
    }
  }
}

/// Without a callback of ours libcrypto would ask on the terminal.
private func refusePassphrase(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32,
  _ context: UnsafeMutableRawPointer?
) -> Int32 { -1 }

/// Lends bytes to libcrypto as an input; nil when there is no memory.
private func withMemoryBIO<Result>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Result) -> Result? {
  bytes.withUnsafeBytes { buffer in
    guard let input = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return nil }
    defer { BIO_free(input) }
    return body(input)
  }
}
