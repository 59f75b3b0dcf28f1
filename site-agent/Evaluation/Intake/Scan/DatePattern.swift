/// How finely a date says when something happened.
package enum DatePrecision: String, CaseIterable, Sendable, Comparable {
  case year, month, day, time

  private var rank: Int {
    switch self {
    case .year: 0
    case .month: 1
    case .day: 2
    case .time: 3
    }
  }

  package static func < (left: DatePrecision, right: DatePrecision) -> Bool { left.rank < right.rank }
}

/// A cell read as a date: `2026-01-31`, `2026/01/31`, `31.01.2026`, `1/31/2026`, `2026-01`, each day with a time
/// of day behind it where there is one. A year alone is a number.
struct DatePattern: Equatable {
  let precision: DatePrecision
  /// Whether it is `YYYY-MM-DDTHH:MM:SS` with `Z` or an offset, as windows need it.
  let isZonedTime: Bool

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard (6...35).contains(bytes.count) else { return nil }
    var reader = DigitReader(bytes: bytes)
    guard let first = reader.number(), let separator = reader.separator(), let second = reader.number() else {
      return nil
    }
    if first.digits == 4 {
      guard (1800...2200).contains(first.value), (1...12).contains(second.value), second.digits <= 2 else {
        return nil
      }
      if reader.isAtEnd {
        // 2026.01 is a number, and 2026/01 a fraction as likely as a month.
        guard separator == 0x2D, second.digits == 2 else { return nil }
        (precision, isZonedTime) = (.month, false)
        return
      }
      guard reader.take(separator), let third = reader.number(), (1...31).contains(third.value),
        third.digits <= 2
      else { return nil }
    } else {
      guard first.digits <= 2, second.digits <= 2, reader.take(separator), let third = reader.number(),
        third.digits == 4, (1800...2200).contains(third.value)
      else { return nil }
      let (low, high) = (min(first.value, second.value), max(first.value, second.value))
      guard (1...12).contains(low), (1...31).contains(high) else { return nil }
    }
    if reader.isAtEnd {
      (precision, isZonedTime) = (.day, false)
      return
    }
    guard reader.take(0x54) || reader.take(0x20), let hour = reader.number(), hour.value < 25,
      hour.digits <= 2,
      reader.take(0x3A), let minute = reader.number(), minute.digits == 2, minute.value < 60
    else { return nil }
    precision = .time
    isZonedTime = Self.isStrict(bytes)
  }

  private static func isStrict(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count == 20 || bytes.count == 25, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54,
      bytes[13] == 0x3A, bytes[16] == 0x3A
    else { return false }
    for index in [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18] where !isDigit(bytes[index]) {
      return false
    }
    if bytes.count == 20 { return bytes[19] == 0x5A }
    return (bytes[19] == 0x2B || bytes[19] == 0x2D) && bytes[22] == 0x3A
      && [20, 21, 23, 24].allSatisfy { isDigit(bytes[$0]) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// Numbers and the bytes between them.
private struct DigitReader {
  let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number() -> (value: Int, digits: Int)? {
    var value = 0
    var digits = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]), digits < 5 {
      value = value * 10 + Int(bytes[position] - 0x30)
      digits += 1
      position += 1
    }
    return digits == 0 ? nil : (value, digits)
  }

  mutating func separator() -> UInt8? {
    guard position < bytes.count, [0x2D, 0x2E, 0x2F].contains(bytes[position]) else { return nil }
    position += 1
    return bytes[position - 1]
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }
}
