import Cryptography
import Testing

@Suite struct KeyTests {
  private let message = Array("what was signed".utf8)

  @Test func signatureVerifiesAndNothingElseDoes() throws {
    let key = try SigningKey()
    let signature = try key.sign(message)
    #expect(throws: Never.self) { try key.verificationKey.verify(signature, of: message) }
    #expect(throws: CryptographyError.signatureInvalid) {
      try key.verificationKey.verify(signature, of: message + [0])
    }
    #expect(throws: CryptographyError.signatureInvalid) {
      try SigningKey().verificationKey.verify(signature, of: message)
    }
  }

  @Test func everySignatureHasALowS() throws {
    let key = try SigningKey()
    for index in 0..<64 {
      let signature = try key.sign(message + [UInt8(index)])
      try key.verificationKey.verify(signature, of: message + [UInt8(index)])
      #expect(throws: CryptographyError.signatureMalformed(.highS)) {
        try key.verificationKey.verify(Signature(signature).withOtherS, of: message + [UInt8(index)])
      }
    }
  }

  @Test func pemReadsBackAsTheSameKey() throws {
    let key = try SigningKey()
    let copy = try SigningKey(pem: key.pem())
    #expect(copy.verificationKey == key.verificationKey)
    try key.verificationKey.verify(copy.sign(message), of: message)
  }

  @Test func opensslVerifiesOurSignatureAndWeVerifyItsOwn() throws {
    let tool = try OpenSSLTool()
    let key = try SigningKey()
    try tool.write(message, to: "message")
    try tool.write(key.sign(message), to: "signature")
    try tool.write(key.verificationKey.der, to: "public.der")
    let answer = try tool.require(
      "dgst", "-sha256", "-verify", "public.der", "-keyform", "DER", "-signature", "signature", "message")
    #expect(answer.contains("Verified OK"))

    try tool.require(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "theirs.pem")
    try tool.require("pkey", "-in", "theirs.pem", "-pubout", "-outform", "DER", "-out", "theirs.der")
    try tool.require("dgst", "-sha256", "-sign", "theirs.pem", "-out", "theirs.sig", "message")
    let theirs = try SigningKey(pem: tool.read("theirs.pem"))
    #expect(theirs.verificationKey.der == (try tool.read("theirs.der")))
    // openssl leaves s as it falls; we accept the low one of the two.
    let signature = Signature(try tool.read("theirs.sig"))
    let verifies = [signature.der, signature.withOtherS].filter {
      (try? theirs.verificationKey.verify($0, of: message)) != nil
    }
    #expect(verifies.count == 1)
  }

  @Test(
    "keys of other kinds are refused",
    arguments: [
      ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem"],
      ["genpkey", "-algorithm", "ED25519", "-out", "key.pem"],
      ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "key.pem"],
      ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-out", "key.pem"],
      [
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt",
        "ec_param_enc:explicit", "-out", "key.pem",
      ],
    ])
  func otherKindsAreRefused(arguments: [String]) throws {
    let tool = try OpenSSLTool()
    try #require(try tool.run(arguments).succeeded)
    try tool.require("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "public.der")
    let pem = try tool.read("key.pem")
    let der = try tool.read("public.der")
    #expect(throws: CryptographyError.keyUnsupported) { try SigningKey(pem: pem) }
    #expect(throws: CryptographyError.keyUnsupported) { try VerificationKey(der: der) }
  }

  @Test func damagedPublicKeysAreRefused() throws {
    let der = try SigningKey().verificationKey.der
    // A changed coordinate is off the curve: of the 2^256 values of y only two fit.
    for index in der.indices {
      var changed = der
      changed[index] ^= 1
      #expect(throws: CryptographyError.keyUnsupported) { try VerificationKey(der: changed) }
    }
    #expect(throws: CryptographyError.keyUnsupported) { try VerificationKey(der: der + [0]) }
    #expect(throws: CryptographyError.keyUnsupported) { try VerificationKey(der: der.dropLast()) }
    #expect(throws: CryptographyError.keyUnsupported) { try VerificationKey(der: []) }
    let zero = der.prefix(27) + [UInt8](repeating: 0, count: 64)
    #expect(throws: CryptographyError.keyUnsupported) { try VerificationKey(der: Array(zero)) }
  }

  @Test func otherPrivateKeyFilesAreRefused() throws {
    let tool = try OpenSSLTool()
    let pem = try SigningKey().pem()
    try tool.write(pem, to: "key.pem")
    try tool.require("ec", "-in", "key.pem", "-out", "traditional.pem")
    try tool.require(
      "pkcs8", "-topk8", "-in", "key.pem", "-out", "encrypted.pem", "-passout", "pass:x", "-v2", "aes-256-cbc"
    )
    let others = [
      try tool.read("traditional.pem"), try tool.read("encrypted.pem"), [0x0A] + pem, pem + pem, pem + [0x0A],
      pem.dropLast(), [],
      Array(String(decoding: pem, as: UTF8.self).split(separator: "\n").joined(separator: "\r\n").utf8),
    ]
    for other in others {
      #expect(throws: CryptographyError.pemMalformed(label: "PRIVATE KEY")) { try SigningKey(pem: other) }
    }
  }

  @Test func privateKeyWithAnotherPublicHalfIsRefused() throws {
    // The key's own encoding ends with the public point; give it another key's.
    let lines = String(decoding: try SigningKey().pem(), as: UTF8.self).split(separator: "\n")
    var der = try Base64.decode(lines.dropFirst().dropLast().joined())
    der.replaceSubrange((der.count - 64)..., with: try SigningKey().verificationKey.der.suffix(64))
    let body = Base64.encode(der)
    let parts = stride(from: 0, to: body.count, by: 64).map { body.dropFirst($0).prefix(64) }
    let text = "-----BEGIN PRIVATE KEY-----\n\(parts.joined(separator: "\n"))\n-----END PRIVATE KEY-----\n"
    #expect(throws: CryptographyError.privateKeyMalformed) { try SigningKey(pem: Array(text.utf8)) }
  }
}
