/// A DER signature taken apart by other arithmetic than the module's, to make the variants that it refuses.
struct Signature {
  let r: [UInt8]
  let s: [UInt8]

  static let order: [UInt8] = {
    let text = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
    return stride(from: 0, to: 64, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
  }()

  init(_ der: [UInt8]) {
    let rLength = Int(der[3])
    r = Self.padded(Array(der[4..<(4 + rLength)]))
    s = Self.padded(Array(der[(6 + rLength)...]))
  }

  var der: [UInt8] { Self.der(r, s) }
  var raw: [UInt8] { r + s }

  var withOtherS: [UInt8] {
    var other = [UInt8](repeating: 0, count: 32)
    var borrow = 0
    for index in (0..<32).reversed() {
      let difference = 256 + Int(Self.order[index]) - Int(s[index]) - borrow
      other[index] = UInt8(difference % 256)
      borrow = difference < 256 ? 1 : 0
    }
    return Self.der(r, other)
  }

  static func der(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
    let body = integer(shortest(r)) + integer(shortest(s))
    return [0x30, UInt8(body.count)] + body
  }

  static func integer(_ content: [UInt8]) -> [UInt8] { [0x02, UInt8(content.count)] + content }

  static func shortest(_ number: [UInt8]) -> [UInt8] {
    let digits = Array(number.drop { $0 == 0 })
    guard let first = digits.first else { return [0] }
    return first >= 0x80 ? [0] + digits : digits
  }

  private static func padded(_ number: [UInt8]) -> [UInt8] {
    let digits = number.drop { $0 == 0 }
    return [UInt8](repeating: 0, count: 32 - digits.count) + digits
  }
}
