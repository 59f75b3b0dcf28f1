internal import COpenSSL

extension Certificate {
  static let day: Int64 = 86_400
  /// Clocks of two machines differ; a new certificate must be valid on the slower one.
  static let backDating: Int64 = 300

  /// When a certificate of this product was made, in seconds since 1970-01-01T00:00:00Z. Its life begins here,
  /// and `notBefore` is earlier.
  package var madeAt: Int64 { notBefore + Certificate.backDating }

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
