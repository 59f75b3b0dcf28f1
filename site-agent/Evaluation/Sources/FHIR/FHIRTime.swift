import CanonicalJSON

/// A day, to the precision with which it was written: year, month or day.
struct FHIRDate: Equatable {
  let year: Int
  let month: Int?
  let day: Int?

  /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, also before a time of day.
  init?(_ text: String) {
    let bytes = Array(text.utf8.prefix(while: { $0 != 0x54 }))
    guard [4, 7, 10].contains(bytes.count), let year = Self.number(bytes, 0..<4) else { return nil }
    self.year = year
    guard bytes.count > 4 else {
      (month, day) = (nil, nil)
      return
    }
    guard bytes[4] == 0x2D, let month = Self.number(bytes, 5..<7), (1...12).contains(month) else {
      return nil
    }
    self.month = month
    guard bytes.count > 7 else {
      day = nil
      return
    }
    guard bytes[7] == 0x2D, let day = Self.number(bytes, 8..<10), (1...31).contains(day) else { return nil }
    self.day = day
  }

  /// Whole years from this date to another, to the precision that both have.
  func years(to other: FHIRDate) -> Int {
    let whole = other.year - year
    guard let month, let otherMonth = other.month else { return whole }
    if otherMonth != month { return otherMonth < month ? whole - 1 : whole }
    guard let day, let otherDay = other.day else { return whole }
    return otherDay < day ? whole - 1 : whole
  }

  /// The first second of the day, month or year, in UTC; nil where the calendar has no such day.
  var begin: Int64? {
    Self.time("\(Self.text(year, 4))-\(Self.text(month ?? 1, 2))-\(Self.text(day ?? 1, 2))T00:00:00Z")
  }

  /// The last second of the day, month or year, in UTC; nil where the calendar has no such day.
  var end: Int64? {
    let nextMonth: (year: Int, month: Int)
    switch (month, day) {
    case (nil, _): nextMonth = (year + 1, 1)
    case (let month?, nil): nextMonth = month == 12 ? (year + 1, 1) : (year, month + 1)
    case (let month?, let day?):
      return Self.time("\(Self.text(year, 4))-\(Self.text(month, 2))-\(Self.text(day, 2))T23:59:59Z")
    }
    return Self.time("\(Self.text(nextMonth.year, 4))-\(Self.text(nextMonth.month, 2))-01T00:00:00Z")
      .map { $0 - 1 }
  }

  private static func time(_ text: String) -> Int64? {
    (try? UTCTime(parsing: text))?.secondsSinceEpoch
  }

  private static func text(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var number = 0
    for byte in bytes[range] {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }
}

/// A moment: a `dateTime` with a zone, or an `instant`; a fraction of the second is cut off.
func fhirTime(_ text: String) -> UTCTime? {
  guard let point = text.utf8.firstIndex(of: 0x2E) else { return try? UTCTime(parsingWithOffset: text) }
  let fraction = text.utf8[text.utf8.index(after: point)...]
  let zone = fraction.drop { (0x30...0x39).contains($0) }
  guard zone.startIndex != fraction.startIndex else { return nil }
  return try? UTCTime(parsingWithOffset: String(text[..<point]) + String(Substring(zone)))
}
