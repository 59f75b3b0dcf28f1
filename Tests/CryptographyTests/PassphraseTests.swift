import Cryptography
import Testing

@Suite struct PassphraseTests {
  private let passphrase = Array("correct horse battery staple".utf8)

  @Test func anEncryptedKeyReadsBackWithItsPassphraseOnly() throws {
    let key = try SigningKey()
    let pem = try key.pem(passphrase: passphrase)
    #expect(try SigningKey(pem: pem, passphrase: passphrase).verificationKey == key.verificationKey)
    #expect(throws: CryptographyError.passphraseWrong) {
      try SigningKey(pem: pem, passphrase: Array("wrong".utf8))
    }
    #expect(throws: CryptographyError.pemMalformed(label: "PRIVATE KEY")) { try SigningKey(pem: pem) }
    #expect(throws: CryptographyError.pemMalformed(label: "ENCRYPTED PRIVATE KEY")) {
      try SigningKey(pem: key.pem(), passphrase: passphrase)
    }
  }

  @Test func opensslOpensOurFileAndSaysHowItIsEncrypted() throws {
    let tool = try OpenSSLTool()
    let key = try SigningKey()
    try tool.write(key.pem(passphrase: passphrase), to: "root.key")
    try tool.write(passphrase, to: "passphrase")
    try tool.require(
      "pkey", "-in", "root.key", "-passin", "file:passphrase", "-pubout", "-outform", "DER", "-out", "public")
    #expect(try tool.read("public") == key.verificationKey.der)
    let text = try tool.require("asn1parse", "-in", "root.key")
    for part in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0"] {  // 600 000
      #expect(text.contains(part), "\(part) in \(text)")
    }
  }

  @Test func weOpenTheFileOfOpenSSL() throws {
    let tool = try OpenSSLTool()
    try tool.write(passphrase, to: "passphrase")
    try tool.require(
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "plain.key")
    try tool.require(
      "pkcs8", "-topk8", "-in", "plain.key", "-v2", "aes-256-cbc", "-passout", "file:passphrase", "-out",
      "root.key")
    let plain = try SigningKey(pem: tool.read("plain.key"))
    #expect(
      try SigningKey(pem: tool.read("root.key"), passphrase: passphrase).verificationKey
        == plain.verificationKey)
  }
}
