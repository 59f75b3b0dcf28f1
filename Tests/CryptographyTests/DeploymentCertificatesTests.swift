import Cryptography
import Glibc
import Testing

/// A deployment with two tenants, made anew for each test.
private struct TwoTenants {
  let now: Int64
  let rootKey: SigningKey
  let root: Certificate
  let keys: [SigningKey]
  let authorities: [Certificate]
  let hosts = ["t-a.demo.equipoise.test", "t-b.demo.equipoise.test"]

  /// - Parameter now: 2026-11-23T00:00:00Z when nothing else matters.
  init(now: Int64 = 1_795_392_000) throws {
    self.now = now
    let key = try SigningKey()
    let root = try Certificate.makeDeploymentRoot(name: "deployment root", key: key, now: now)
    let keys = try hosts.map { _ in try SigningKey() }
    authorities = try zip(hosts, keys).map { host, tenantKey in
      try Certificate.makeTenantAuthority(
        name: "tenant", host: host, key: tenantKey.verificationKey, root: root, rootKey: key, now: now)
    }
    self.keys = keys
    rootKey = key
    self.root = root
  }

  func uri(_ tenant: Int) -> String { "spiffe://\(hosts[tenant])/site/north/agent/n-1" }

  func leaf(_ tenant: Int, uri: String? = nil) throws -> Certificate {
    try Certificate.makeClient(
      uri: uri ?? self.uri(tenant), key: SigningKey().verificationKey, authority: authorities[tenant],
      authorityKey: keys[tenant], now: now, lifetime: 7 * 86_400)
  }

  /// A leaf that the `openssl` program makes with a tenant's key, asking nobody.
  func forged(_ tenant: Int, names: String, usage: String = "clientAuth", tool: OpenSSLTool) throws
    -> Certificate
  {
    try tool.write(keys[tenant].pem(), to: "ca.key")
    try tool.write(authorities[tenant].pem, to: "ca.pem")
    try tool.write(
      Array(
        """
        basicConstraints=critical,CA:FALSE
        keyUsage=critical,digitalSignature
        extendedKeyUsage=\(usage)
        subjectAltName=critical,\(names)
        subjectKeyIdentifier=hash
        authorityKeyIdentifier=keyid:always
        """.utf8), to: "ext")
    try tool.require(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "forged.key")
    try tool.require("req", "-new", "-key", "forged.key", "-subj", "/", "-out", "forged.csr")
    try tool.require(
      "x509", "-req", "-in", "forged.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "1",
      "-set_serial",
      "0x41424344454647484142434445464748", "-extfile", "ext", "-out", "forged.pem")
    return try Certificate(pem: tool.read("forged.pem"))
  }
}

/// What `openssl verify` says of a leaf under an anchor that is not self-signed.
private func verify(
  _ leaf: Certificate, anchor: Certificate, at time: Int64, tool: OpenSSLTool
) throws -> String {
  try tool.write(anchor.pem, to: "anchor.pem")
  try tool.write(leaf.pem, to: "leaf.pem")
  return try tool.run([
    "verify", "-x509_strict", "-partial_chain", "-purpose", "sslclient", "-attime", "\(time)", "-CAfile",
    "anchor.pem", "leaf.pem",
  ]).output
}

@Suite struct DeploymentCertificatesTests {
  private let two: TwoTenants
  private let tool: OpenSSLTool

  init() throws {
    two = try TwoTenants()
    tool = try OpenSSLTool()
  }

  @Test func opensslReadsTheProfileOfAClient() throws {
    let leaf = try two.leaf(0)
    try tool.write(leaf.pem, to: "leaf.pem")
    let text = try tool.require("x509", "-in", "leaf.pem", "-noout", "-text")
    for part in [
      "Subject: \n", "X509v3 Subject Alternative Name: critical", "URI:\(two.uri(0))", "CA:FALSE",
      "TLS Web Client Authentication\n", "X509v3 Key Usage: critical\n                Digital Signature\n",
      "Not Before: Nov 22 23:55:00 2026 GMT", "Not After : Nov 30 00:00:00 2026 GMT",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    let serial = try tool.require("x509", "-in", "leaf.pem", "-noout", "-serial")
    #expect(serial.lowercased() == "serial=\(leaf.serial)\n" && leaf.serial.utf8.count == 32)
  }

  @Test func opensslReadsTheProfilesOfTheAuthorities() throws {
    try tool.write(two.authorities[0].pem, to: "tenant.pem")
    let tenant = try tool.require("x509", "-in", "tenant.pem", "-noout", "-text")
    for part in [
      "CA:TRUE, pathlen:0", "Certificate Sign\n", "TLS Web Client Authentication\n",
      "X509v3 Name Constraints: critical", "URI:\(two.hosts[0])",
    ] {
      #expect(tenant.contains(part), "\(part) in \(tenant)")
    }
    try tool.write(two.root.pem, to: "root.pem")
    #expect(try tool.require("x509", "-in", "root.pem", "-noout", "-text").contains("CA:TRUE, pathlen:1"))
    try tool.require("verify", "-x509_strict", "-attime", "\(two.now)", "-CAfile", "root.pem", "tenant.pem")
    #expect(throws: Never.self) { try verifyAuthority(two.authorities[0], root: two.root, at: two.now) }
  }

  @Test func opensslAcceptsTheServerForItsNamesOnly() throws {
    let authorityKey = try SigningKey()
    let authority = try Certificate.makeServerAuthority(
      name: "server authority", key: authorityKey.verificationKey, root: two.root, rootKey: two.rootKey,
      now: two.now)
    let server = try Certificate.makeServer(
      name: "coordinator", names: ["localhost", "127.0.0.1", "::1"], key: SigningKey().verificationKey,
      authority: authority, authorityKey: authorityKey, now: two.now)
    #expect(server.notAfter == two.now + 90 * 86_400)
    try tool.write(authority.pem, to: "ca.pem")
    try tool.write(server.pem, to: "server.pem")
    func outcome(_ options: [String]) throws -> Bool {
      try tool.run(
        ["verify", "-x509_strict", "-partial_chain", "-attime", "\(two.now)", "-CAfile", "ca.pem"] + options
          + ["server.pem"]
      ).succeeded
    }
    #expect(try outcome(["-purpose", "sslserver", "-verify_hostname", "localhost"]))
    #expect(try outcome(["-purpose", "sslserver", "-verify_ip", "127.0.0.1"]))
    #expect(try outcome(["-purpose", "sslserver", "-verify_ip", "::1"]))
    #expect(try !outcome(["-purpose", "sslserver", "-verify_hostname", "other.test"]))
    #expect(try !outcome(["-purpose", "sslclient"]))
    #expect(throws: ChainError.purpose) {
      try verifyClientChain(leaf: server, anchor: authority, at: two.now)
    }
  }

  @Test func aTenantsLeafIsRefusedUnderAnotherTenant() throws {
    let leaf = try two.leaf(1)
    #expect(try verify(leaf, anchor: two.authorities[1], at: two.now, tool: tool).contains("leaf.pem: OK"))
    #expect(throws: Never.self) {
      try verifyClientChain(leaf: leaf, anchor: two.authorities[1], at: two.now)
    }
    #expect(try verify(leaf, anchor: two.authorities[0], at: two.now, tool: tool).contains("error 20"))
    #expect(throws: ChainError.unknownIssuer) {
      try verifyClientChain(leaf: leaf, anchor: two.authorities[0], at: two.now)
    }
    // Why the root must never be the anchor: there the same leaf passes, with its own authority beside it.
    try tool.write(two.root.pem, to: "root.pem")
    try tool.write(two.authorities[1].pem, to: "between.pem")
    let underRoot = try tool.run([
      "verify", "-x509_strict", "-attime", "\(two.now)", "-CAfile", "root.pem", "-untrusted", "between.pem",
      "leaf.pem",
    ])
    #expect(underRoot.succeeded)
    #expect(throws: ChainError.unknownIssuer) {
      try verifyClientChain(leaf: leaf, anchor: two.root, at: two.now)
    }
  }

  @Test func profilesAreNotSwapped() throws {
    let tenant = two.authorities[0]
    let key = two.keys[0].verificationKey
    #expect(throws: Never.self) {
      try CertificateProfile.tenantAuthority(host: two.hosts[0]).lint(tenant, key: key, issuer: two.root)
    }
    let wrong: [(CertificateProfile, VerificationKey, Certificate)] = [
      (.tenantAuthority(host: two.hosts[1]), key, two.root),
      (.tenantAuthority(host: two.hosts[0]), two.rootKey.verificationKey, two.root),
      (.tenantAuthority(host: two.hosts[0]), key, two.authorities[1]),
      (.serverAuthority, key, two.root), (.client(uri: two.uri(0)), key, two.root),
    ]
    for (profile, key, issuer) in wrong {
      #expect(throws: CryptographyError.self) { try profile.lint(tenant, key: key, issuer: issuer) }
    }
  }

  @Test func aLeafEndsADayBeforeItsAuthority() throws {
    let late = two.authorities[0].notAfter - 3 * 86_400
    let leaf = try Certificate.makeClient(
      uri: two.uri(0), key: SigningKey().verificationKey, authority: two.authorities[0],
      authorityKey: two.keys[0], now: late, lifetime: 7 * 86_400)
    #expect(leaf.notAfter == two.authorities[0].notAfter - 86_400)
    #expect(throws: CryptographyError.self) {
      try Certificate.makeClient(
        uri: two.uri(0), key: SigningKey().verificationKey, authority: two.authorities[0],
        authorityKey: two.keys[0], now: late + 2 * 86_400 + 1, lifetime: 7 * 86_400)
    }
  }

  @Test(
    "names that mean something in a configuration are refused", arguments: ["a,DNS:b", "a;b", "A", "", "a b"])
  func configurationIsNotInjected(name: String) {
    #expect(throws: CryptographyError.self) {
      try two.leaf(0, uri: "spiffe://" + two.hosts[0] + "/user/" + name + ",")
    }
    #expect(throws: CryptographyError.self) {
      try Certificate.makeTenantAuthority(
        name: "tenant", host: name, key: two.keys[0].verificationKey, root: two.root, rootKey: two.rootKey,
        now: two.now)
    }
  }

  @Test func timesOutsideValidityAreRefused() throws {
    let leaf = try two.leaf(0)
    for (time, error) in [
      (leaf.notBefore - 1, ChainError.notYetValid), (leaf.notAfter, .expired), (leaf.notAfter + 1, .expired),
    ] {
      #expect(throws: error) { try verifyClientChain(leaf: leaf, anchor: two.authorities[0], at: time) }
    }
    #expect(throws: Never.self) {
      try verifyClientChain(leaf: leaf, anchor: two.authorities[0], at: leaf.notAfter - 1)
    }
  }
}

/// What another program signs with a tenant's key. It dates by the clock of the machine, so these tests do.
@Suite struct ForgedCertificatesTests {
  private let two: TwoTenants
  private let tool: OpenSSLTool
  private let soon: Int64

  init() throws {
    two = try TwoTenants(now: Int64(time(nil)))
    tool = try OpenSSLTool()
    soon = two.now + 60
  }

  @Test func aTenantsAuthorityCannotNameAnotherTenant() throws {
    let forged = try two.forged(0, names: "URI:\(two.uri(1))", tool: tool)
    #expect(try verify(forged, anchor: two.authorities[0], at: soon, tool: tool).contains("error 47"))
    #expect(throws: ChainError.nameNotPermitted) {
      try verifyClientChain(leaf: forged, anchor: two.authorities[0], at: soon)
    }
    let below = try two.forged(0, names: "URI:spiffe://x.\(two.hosts[0])/user/u-1", tool: tool)
    #expect(throws: ChainError.nameNotPermitted) {
      try verifyClientChain(leaf: below, anchor: two.authorities[0], at: soon)
    }
    #expect(throws: CryptographyError.profile(.client, ChainError.nameNotPermitted.description)) {
      try two.leaf(0, uri: two.uri(1))
    }
  }

  @Test(
    "a leaf with more than its one name breaks the profile",
    arguments: [
      "URI:spiffe://t-a.demo.equipoise.test/site/north/agent/n-1,DNS:evil.test",
      "URI:spiffe://t-a.demo.equipoise.test/site/north/agent/n-1,URI:spiffe://t-a.demo.equipoise.test/user/u-1",
      "URI:spiffe://t-a.demo.equipoise.test/site/south/agent/n-1",
    ])
  func moreThanOneName(names: String) throws {
    let forged = try two.forged(0, names: names, tool: tool)
    #expect(throws: CryptographyError.profile(.client, "it does not have exactly its one URI")) {
      try CertificateProfile.client(uri: two.uri(0)).lint(
        forged, key: forged.publicKey, issuer: two.authorities[0])
    }
  }

  @Test func aLeafForServersTooBreaksTheProfile() throws {
    let forged = try two.forged(0, names: "URI:\(two.uri(0))", usage: "clientAuth,serverAuth", tool: tool)
    #expect(throws: CryptographyError.profile(.client, "its extended key usage is another")) {
      try CertificateProfile.client(uri: two.uri(0)).lint(
        forged, key: forged.publicKey, issuer: two.authorities[0])
    }
  }
}
