import Cryptography
import Testing

@Suite struct CertificateTests {
  // 2026-11-23T00:00:00Z
  private let now: Int64 = 1_795_392_000
  private let year: Int64 = 31_536_000
  private let uri = "urn:equipoise:role:site-submission:north"
  private let rootKey: SigningKey
  private let root: Certificate
  private let leafKey: SigningKey
  private let leaf: Certificate

  init() throws {
    rootKey = try SigningKey()
    root = try Certificate.makeSigningRoot(name: "north signing root", key: rootKey, now: now)
    leafKey = try SigningKey()
    leaf = try Certificate.makeSigningLeaf(
      name: "north", uri: uri, key: leafKey.verificationKey, root: root, rootKey: rootKey, now: now)
  }

  @Test func rootAndLeafSayWhatTheyAreFor() {
    #expect(root.isAuthority && !leaf.isAuthority && leaf.isOnlyForSignatures)
    #expect(leaf.uriNames == [uri] && !leaf.hasOtherNames && root.uriNames.isEmpty)
    #expect(leaf.extendedKeyUsages == ["1.3.6.1.5.5.7.3.3"])
    #expect(root.publicKey == rootKey.verificationKey && leaf.publicKey == leafKey.verificationKey)
    #expect(root.notAfter == now + 3650 * 86_400 && leaf.notAfter == now + 730 * 86_400)
    #expect(leaf.notBefore == now - 300)
  }

  @Test func derAndPEMReadBack() throws {
    #expect(try Certificate(der: leaf.der) == leaf)
    #expect(try Certificate(pem: leaf.pem) == leaf)
  }

  @Test func opensslAcceptsTheChainAndReadsTheSameFields() throws {
    let tool = try OpenSSLTool()
    try tool.write(root.pem, to: "root.pem")
    try tool.write(leaf.pem, to: "leaf.pem")
    try tool.require(
      "verify", "-x509_strict", "-check_ss_sig", "-attime", "\(now)", "-purpose", "any", "-CAfile",
      "root.pem",
      "leaf.pem")
    let text = try tool.require("x509", "-in", "leaf.pem", "-noout", "-text")
    for part in [
      "URI:\(uri)", "CA:FALSE", "Code Signing", "Digital Signature", "ecdsa-with-SHA256", "NIST CURVE: P-256",
      "Not Before: Nov 22 23:55:00 2026 GMT", "Not After : Nov 22 00:00:00 2028 GMT",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    let serial = try tool.require("x509", "-in", "leaf.pem", "-noout", "-serial")
    #expect(serial.split(separator: "=").last?.filter(\.isHexDigit).count == 32)
    let rootText = try tool.require("x509", "-in", "root.pem", "-noout", "-text")
    #expect(rootText.contains("CA:TRUE, pathlen:0") && rootText.contains("Certificate Sign"))
  }

  @Test func chainHoldsWhileBothAreValid() {
    for time in [leaf.notBefore, now, leaf.notAfter - 1] {
      #expect(throws: Never.self) { try verifyChain(leaf: leaf, root: root, at: time) }
    }
  }

  @Test func timesOutsideValidityAreRefused() {
    #expect(throws: ChainError.notYetValid) {
      try verifyChain(leaf: leaf, root: root, at: leaf.notBefore - 1)
    }
    #expect(throws: ChainError.expired) { try verifyChain(leaf: leaf, root: root, at: leaf.notAfter + 1) }
    #expect(throws: ChainError.expired) { try verifyChain(leaf: leaf, root: root, at: now + 20 * year) }
  }

  @Test func anotherRootIsRefusedEvenWithTheSameName() throws {
    let other = try Certificate.makeSigningRoot(name: "north signing root", key: SigningKey(), now: now)
    #expect(throws: ChainError.unknownIssuer) { try verifyChain(leaf: leaf, root: other, at: now) }
    let third = try Certificate.makeSigningRoot(name: "south signing root", key: SigningKey(), now: now)
    #expect(throws: ChainError.unknownIssuer) { try verifyChain(leaf: leaf, root: third, at: now) }
  }

  @Test func rolesOfRootAndLeafAreNotSwapped() {
    #expect(throws: ChainError.rootNotAuthority) { try verifyChain(leaf: leaf, root: leaf, at: now) }
    #expect(throws: ChainError.leafIsAuthority) { try verifyChain(leaf: root, root: root, at: now) }
  }

  /// A leaf made by openssl with these extension lines, under our root.
  private func foreignLeaf(_ extensions: [String], days: String = "30") throws -> Certificate {
    let tool = try OpenSSLTool()
    try tool.write(root.pem, to: "root.pem")
    try tool.write(rootKey.pem(), to: "root.key")
    try tool.write(leafKey.pem(), to: "leaf.key")
    try tool.write(
      Array(
        (extensions + ["subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"]).joined(separator: "\n")
          .utf8),
      to: "ext")
    try tool.require("req", "-new", "-key", "leaf.key", "-subj", "/CN=x", "-out", "leaf.csr")
    try tool.require(
      "x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days",
      days, "-extfile", "ext", "-out", "leaf.pem")
    try tool.require("x509", "-in", "leaf.pem", "-outform", "DER", "-out", "leaf.der")
    return try Certificate(der: tool.read("leaf.der"))
  }

  @Test func leafOfOpensslWithTheSameProfileIsAccepted() throws {
    let leaf = try foreignLeaf([
      "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
      "extendedKeyUsage=codeSigning", "subjectAltName=URI:\(uri)",
    ])
    #expect(leaf.uriNames == [uri])
    #expect(throws: Never.self) { try verifyChain(leaf: leaf, root: root, at: leaf.notBefore + 1) }
  }

  @Test(
    "leaves for other purposes are refused",
    arguments: [
      ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"],
      [
        "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
        "extendedKeyUsage=codeSigning,clientAuth",
      ],
      [
        "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
        "extendedKeyUsage=clientAuth",
      ],
      ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=codeSigning"],
      [
        "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature,keyAgreement",
        "extendedKeyUsage=codeSigning",
      ],
    ])
  func otherPurposesAreRefused(extensions: [String]) throws {
    let leaf = try foreignLeaf(extensions)
    #expect(throws: ChainError.leafUsage) { try verifyChain(leaf: leaf, root: root, at: leaf.notBefore + 1) }
  }

  @Test func otherNamesAreSeen() throws {
    let leaf = try foreignLeaf([
      "basicConstraints=critical,CA:FALSE", "subjectAltName=URI:\(uri),DNS:example.org",
    ])
    #expect(leaf.uriNames == [uri] && leaf.hasOtherNames)
  }

  @Test func certificatesOfOtherKeysAndSignaturesAreRefused() throws {
    let tool = try OpenSSLTool()
    for (name, algorithm) in [("rsa", "rsa:2048"), ("p384", "ec"), ("ed", "ed25519")] {
      var arguments = ["req", "-x509", "-newkey", algorithm, "-nodes", "-keyout", "k", "-subj", "/CN=x"]
      if name == "p384" { arguments += ["-pkeyopt", "ec_paramgen_curve:P-384"] }
      try #require(try tool.run(arguments + ["-outform", "DER", "-out", name]).succeeded)
      let der = try tool.read(name)
      #expect(throws: CryptographyError.self, "\(name)") { try Certificate(der: der) }
    }
    try tool.write(leafKey.pem(), to: "key")
    try tool.require(
      "req", "-x509", "-new", "-key", "key", "-sha384", "-subj", "/CN=x", "-outform", "DER", "-out", "sha384")
    let der = try tool.read("sha384")
    #expect(throws: CryptographyError.certificateMalformed("it is not signed with ECDSA and SHA-256")) {
      try Certificate(der: der)
    }
  }

  @Test func damagedCertificatesAreRefusedOrNoLongerVerify() throws {
    #expect(throws: CryptographyError.certificateMalformed("bytes follow it")) {
      try Certificate(der: leaf.der + [0])
    }
    for length in 0..<leaf.der.count {
      #expect(throws: CryptographyError.self) { try Certificate(der: Array(leaf.der.prefix(length))) }
    }
    for index in leaf.der.indices {
      var changed = leaf.der
      changed[index] ^= 1
      guard let other = try? Certificate(der: changed) else { continue }
      #expect(throws: ChainError.self, "byte \(index)") { try verifyChain(leaf: other, root: root, at: now) }
    }
  }

  @Test(arguments: ["", "urn:a,DNS:b", "urn:a b", "urn:a\n", "urn:ü", "urn:a@b"])
  func roleUrisWithOtherCharactersAreNotWritten(uri: String) {
    #expect(throws: CryptographyError.self) {
      try Certificate.makeSigningLeaf(
        name: "x", uri: uri, key: leafKey.verificationKey, root: root, rootKey: rootKey, now: now)
    }
  }
}
