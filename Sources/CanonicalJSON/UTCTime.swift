/// Why a text or a number is not a point in time.
package enum TimeError: Error, Equatable {
  /// Not `YYYY-MM-DDTHH:MM:SSZ`, or with an offset where one is allowed.
  case malformed
  /// The right shape, but no such day, hour, minute or second.
  case noSuchTime
  /// Outside the years 1900 to 9999.
  case outOfRange
}

extension TimeError: CustomStringConvertible {
  /// The rule that was broken, without the text.
  package var description: String {
    switch self {
    case .malformed: "not a time with seconds and a zone"
    case .noSuchTime: "a day or time of day that does not exist"
    case .outOfRange: "outside the years 1900 to 9999"
    }
  }

  /// What to write instead.
  package var remedy: String {
    switch self {
    case .malformed: "write times as 2026-01-31T23:59:59Z"
    case .noSuchTime: "check the calendar; leap seconds are not used"
    case .outOfRange: "check the year"
    }
  }
}

/// A point in time to the second, in UTC.
///
/// Shape: whole seconds since 1970-01-01T00:00:00Z without leap seconds, proleptic Gregorian calendar,
/// years 1900 to 9999.
///
/// - Source: RFC 3339, narrowed to `YYYY-MM-DDTHH:MM:SSZ`; calendar arithmetic as in Hinnant,
///   "chrono-compatible low-level date algorithms".
package struct UTCTime: Sendable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  package let secondsSinceEpoch: Int64

  private static let earliest: Int64 = -2_208_988_800  // 1900-01-01T00:00:00Z
  private static let latest: Int64 = 253_402_300_799  // 9999-12-31T23:59:59Z

  /// A time from a clock.
  ///
  /// - Throws: `TimeError.outOfRange` outside the years 1900 to 9999.
  package init(secondsSinceEpoch: Int64) throws(TimeError) {
    guard (Self.earliest...Self.latest).contains(secondsSinceEpoch) else { throw .outOfRange }
    self.secondsSinceEpoch = secondsSinceEpoch
  }

  /// Reads the one form of our own documents, `YYYY-MM-DDTHH:MM:SSZ`.
  ///
  /// - Throws: `TimeError`.
  package init(parsing text: String) throws(TimeError) {
    let bytes = Array(text.utf8.prefix(26))
    guard bytes.count == 20, bytes[19] == 0x5A else { throw .malformed }
    try self.init(secondsSinceEpoch: try Self.localSeconds(bytes))
  }

  /// Reads a time of a data file: the same form, or with an offset `±hh:mm` that is then converted.
  ///
  /// A date without a time, a time without a zone, a fraction of a second and the offset `-00:00` (RFC 3339:
  /// "the offset to local time is unknown") are refused.
  ///
  /// - Throws: `TimeError`.
  package init(parsingWithOffset text: String) throws(TimeError) {
    let bytes = Array(text.utf8.prefix(26))
    guard bytes.count == 25 else {
      try self.init(parsing: text)
      return
    }
    let isWest = bytes[19] == 0x2D
    guard isWest || bytes[19] == 0x2B, bytes[22] == 0x3A else { throw .malformed }
    let hours = try Self.number(bytes, 20..<22)
    let minutes = try Self.number(bytes, 23..<25)
    guard hours <= 23, minutes <= 59 else { throw .noSuchTime }
    let offset = hours * 3600 + minutes * 60
    guard !(isWest && offset == 0) else { throw .malformed }
    let local = try Self.localSeconds(bytes)
    try self.init(secondsSinceEpoch: isWest ? local + offset : local - offset)
  }

  /// The one form, `YYYY-MM-DDTHH:MM:SSZ`.
  package var text: String {
    // Days and seconds of the day, rounded towards the past.
    let days = (secondsSinceEpoch - (secondsSinceEpoch < 0 ? 86_399 : 0)) / 86_400
    let second = secondsSinceEpoch - days * 86_400
    let (year, month, day) = Self.calendarDate(days)
    return String(unsafeUninitializedCapacity: 20) { text in
      _ = text.initialize(from: "YYYY-MM-DDTHH:MM:SSZ".utf8)
      func write(_ number: Int64, before end: Int, digits: Int) {
        var rest = number
        for place in 1...digits {
          text[end - place] = 0x30 + UInt8(rest % 10)
          rest /= 10
        }
      }
      write(year, before: 4, digits: 4)
      write(month, before: 7, digits: 2)
      write(day, before: 10, digits: 2)
      write(second / 3600, before: 13, digits: 2)
      write(second / 60 % 60, before: 16, digits: 2)
      write(second % 60, before: 19, digits: 2)
      return 20
    }
  }

  /// Seconds of `YYYY-MM-DDTHH:MM:SS` as if it were UTC. The years are bounded, so nothing overflows.
  private static func localSeconds(_ bytes: [UInt8]) throws(TimeError) -> Int64 {
    for (index, separator) in [(4, 0x2D), (7, 0x2D), (10, 0x54), (13, 0x3A), (16, 0x3A)] as [(Int, UInt8)] {
      guard bytes[index] == separator else { throw .malformed }
    }
    let year = try number(bytes, 0..<4)
    let month = try number(bytes, 5..<7)
    let day = try number(bytes, 8..<10)
    let hour = try number(bytes, 11..<13)
    let minute = try number(bytes, 14..<16)
    let second = try number(bytes, 17..<19)
    guard year >= 1900 else { throw .outOfRange }
    guard (1...12).contains(month), day >= 1, day <= daysInMonth(month, of: year) else { throw .noSuchTime }
    guard hour <= 23, minute <= 59, second <= 59 else { throw .noSuchTime }
    return daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static func number(_ bytes: [UInt8], _ range: Range<Int>) throws(TimeError) -> Int64 {
    var number: Int64 = 0
    for byte in bytes[range] {
      guard (0x30...0x39).contains(byte) else { throw .malformed }
      number = number * 10 + Int64(byte - 0x30)
    }
    return number
  }

  private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Years start in March here, so that the leap day is the last day of a year.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func calendarDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension UTCTime: Comparable {
  /// Earlier before later.
  package static func < (left: UTCTime, right: UTCTime) -> Bool {
    left.secondsSinceEpoch < right.secondsSinceEpoch
  }
}

extension UTCTime: CustomStringConvertible {
  /// The one form, `YYYY-MM-DDTHH:MM:SSZ`.
  package var description: String { text }
}
