internal import COpenSSL

extension Certificate {
  private static let day: Int64 = 86_400
  /// Clocks of two machines differ; a new certificate must be valid on the slower one.
  private static let backDating: Int64 = 300

  /// Makes a self-signed signing root: 10 years, CA without intermediates, certificate signing only.
  ///
  /// - Parameters:
  ///   - name: the common name, 1 to 64 printable ASCII characters; it identifies nothing.
  ///   - now: seconds since 1970-01-01T00:00:00Z.
  /// - Throws: `CryptographyError.library`.
  /// - Source: RFC 5280, section 4.2.
  package static func makeSigningRoot(
    name: String, key: SigningKey, now: Int64
  ) throws(CryptographyError) -> Certificate {
    let draft = try CertificateDraft()
    try draft.describe(
      subject: name, issuer: nil, notBefore: now - backDating, notAfter: now + 3650 * day)
    try draft.setKey(key.verificationKey)
    try draft.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: nil)
    try draft.add(NID_key_usage, "critical,keyCertSign", issuer: nil)
    try draft.add(NID_subject_key_identifier, "hash", issuer: nil)
    try draft.add(NID_authority_key_identifier, "keyid:always", issuer: nil)
    return try draft.signed(by: key)
  }

  /// Makes a signing leaf under a root: 2 years, digital signature and code signing only, one URI name.
  ///
  /// - Parameters:
  ///   - uri: the role; letters, digits, colon and hyphen only.
  ///   - now: seconds since 1970-01-01T00:00:00Z.
  /// - Throws: `CryptographyError.library`, `.certificateMalformed` for any other character in `uri`.
  /// - Source: RFC 5280, section 4.2.
  package static func makeSigningLeaf(
    name: String, uri: String, key: VerificationKey, root: Certificate, rootKey: SigningKey, now: Int64
  ) throws(CryptographyError) -> Certificate {
    // The value goes through OpenSSL's configuration syntax, where commas and such have a meaning.
    let isPlain = uri.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x3A).contains(byte)
        || byte == 0x2D
    }
    guard isPlain, !uri.isEmpty else {
      throw .certificateMalformed("a role URI has letters, digits, colons and hyphens only")
    }
    let draft = try CertificateDraft()
    try draft.describe(
      subject: name, issuer: root, notBefore: now - backDating, notAfter: min(now + 730 * day, root.notAfter))
    try draft.setKey(key)
    try draft.add(NID_basic_constraints, "critical,CA:FALSE", issuer: root)
    try draft.add(NID_key_usage, "critical,digitalSignature", issuer: root)
    try draft.add(NID_ext_key_usage, "codeSigning", issuer: root)
    try draft.add(NID_subject_alt_name, "URI:" + uri, issuer: root)
    try draft.add(NID_subject_key_identifier, "hash", issuer: root)
    try draft.add(NID_authority_key_identifier, "keyid:always", issuer: root)
    return try draft.signed(by: rootKey)
  }
}

/// A certificate being put together; used from one place at a time.
private struct CertificateDraft: ~Copyable {
  private let handle: OpaquePointer  // <X509>

  init() throws(CryptographyError) {
    handle = try calling("new certificate") { X509_new() }
  }

  deinit { X509_free(handle) }

  func describe(
    subject: String, issuer: Certificate?, notBefore: Int64, notAfter: Int64
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
      guard X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, subject, -1, -1, 0) == 1,
        X509_set_subject_name(handle, name) == 1
      else { return false }
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

  consuming func signed(by key: SigningKey) throws(CryptographyError) -> Certificate {
    let handle = self.handle
    // "X509_sign() returns the size of the signature in bytes for success and zero for failure."
    try succeeding("certificate signing") {
      key.withUnsafeHandle { X509_sign(handle, $0, EVP_sha256()) > 0 }
    }
    // Read back from bytes, so that what is returned is what others will parse.
    return try Certificate(der: try encodeDER("certificate encoding") { i2d_X509(handle, $0) })
  }
}
