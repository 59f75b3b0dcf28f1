/// The longest number text that the foreign reader keeps; the longest exact binary64 in shortest form has 25.
private let longestNumber = 64

extension JSONLexer {
  /// An integer of the profile.
  mutating func integer() throws(JSONError) -> Int64 {
    let start = position
    let negative = bytes[position] == 0x2D
    if negative { position += 1 }
    var magnitude: Int64 = 0
    let firstDigit = position
    while position < bytes.count, case let digit = bytes[position], isDigit(digit) {
      // Sixteen digits hold 2^53−1 and cannot overflow.
      guard position - firstDigit < 16 else { throw error(.integerOutOfRange, at: start) }
      magnitude = magnitude * 10 + Int64(digit - 0x30)
      position += 1
    }
    guard position > firstDigit else {
      throw position < bytes.count ? error(.malformedNumber, at: start) : error(.unexpectedEnd)
    }
    if position < bytes.count, [0x2E, 0x65, 0x45].contains(bytes[position]) {
      throw error(.notAnInteger, at: start)
    }
    if bytes[firstDigit] == 0x30 {
      guard position == firstDigit + 1 else { throw error(.malformedNumber, at: start) }
      guard !negative else { throw error(.negativeZero, at: start) }
    }
    guard magnitude <= JSONValue.maximumInteger else { throw error(.integerOutOfRange, at: start) }
    return negative ? -magnitude : magnitude
  }

  /// The text of a number of the JSON grammar, not interpreted.
  mutating func numberText() throws(JSONError) -> String {
    let start = position
    if bytes[position] == 0x2D { position += 1 }
    let firstDigit = position
    try digits(from: start)
    guard bytes[firstDigit] != 0x30 || position == firstDigit + 1 else {
      throw error(.malformedNumber, at: start)
    }
    if position < bytes.count, bytes[position] == 0x2E {
      position += 1
      try digits(from: start)
    }
    if position < bytes.count, bytes[position] == 0x65 || bytes[position] == 0x45 {
      position += 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
      try digits(from: start)
    }
    guard position - start <= longestNumber else {
      throw error(.numberTooLong(limit: longestNumber), at: start)
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits(from start: Int) throws(JSONError) {
    let first = position
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    guard position > first else {
      throw position < bytes.count ? error(.malformedNumber, at: start) : error(.unexpectedEnd)
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
