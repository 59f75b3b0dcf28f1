import Cryptography
import Testing

@Suite struct CertificateRequestTests {
  @Test func opensslAcceptsARequestAndReadsNothingButTheKey() throws {
    let tool = try OpenSSLTool()
    let key = try SigningKey()
    let request = try CertificateRequest.make(by: key)
    #expect(request.publicKey == key.verificationKey)
    #expect(try CertificateRequest(der: request.der) == request)
    try tool.write(request.der, to: "request.der")
    let text = try tool.require("req", "-inform", "DER", "-in", "request.der", "-verify", "-noout", "-text")
    #expect(text.contains("verify OK") && text.contains("Subject: \n") && text.contains("NIST CURVE: P-256"))
  }

  @Test func onlyTheKeyOfAForeignRequestIsTaken() throws {
    let tool = try OpenSSLTool()
    try tool.require("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem")
    try tool.require(
      "req", "-new", "-key", "key.pem", "-subj", "/CN=operator", "-addext",
      "subjectAltName=URI:spiffe://t-b.demo/user/u-1", "-outform", "DER", "-out", "request.der")
    let request = try CertificateRequest(der: tool.read("request.der"))
    let root = try SigningKey()
    let now: Int64 = 1_795_392_000
    let rootCertificate = try Certificate.makeDeploymentRoot(name: "root", key: root, now: now)
    let authorityKey = try SigningKey()
    let authority = try Certificate.makeTenantAuthority(
      name: "tenant", host: "t-a.demo", key: authorityKey.verificationKey, root: rootCertificate,
      rootKey: root, now: now)
    let leaf = try Certificate.makeClient(
      uri: "spiffe://t-a.demo/user/u-9", key: request.publicKey, authority: authority,
      authorityKey: authorityKey, now: now, lifetime: 3600)
    #expect(leaf.uriNames == ["spiffe://t-a.demo/user/u-9"] && leaf.publicKey == request.publicKey)
  }

  @Test func aRequestWithoutProofOfItsKeyIsRefused() throws {
    var other = try CertificateRequest.make(by: SigningKey()).der
    let mine = try CertificateRequest.make(by: SigningKey())
    // The key of one request between the head and the signature of another.
    let start = try #require(other.firstRange(of: mine.publicKey.der.prefix(27))?.lowerBound)
    other.replaceSubrange(start..<(start + 91), with: mine.publicKey.der)
    #expect(throws: CryptographyError.requestMalformed("its signature is not by its own key")) {
      try CertificateRequest(der: other)
    }
  }

  @Test func everyChangedByteIsRefused() throws {
    let der = try CertificateRequest.make(by: SigningKey()).der
    for index in der.indices {
      var changed = der
      changed[index] ^= 1
      #expect(throws: CryptographyError.self, "byte \(index)") { try CertificateRequest(der: changed) }
    }
    #expect(throws: CryptographyError.requestMalformed("bytes follow it")) {
      try CertificateRequest(der: der + [0])
    }
    #expect(throws: CryptographyError.self) { try CertificateRequest(der: der.dropLast()) }
    #expect(throws: CryptographyError.self) { try CertificateRequest(der: []) }
    #expect(throws: CryptographyError.requestMalformed("it is too large")) {
      try CertificateRequest(der: [UInt8](repeating: 0x30, count: 4097))
    }
  }

  @Test(
    "other kinds of keys are refused",
    arguments: [
      ["RSA", "rsa_keygen_bits:2048"], ["EC", "ec_paramgen_curve:P-384"], ["ED25519"],
    ])
  func otherKeys(kind: [String]) throws {
    let tool = try OpenSSLTool()
    let options = kind.dropFirst().flatMap { ["-pkeyopt", $0] }
    let made = try tool.run(["genpkey", "-algorithm", kind[0]] + options + ["-out", "key.pem"])
    try #require(made.succeeded)
    try tool.require(
      "req", "-new", "-sha256", "-key", "key.pem", "-subj", "/", "-outform", "DER", "-out", "request.der")
    #expect(throws: CryptographyError.self) { try CertificateRequest(der: tool.read("request.der")) }
  }
}
