import CanonicalJSON
import Testing

@Suite struct UTCTimeTests {
  @Test func textAndSecondsAgreeWithAnotherCalendar() throws {
    let rows = try Vectors.rows("json/times.txt")
    #expect(rows.count > 200)
    for row in rows {
      let seconds = try #require(Int64(row[0]))
      #expect(try UTCTime(parsing: row[1]).secondsSinceEpoch == seconds)
      #expect(try UTCTime(secondsSinceEpoch: seconds).text == row[1])
    }
  }

  @Test(arguments: [
    "2026-11-23", "2026-11-23T10:00:00", "2026-11-23 10:00:00Z", "2026-11-23T10:00:00z",
    "2026-11-23T10:00:00+00:00", "2026-11-23T10:00:00.5Z", "2026-11-23T10:00Z", "26-11-23T10:00:00Z",
    "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-00-10T00:00:00Z",
    "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2016-12-31T23:59:60Z",
    "1899-12-31T23:59:59Z", "2026-1-01T00:00:00Z ", "+026-01-01T00:00:00Z", "", "٢٠٢٦-11-23T10:00:00Z",
  ])
  func otherSpellingsAreRefused(text: String) {
    #expect(throws: TimeError.self) { try UTCTime(parsing: text) }
  }

  @Test(arguments: [
    ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
    ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00Z"),
    ("2026-12-31T22:30:00-05:30", "2027-01-01T04:00:00Z"),
    ("2026-03-01T00:00:00+14:00", "2026-02-28T10:00:00Z"),
    ("2026-11-23T10:00:00+00:00", "2026-11-23T10:00:00Z"),
  ])
  func offsetsOfDataAreConverted(text: String, utc: String) throws {
    #expect(try UTCTime(parsingWithOffset: text).text == utc)
  }

  @Test(arguments: [
    "2026-11-23", "2026-11-23T10:00:00", "2026-11-23T10:00:00+0100", "2026-11-23T10:00:00-00:00",
    "2026-11-23T10:00:00+24:00", "2026-11-23T10:00:00+01:60", "2026-11-23T10:00:00 01:00",
    "1900-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
  ])
  func dataTimesWithoutAClearOffsetAreRefused(text: String) {
    #expect(throws: TimeError.self) { try UTCTime(parsingWithOffset: text) }
  }

  @Test func secondsOutsideTheYearsAreRefused() {
    #expect(throws: TimeError.outOfRange) { try UTCTime(secondsSinceEpoch: .min) }
    #expect(throws: TimeError.outOfRange) { try UTCTime(secondsSinceEpoch: 253_402_300_800) }
  }
}
