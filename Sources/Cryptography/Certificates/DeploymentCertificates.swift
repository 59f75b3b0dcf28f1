internal import COpenSSL

extension Certificate {
  /// Makes the self-signed root of a deployment: 10 years, an authority over authorities.
  ///
  /// - Parameters:
  ///   - name: the common name, 1 to 64 printable ASCII characters; it identifies nothing.
  ///   - now: seconds since 1970-01-01T00:00:00Z.
  /// - Throws: `CryptographyError`.
  /// - Source: `protocols/enrolment.md`, section "Certificates".
  package static func makeDeploymentRoot(
    name: String, key: SigningKey, now: Int64
  ) throws(CryptographyError) -> Certificate {
    try make(
      .deploymentRoot, subject: name, key: key.verificationKey, issuer: nil, issuerKey: key,
      validity: (now - backDating, now + 3650 * day))
  }

  /// Makes the authority for the coordinator's own certificates: 10 years, at most as long as the root.
  ///
  /// - Throws: `CryptographyError`.
  package static func makeServerAuthority(
    name: String, key: VerificationKey, root: Certificate, rootKey: SigningKey, now: Int64
  ) throws(CryptographyError) -> Certificate {
    try make(
      .serverAuthority, subject: name, key: key, issuer: root, issuerKey: rootKey,
      validity: (now - backDating, min(now + 3650 * day, root.notAfter)))
  }

  /// Makes a TLS certificate of the coordinator: 90 days.
  ///
  /// - Parameter names: DNS names and addresses, each in its one usual spelling.
  /// - Throws: `CryptographyError`, also for a name that reads back otherwise than it was given.
  package static func makeServer(
    name: String, names: [String], key: VerificationKey, authority: Certificate, authorityKey: SigningKey,
    now: Int64
  ) throws(CryptographyError) -> Certificate {
    try make(
      .server(names: names), subject: name, key: key, issuer: authority, issuerKey: authorityKey,
      validity: (now - backDating, min(now + 90 * day, authority.notAfter)))
  }

  /// Makes the authority of a tenant: TLS clients only, no authority below it, one host in its URIs; 10
  /// years, at most as long as the root.
  ///
  /// - Throws: `CryptographyError`.
  package static func makeTenantAuthority(
    name: String, host: String, key: VerificationKey, root: Certificate, rootKey: SigningKey, now: Int64
  ) throws(CryptographyError) -> Certificate {
    try make(
      .tenantAuthority(host: host), subject: name, key: key, issuer: root, issuerKey: rootKey,
      validity: (now - backDating, min(now + 3650 * day, root.notAfter)))
  }

  /// Makes a TLS certificate of an agent or a person.
  ///
  /// It ends a day before its authority at the latest, so that the authority is renewed first.
  ///
  /// - Parameters:
  ///   - uri: its one name.
  ///   - lifetime: seconds from now.
  /// - Throws: `CryptographyError`, also when `verifyClientChain` would not admit what was made.
  package static func makeClient(
    uri: String, key: VerificationKey, authority: Certificate, authorityKey: SigningKey, now: Int64,
    lifetime: Int64
  ) throws(CryptographyError) -> Certificate {
    let made = try make(
      .client(uri: uri), subject: nil, key: key, issuer: authority, issuerKey: authorityKey,
      validity: (now - backDating, min(now + min(lifetime, 3650 * day), authority.notAfter - day)))
    do { try verifyClientChain(leaf: made, anchor: authority, at: now) } catch {
      throw .profile(.client, error.description)
    }
    return made
  }

  /// Puts a certificate together, checks it against its profile, and only then signs it.
  ///
  /// A signature by a key that is thrown away lets the check read a whole certificate before the authority's
  /// key has signed anything.
  private static func make(
    _ profile: CertificateProfile, subject: String?, key: VerificationKey, issuer: Certificate?,
    issuerKey: SigningKey, validity: (from: Int64, until: Int64)
  ) throws(CryptographyError) -> Certificate {
    let draft = try CertificateDraft()
    try draft.describe(
      subject: subject, issuer: issuer, notBefore: validity.from, notAfter: validity.until)
    try draft.setKey(key)
    for (identifier, value) in try profile.configuration() {
      try draft.add(identifier, value, issuer: issuer)
    }
    try profile.lint(try draft.signed(by: SigningKey()), key: key, issuer: issuer)
    let made = try draft.signed(by: issuerKey)
    try profile.lint(made, key: key, issuer: issuer)
    return made
  }
}

extension CertificateProfile {
  /// The extensions in OpenSSL's configuration syntax.
  ///
  /// Commas, semicolons and such have a meaning there, so names go through one filter.
  fileprivate func configuration() throws(CryptographyError) -> [(Int32, String)] {
    var all: [(Int32, String)] = []
    switch self {
    case .deploymentRoot:
      all.append((NID_basic_constraints, "critical,CA:TRUE,pathlen:1"))
      all.append((NID_key_usage, "critical,keyCertSign"))
    case .serverAuthority:
      all.append((NID_basic_constraints, "critical,CA:TRUE,pathlen:0"))
      all.append((NID_key_usage, "critical,keyCertSign"))
      all.append((NID_ext_key_usage, "serverAuth"))
    case .tenantAuthority(let host):
      all.append((NID_basic_constraints, "critical,CA:TRUE,pathlen:0"))
      all.append((NID_key_usage, "critical,keyCertSign"))
      all.append((NID_ext_key_usage, "clientAuth"))
      all.append((NID_name_constraints, "critical,permitted;URI:" + (try plain(host))))
    case .server(let names):
      all.append((NID_basic_constraints, "critical,CA:FALSE"))
      all.append((NID_key_usage, "critical,digitalSignature"))
      all.append((NID_ext_key_usage, "serverAuth"))
      var parts: [String] = []
      for name in names { parts.append((Self.isAddress(name) ? "IP:" : "DNS:") + (try plain(name))) }
      all.append((NID_subject_alt_name, parts.joined(separator: ",")))
    case .client(let uri):
      all.append((NID_basic_constraints, "critical,CA:FALSE"))
      all.append((NID_key_usage, "critical,digitalSignature"))
      all.append((NID_ext_key_usage, "clientAuth"))
      all.append((NID_subject_alt_name, "critical,URI:" + (try plain(uri))))
    }
    all.append((NID_subject_key_identifier, "hash"))
    all.append((NID_authority_key_identifier, "keyid:always"))
    return all
  }

  private func plain(_ name: String) throws(CryptographyError) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x2D...0x3A).contains(byte)  // a–z - . / 0–9 :
    }
    guard isPlain, !name.isEmpty else {
      throw .profile(kind, "a name has lower-case letters, digits, hyphens, dots, colons and slashes only")
    }
    return name
  }

  /// Digits and dots, or anything with a colon: no DNS name looks like that.
  private static func isAddress(_ name: String) -> Bool {
    name.utf8.contains(0x3A) || name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
  }
}
