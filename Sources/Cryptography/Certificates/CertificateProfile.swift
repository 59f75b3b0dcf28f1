internal import COpenSSL

/// What a certificate of the wire has to be, and nothing else: the rules that it is checked against before
/// an authority signs it and after.
///
/// - Source: `protocols/enrolment.md`, section "Certificates".
package enum CertificateProfile: Equatable, Sendable {
  /// The offline root of a deployment.
  case deploymentRoot
  /// The authority under it for the coordinator's own TLS certificates.
  case serverAuthority
  /// A TLS certificate of the coordinator, for exactly these names and addresses.
  case server(names: [String])
  /// The authority of one tenant, which may only name this host.
  case tenantAuthority(host: String)
  /// A TLS certificate of an agent or a person, with exactly this URI.
  case client(uri: String)

  /// The kind without its names, for messages.
  package enum Kind: String, Sendable {
    /// The offline root.
    case deploymentRoot = "a deployment root"
    /// The authority for the coordinator's own certificates.
    case serverAuthority = "a server authority"
    /// The coordinator's own.
    case server = "a server"
    /// One tenant's authority.
    case tenantAuthority = "a tenant's authority"
    /// An agent's or a person's.
    case client = "a client"
  }

  /// The object identifier of serverAuth, id-kp 1.
  package static let serverAuth = "1.3.6.1.5.5.7.3.1"
  /// The object identifier of clientAuth, id-kp 2.
  package static let clientAuth = "1.3.6.1.5.5.7.3.2"

  var kind: Kind {
    switch self {
    case .deploymentRoot: .deploymentRoot
    case .serverAuthority: .serverAuthority
    case .server: .server
    case .tenantAuthority: .tenantAuthority
    case .client: .client
    }
  }

  private var isAuthority: Bool {
    switch self {
    case .deploymentRoot, .serverAuthority, .tenantAuthority: true
    case .server, .client: false
    }
  }

  /// Every extension of the profile, and whether it is critical.
  private var extensions: [Int32: Bool] {
    var all: [Int32: Bool] = [
      NID_basic_constraints: true, NID_key_usage: true, NID_subject_key_identifier: false,
      NID_authority_key_identifier: false,
    ]
    if self != .deploymentRoot { all[NID_ext_key_usage] = false }
    switch self {
    case .deploymentRoot, .serverAuthority: break
    case .server: all[NID_subject_alt_name] = false
    case .tenantAuthority: all[NID_name_constraints] = true
    case .client: all[NID_subject_alt_name] = true
    }
    return all
  }

  private var usages: [String] {
    switch self {
    case .deploymentRoot: []
    case .serverAuthority, .server: [Self.serverAuth]
    case .tenantAuthority, .client: [Self.clientAuth]
    }
  }

  private var pathLength: Int? {
    switch self {
    case .deploymentRoot: 1
    case .serverAuthority, .tenantAuthority: 0
    case .server, .client: nil
    }
  }

  /// Checks a certificate against every rule of the profile.
  ///
  /// - Parameters:
  ///   - key: the key that it has to certify.
  ///   - issuer: who has to have issued it; nil when it is its own.
  /// - Throws: `CryptographyError.profile` naming the rule, or `.certificateMalformed`.
  package func lint(
    _ certificate: Certificate, key: VerificationKey, issuer: Certificate?
  ) throws(CryptographyError) {
    let facts = try certificate.issuanceFacts()
    try require(certificate.publicKey == key, "it certifies another key")
    try require(facts.extensions == extensions, "its extensions are not exactly those of the profile")
    try require(facts.serial.utf8.count == 32, "its serial number does not have 128 bits")
    try require(certificate.notBefore < certificate.notAfter, "its validity is empty")
    try require(certificate.extendedKeyUsages == usages, "its extended key usage is another")
    try require(certificate.isAuthority == isAuthority, "it may issue certificates, or has to and may not")
    try require(
      isAuthority ? facts.isOnlyForIssuing : certificate.isOnlyForSignatures, "its key usage is another")
    try require(facts.pathLength == pathLength, "its path length is another")
    if let issuer {
      let isIssued = issuer.withUnsafeHandle { issuer in
        certificate.withUnsafeHandle { X509_check_issued(issuer, $0) == X509_V_OK }
      }
      drainErrors()
      try require(isIssued, "it does not name its issuer")
      try require(certificate.notAfter <= issuer.notAfter, "it outlives its issuer")
    }
    try lintNames(of: certificate, facts)
  }

  private func lintNames(
    of certificate: Certificate, _ facts: IssuanceFacts
  ) throws(CryptographyError) {
    switch self {
    case .client(let uri):
      try require(facts.isSubjectEmpty, "its subject is not empty")
      try require(
        certificate.uriNames == [uri] && !certificate.hasOtherNames, "it does not have exactly its one URI")
    case .server(let names):
      try require(!facts.isSubjectEmpty, "its subject is empty")
      try require(certificate.uriNames.isEmpty && facts.serverNames == names, "its names are others")
    case .tenantAuthority(let host):
      try require(!facts.isSubjectEmpty, "its subject is empty")
      try require(facts.permittedHosts == [host], "its name constraint is not exactly the tenant's host")
    case .deploymentRoot, .serverAuthority:
      try require(!facts.isSubjectEmpty, "its subject is empty")
    }
  }

  private func require(_ condition: Bool, _ problem: String) throws(CryptographyError) {
    guard condition else { throw .profile(kind, problem) }
  }
}
