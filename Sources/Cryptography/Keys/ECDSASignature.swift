/// A P-256 signature taken apart: two integers of 32 bytes, both in range and s in the lower half.
///
/// A reader that takes s as well as n−s, or several encodings of one number, has several byte strings for one
/// signature. Only one is accepted here, so no second file can say the same with other bytes.
///
/// - Source: SEC 1, section 4.1; X.690, sections 8.3.2 and 10.1, for minimal integers and lengths; low s as in
///   BIP 62.
struct ECDSASignature {
  private let r: [UInt8]
  private let s: [UInt8]

  /// The order n of the group (SEC 2, section 2.4.2), big-endian.
  private static let order: [UInt8] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
  ]

  /// Reads a DER signature; `isHighS` is left for the caller to refuse or to mend.
  init(der: [UInt8]) throws(CryptographyError) {
    guard !der.isEmpty else { throw .signatureMalformed(.empty) }
    // The sequence's length fits one byte: two integers of at most 35 bytes with their headers.
    guard der.count >= 8, der[0] == 0x30, der[1] < 0x80, Int(der[1]) == der.count - 2 else {
      throw .signatureMalformed(der.count == 64 ? .raw : .notMinimalDER)
    }
    var rest = der.dropFirst(2)
    r = try Self.integer(&rest)
    s = try Self.integer(&rest)
    guard rest.isEmpty else { throw .signatureMalformed(.notMinimalDER) }
  }

  /// Whether n−s is the smaller of the two valid values.
  var isHighS: Bool { Self.isLess(Self.negated(s), s) }

  /// The same signature with the smaller s.
  var lowS: [UInt8] { Self.der(r, isHighS ? Self.negated(s) : s) }

  private static func integer(_ rest: inout ArraySlice<UInt8>) throws(CryptographyError) -> [UInt8] {
    guard rest.popFirst() == 0x02, let length = rest.popFirst(), length > 0, length < 0x80,
      rest.count >= Int(length)
    else { throw .signatureMalformed(.notMinimalDER) }
    let content = Array(rest.prefix(Int(length)))
    rest = rest.dropFirst(Int(length))
    if content.count > 1, content[0] == 0, content[1] < 0x80 { throw .signatureMalformed(.notMinimalDER) }
    guard content[0] < 0x80 else { throw .signatureMalformed(.outOfRange) }
    let magnitude = content.drop { $0 == 0 }
    guard !magnitude.isEmpty, magnitude.count <= order.count else { throw .signatureMalformed(.outOfRange) }
    let padded = [UInt8](repeating: 0, count: order.count - magnitude.count) + magnitude
    guard isLess(padded, order) else { throw .signatureMalformed(.outOfRange) }
    return padded
  }

  private static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }

  /// n − s. Signatures are public, so time may depend on the value.
  private static func negated(_ number: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: order.count)
    var borrow = 0
    for index in order.indices.reversed() {
      let difference = Int(order[index]) - Int(number[index]) - borrow
      borrow = difference < 0 ? 1 : 0
      result[index] = UInt8(truncatingIfNeeded: difference)
    }
    return result
  }

  private static func der(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
    let body = [r, s].flatMap { number in
      let magnitude = number.drop { $0 == 0 }
      let content = (magnitude.first ?? 0x80) >= 0x80 ? [0] + magnitude : Array(magnitude)
      return [0x02, UInt8(content.count)] + content
    }
    return [0x30, UInt8(body.count)] + body
  }
}
