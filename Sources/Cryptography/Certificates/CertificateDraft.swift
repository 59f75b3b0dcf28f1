internal import COpenSSL

/// A certificate being put together; used from one place at a time.
struct CertificateDraft: ~Copyable {
  private let handle: OpaquePointer  // <X509>

  init() throws(CryptographyError) {
    handle = try calling("new certificate") { X509_new() }
  }

  deinit { X509_free(handle) }

  /// Sets serial number, validity and names. Without a subject the name is empty; without an issuer it is
  /// the subject.
  func describe(
    subject: String?, issuer: Certificate?, notBefore: Int64, notAfter: Int64
  ) throws(CryptographyError) {
    var serialBytes = try randomBytes(16)
    // A serial number is positive: the top bit stays clear, the next one keeps the length constant.
    serialBytes[0] = serialBytes[0] & 0x7F | 0x40
    let handle = self.handle
    try succeeding("certificate fields") {
      guard let number = BN_bin2bn(serialBytes, Int32(serialBytes.count), nil) else { return false }
      defer { BN_free(number) }
      guard let serial = BN_to_ASN1_INTEGER(number, nil) else { return false }
      defer { ASN1_INTEGER_free(serial) }
      return X509_set_version(handle, 2) == 1 && X509_set_serialNumber(handle, serial) == 1
    }
    try succeeding("certificate validity") {
      ASN1_TIME_set(X509_getm_notBefore(handle), Int(notBefore)) != nil
        && ASN1_TIME_set(X509_getm_notAfter(handle), Int(notAfter)) != nil
    }
    try succeeding("certificate names") {
      guard let name = X509_NAME_new() else { return false }
      defer { X509_NAME_free(name) }
      if let subject {
        guard X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, subject, -1, -1, 0) == 1 else {
          return false
        }
      }
      guard X509_set_subject_name(handle, name) == 1 else { return false }
      guard let issuer else { return X509_set_issuer_name(handle, name) == 1 }
      return issuer.withUnsafeHandle { X509_set_issuer_name(handle, X509_get_subject_name($0)) == 1 }
    }
  }

  func setKey(_ key: VerificationKey) throws(CryptographyError) {
    let handle = self.handle
    try succeeding("certificate key") { key.withUnsafeHandle { X509_set_pubkey(handle, $0) == 1 } }
  }

  /// Adds an extension written as in an OpenSSL configuration file; without an issuer, the draft is its own.
  func add(_ identifier: Int32, _ value: String, issuer: Certificate?) throws(CryptographyError) {
    let handle = self.handle
    func add(_ issuer: OpaquePointer) -> Bool {
      var context = X509V3_CTX()
      X509V3_set_ctx(&context, issuer, handle, nil, nil, 0)
      guard let made = X509V3_EXT_conf_nid(nil, &context, identifier, value) else { return false }
      defer { X509_EXTENSION_free(made) }
      return X509_add_ext(handle, made, -1) == 1
    }
    try succeeding("certificate extension") { issuer?.withUnsafeHandle(add) ?? add(handle) }
  }

  /// Signs what was put together so far; a draft can be signed again by another key.
  func signed(by key: SigningKey) throws(CryptographyError) -> Certificate {
    let handle = self.handle
    // "X509_sign() returns the size of the signature in bytes for success and zero for failure."
    try succeeding("certificate signing") {
      key.withUnsafeHandle { X509_sign(handle, $0, EVP_sha256()) > 0 }
    }
    // Read back from bytes, so that what is returned is what others will parse.
    return try Certificate(der: try encodeDER("certificate encoding") { i2d_X509(handle, $0) })
  }
}
