import Cryptography
import Testing

@Suite struct ECDSASignatureTests {
  private let message = Array("what was signed".utf8)
  private let key: SigningKey
  private let good: Signature

  init() throws {
    key = try SigningKey()
    good = Signature(try key.sign(message))
  }

  private func expectRefusal(_ defect: SignatureDefect, _ signature: [UInt8], _ name: String) {
    #expect(throws: CryptographyError.signatureMalformed(defect), "\(name)") {
      try key.verificationKey.verify(signature, of: message)
    }
  }

  @Test func emptyAndRawAreRefused() {
    expectRefusal(.empty, [], "empty")
    expectRefusal(.raw, good.raw, "raw r||s")
  }

  @Test func nonMinimalEncodingsAreRefused() {
    let r = Signature.integer(Signature.shortest(good.r))
    let s = Signature.integer(Signature.shortest(good.s))
    let body = r + s
    let paddedS = Signature.integer([0] + Signature.shortest(good.s))
    let encodings: [(String, [UInt8])] = [
      ("long length", [0x30, 0x81, UInt8(body.count)] + body),
      ("indefinite length", [0x30, 0x80] + body + [0, 0]),
      ("trailing byte", good.der + [0]),
      ("trailing byte inside", [0x30, UInt8(body.count + 1)] + body + [0]),
      ("third integer", [0x30, UInt8(body.count + 3)] + body + [2, 1, 1]),
      ("cut", good.der.dropLast()),
      ("set instead of sequence", [0x31] + good.der.dropFirst()),
      ("padded s", [0x30, UInt8((r + paddedS).count)] + r + paddedS),
      ("long integer length", [0x30, UInt8(body.count + 1)] + [0x02, 0x81] + r.dropFirst() + s),
      ("empty integer", [0x30, UInt8(r.count + 2)] + r + [2, 0]),
      ("one integer", [0x30, UInt8(r.count)] + r),
      ("bit string", [0x30, UInt8(body.count), 0x03] + body.dropFirst()),
    ]
    for (name, encoding) in encodings { expectRefusal(.notMinimalDER, encoding, name) }
  }

  @Test func integersOutOfRangeAreRefused() {
    let zero = [UInt8](repeating: 0, count: 32)
    let largest = [UInt8](repeating: 0xFF, count: 32)
    for other in [zero, Signature.order, largest] {
      expectRefusal(.outOfRange, Signature.der(other, good.s), "r")
      expectRefusal(.outOfRange, Signature.der(good.r, other), "s")
    }
    let negative: [UInt8] = [0x30, 0x06, 0x02, 0x01, 0xFF, 0x02, 0x01, 0x01]
    expectRefusal(.outOfRange, negative, "negative")
    let wide = Signature.integer([1] + zero) + Signature.integer([1])
    expectRefusal(.outOfRange, [0x30, UInt8(wide.count)] + wide, "33 bytes")
  }

  @Test func smallestIntegersAreWellFormed() {
    let one: [UInt8] = [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]
    #expect(throws: CryptographyError.signatureInvalid) { try key.verificationKey.verify(one, of: message) }
  }

  @Test func everyChangedByteIsRefused() {
    for index in good.der.indices {
      for bit in 0..<8 {
        var changed = good.der
        changed[index] ^= 1 << bit
        #expect(throws: CryptographyError.self) { try key.verificationKey.verify(changed, of: message) }
      }
    }
  }
}
