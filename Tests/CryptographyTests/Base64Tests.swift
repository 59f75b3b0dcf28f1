import Cryptography
import Testing

@Suite struct Base64Tests {
  @Test(
    "matches RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func matchesPublishedExamples(plain: String, text: String) throws {
    #expect(Base64.encode(Array(plain.utf8)) == text)
    #expect(try Base64.decode(text) == Array(plain.utf8))
  }

  @Test func everyByteSurvives() throws {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 251) }
      #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }

  @Test(arguments: [
    "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", "Zm9v Zm9v", "-_-_", "Zm9v====", "====", "=m9v", "Zm=v",
    "Z===", "Zm9vé===", "Zm9vZg==Zm9v",
  ])
  func otherSpellingsAreRefused(text: String) {
    #expect(throws: CryptographyError.base64Malformed) { try Base64.decode(text) }
  }
}
