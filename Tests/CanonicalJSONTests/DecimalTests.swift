import CanonicalJSON
import Testing

@Suite struct DecimalTests {
  @Test func exactDecimalsAgreeWithAnotherShortestPrinter() throws {
    let rows = try Vectors.rows("json/exact-decimals.txt")
    #expect(rows.count > 300)
    for row in rows {
      let value = Double(bitPattern: try #require(UInt64(row[0], radix: 16)))
      #expect(try ExactDecimal(value).text == row[1])
      #expect(try ExactDecimal(parsing: row[1]).value.bitPattern == value.bitPattern)
    }
  }

  @Test(arguments: [
    "1.0", "0.10", "01", "-0", "-0.0", "+1", ".5", "5.", "1e3", "", "-", "0x1", "1_000", "nan", "inf", " 1",
    "0.1000000000000000055511151231257827", "9007199254740993", "1.2.3", "٣",
  ])
  func otherSpellingsOfExactDecimalsAreRefused(text: String) {
    #expect(throws: DecimalError.self) { try ExactDecimal(parsing: text) }
  }

  @Test func exactDecimalsBeyondFortyCharactersAreRefused() {
    #expect(throws: DecimalError.tooLong(limit: 40)) { try ExactDecimal(1e-300) }
    #expect(throws: DecimalError.tooLong(limit: 40)) { try ExactDecimal(1e300) }
    #expect(throws: DecimalError.notFinite) { try ExactDecimal(.nan) }
    #expect(throws: DecimalError.tooLong(limit: 40)) {
      try ExactDecimal(parsing: String(repeating: "9", count: 100_000))
    }
  }

  @Test func minusZeroBecomesZero() throws {
    #expect(try ExactDecimal(-0.0).text == "0")
    #expect(try ExactDecimal(-0.0).value.sign == .plus)
  }

  @Test func fixedDecimalsRoundTheExactBinaryValueHalfToEven() throws {
    let rows = try Vectors.rows("json/fixed-decimals.txt")
    #expect(rows.count > 900)
    for row in rows {
      let value = Double(bitPattern: try #require(UInt64(row[0], radix: 16)))
      let scale = try #require(Int(row[1]))
      let decimal = try FixedDecimal(value, scale: scale)
      #expect(decimal.text == row[2], "\(value) at scale \(scale)")
      #expect(try FixedDecimal(parsing: row[2], scale: scale) == decimal)
    }
  }

  @Test(arguments: ["0.5", "0.5000", "00.500", "-0.000", "+0.500", "0,500", ".500", "1e0", "", "-.500"])
  func otherSpellingsOfFixedDecimalsAreRefused(text: String) {
    #expect(throws: DecimalError.self) { try FixedDecimal(parsing: text, scale: 3) }
  }

  @Test func fixedDecimalsOutsideTheRangeAreRefused() throws {
    #expect(throws: DecimalError.notFinite) { try FixedDecimal(.infinity, scale: 3) }
    #expect(throws: DecimalError.outOfRange) { try FixedDecimal((1e18).nextUp, scale: 3) }
    #expect(throws: DecimalError.outOfRange) {
      try FixedDecimal(parsing: "1000000000000000000.1", scale: 1)
    }
    #expect(throws: DecimalError.unsupportedScale(19)) { try FixedDecimal(0.5, scale: 19) }
    #expect(throws: DecimalError.unsupportedScale(-1)) { try FixedDecimal(parsing: "1", scale: -1) }
    #expect(try FixedDecimal(parsing: "-1000000000000000000.000000000000000000", scale: 18).value == -1e18)
  }

  @Test func fixedDecimalsCompareExactlyAcrossScales() throws {
    let half = try FixedDecimal(parsing: "0.5", scale: 1)
    let longHalf = try FixedDecimal(parsing: "0.500000000000000000", scale: 18)
    let more = try FixedDecimal(parsing: "0.500000000000000001", scale: 18)
    let minusHalf = try FixedDecimal(parsing: "-0.5", scale: 1)
    let minusMore = try FixedDecimal(parsing: "-0.51", scale: 2)
    let large = try FixedDecimal(parsing: "1000000000000000000", scale: 0)
    #expect(half == longHalf && half.hashValue == longHalf.hashValue)
    #expect(half < more && minusHalf < half && minusMore < minusHalf && more < large)
    #expect(!(more < half) && minusHalf != half)
  }

  @Test func exactDecimalFitsAScaleOnlyWhenNoDigitIsLost() throws {
    let limit = try ExactDecimal(parsing: "0.125")
    #expect(try FixedDecimal(exact: limit, scale: 12).text == "0.125000000000")
    #expect(throws: DecimalError.wrongScale(expected: 2)) { try FixedDecimal(exact: limit, scale: 2) }
    #expect(throws: DecimalError.outOfRange) { try FixedDecimal(exact: ExactDecimal(1e19), scale: 2) }
  }
}
