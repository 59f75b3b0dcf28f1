import CanonicalJSON
import Testing

@testable import Evidence

@Suite struct ReportNumbersTests {
  // Expected texts: Python 3.11 `decimal`, quantize with ROUND_HALF_EVEN.
  @Test(
    "three decimals, half to even",
    arguments: [
      ("0.062500000000", "0.062"), ("0.063500000000", "0.064"), ("0.812499999999", "0.812"),
      ("0.812500000001", "0.813"), ("-0.000400000000", "0.000"), ("-1.234500000000", "\u{2212}1.234"),
      ("12.999500000000", "13.000"), ("0.000000000000", "0.000"),
    ])
  func roundsHalfToEven(written: String, shown: String) throws {
    #expect(ReportNumbers.text(try FixedDecimal(parsing: written, scale: 12)) == shown)
  }

  @Test func numberBesideItsLimitShowsOnWhichSideItLies() throws {
    let limit = try FixedDecimal(exact: ExactDecimal(parsing: "0.7"), scale: 12)
    func text(_ written: String) throws -> String {
      ReportNumbers.text(try FixedDecimal(parsing: written, scale: 12), besides: limit)
    }
    #expect(try text("0.699960000000") == "0.69996")
    #expect(try text("0.700000000001") == "0.700000000001")
    #expect(try text("0.700000000000") == "0.700")
    #expect(try text("0.751234000000") == "0.751")
  }

  @Test func countsStandInGroupsOfThree() {
    #expect(
      [0, 999, 1000, 41_200, 1_234_567].map { ReportNumbers.count($0) }
        == ["0", "999", "1\u{202F}000", "41\u{202F}200", "1\u{202F}234\u{202F}567"])
  }

  @Test func sharesAreWrittenOutOfAHundred() throws {
    #expect(ReportNumbers.percent(try FixedDecimal(parsing: "0.12345", scale: 5)) == "12.3\u{A0}%")
    #expect(ReportNumbers.outOfHundred(try FixedDecimal(parsing: "0.79200000", scale: 8)) == "79")
  }

  @Test func smallProbabilityIsNeverZero() throws {
    #expect(
      ReportNumbers.pValue(try FixedDecimal(parsing: "0.000400000000", scale: 12)) == "p\u{A0}<\u{A0}0.001")
    #expect(
      ReportNumbers.pValue(try FixedDecimal(parsing: "0.031000000000", scale: 12)) == "p\u{A0}=\u{A0}0.031")
  }

  @Test func sizeOfADifferenceHasNoSign() throws {
    #expect(ReportNumbers.pointsAside(try FixedDecimal(parsing: "-0.0612", scale: 4)) == "6.1")
  }
}
