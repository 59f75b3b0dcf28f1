import Cryptography
import Testing

@Suite struct DigestTests {
  @Test("matches the examples of FIPS 180-4 and RFC 6234")
  func matchesPublishedExamples() throws {
    let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    #expect(
      Digest(of: []).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Digest(of: Array("abc".utf8)).hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest(of: Array(long.utf8)).hex
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    var stream = DigestStream()
    for _ in 0..<1000 { stream.update([UInt8](repeating: 0x61, count: 1000)) }
    #expect(
      stream.finish().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func textReadsBack() throws {
    let digest = Digest(of: [1, 2, 3])
    #expect(try Digest(parsing: digest.text) == digest)
    #expect(try Digest(bytes: digest.bytes) == digest)
    #expect(digest.text.hasPrefix("sha256:") && digest.text.utf8.count == 71)
  }

  @Test func otherSpellingsAreRefused() {
    let hex = Digest(of: []).hex
    let texts = [
      "", "sha256:", hex, "sha256:" + hex.uppercased(), "SHA256:" + hex, "sha512:" + hex, "sha256:\(hex)0",
      "sha256:" + hex.dropLast(), " sha256:" + hex, "sha256:" + hex.dropLast() + "g", "sha256:" + hex + "\n",
    ]
    for text in texts {
      #expect(throws: CryptographyError.digestMalformed) { try Digest(parsing: text) }
    }
    #expect(throws: CryptographyError.digestMalformed) { try Digest(bytes: [1, 2]) }
  }

  @Test func orderIsThatOfTheText() {
    let digests = (0..<50).map { Digest(of: [$0]) }
    #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
  }

  @Test("matches RFC 4231, test cases 1, 2, 3 and 6")
  func keyedDigestMatchesPublishedExamples() throws {
    let cases: [([UInt8], [UInt8], String)] = [
      (
        [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131),
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ]
    for (key, message, expected) in cases {
      #expect(try keyedDigest(of: message, key: key).hex == expected)
      // In pieces it is the same.
      var stream = try KeyedDigestStream(key: key)
      for byte in message { stream.update([byte]) }
      #expect(stream.finish().hex == expected)
    }
  }

  @Test func anEmptyKeyIsAKey() throws {
    // The openssl command refuses an empty key; this is Python's hmac.new(b"", b"", hashlib.sha256).
    #expect(
      try keyedDigest(of: [], key: []).hex
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    #expect(try KeyedDigestStream(key: []).finish() == keyedDigest(of: [], key: []))
  }

  @Test func randomBytesDiffer() throws {
    #expect(try randomBytes(16) != randomBytes(16))
    #expect(try randomBytes(16).count == 16)
    #expect(try randomBytes(0).isEmpty)
  }
}
