/// Decimal texts as binary floating point, correctly rounded.
enum DecimalText {
  /// The binary64 next to a decimal number in JSON's grammar; nothing for any other text.
  static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let parts = Parts(text) else { return nil }
    return parts.fastDouble ?? Double(String(decoding: text, as: UTF8.self))
  }

  /// The binary32 next to a decimal number in JSON's grammar; nothing for any other text.
  static func float(_ text: UnsafeBufferPointer<UInt8>) -> Float? {
    guard let parts = Parts(text) else { return nil }
    if let double = parts.fastDouble {
      // Rounding twice is rounding once, unless the first result lies in the middle between two binary32
      // numbers, or next to it; small numbers have fewer bits and are left to the library.
      let low = double.bitPattern & 0x1FFF_FFFF
      if !(0x0FFF_FFFF...0x1000_0001).contains(low), double == 0 || double.magnitude > 1e-37 {
        return Float(double)
      }
    }
    return Float(String(decoding: text, as: UTF8.self))
  }

  /// Sign, digits and power of ten.
  private struct Parts {
    var isNegative = false
    var digits: UInt64 = 0
    var power = 0
    /// Whether `digits` and `power` are all of the number.
    var isWhole = true

    init?(_ text: UnsafeBufferPointer<UInt8>) {
      var index = 0
      func next() -> UInt8 { index < text.count ? text[index] : 0 }
      func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
      if next() == UInt8(ascii: "-") {
        isNegative = true
        index += 1
      }
      guard isDigit(next()) else { return nil }
      var count = 0
      func take(_ byte: UInt8) {
        if count > 0 || byte != 0x30 { count += 1 }
        if count <= 19 { digits = digits * 10 + UInt64(byte - 0x30) } else { isWhole = false }
      }
      let startsWithZero = next() == 0x30
      while isDigit(next()) {
        take(next())
        index += 1
        if startsWithZero { break }
      }
      if startsWithZero, isDigit(next()) { return nil }
      if next() == UInt8(ascii: ".") {
        index += 1
        guard isDigit(next()) else { return nil }
        while isDigit(next()) {
          take(next())
          power -= 1
          index += 1
        }
      }
      if next() | 0x20 == UInt8(ascii: "e") {
        index += 1
        let sign = next()
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
        guard isDigit(next()) else { return nil }
        var exponent = 0
        while isDigit(next()) {
          if exponent < 100_000 { exponent = exponent * 10 + Int(next() - 0x30) }
          index += 1
        }
        power += sign == UInt8(ascii: "-") ? -exponent : exponent
      }
      guard index == text.count else { return nil }
    }

    /// The number, where one exact operation of binary64 gives it (Clinger 1990, "fast path").
    var fastDouble: Double? {
      guard isWhole, digits <= 1 << 53, (-22...22).contains(power) else { return nil }
      let magnitude =
        power < 0
        ? Double(digits) / DecimalText.powers[-power] : Double(digits) * DecimalText.powers[power]
      return isNegative ? -magnitude : magnitude
    }
  }

  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
}
