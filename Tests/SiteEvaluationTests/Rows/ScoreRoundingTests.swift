import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Testing

@testable import SiteEvaluation

@Suite struct ScoreRoundingTests {
  // By Python 3.11: float(Decimal(repr(x)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)).
  @Test(
    "decimals are rounded as people read them, ties to even",
    arguments: [
      (0.12345, 4, 0.1234), (0.12355, 4, 0.1236), (0.00015, 4, 0.0002), (0.5, 1, 0.5), (0.25, 1, 0.2),
      (0.35, 1, 0.4),
      (0.45, 1, 0.4), (0.15, 1, 0.2), (1.0, 3, 1.0), (0.9995, 3, 1.0), (0.9985, 3, 0.998), (1e-300, 15, 0),
      (1e-307, 1, 0), (0.1, 15, 0.1), (0.30000000000000004, 15, 0.3),
      (0.1234567890123455, 15, 0.123456789012346),
      (1.0000001, 4, 1), (1.5, 1, 1.5), (0.0005, 3, 0), (0.0015, 3, 0.002), (1.25e-7, 6, 0), (5e-7, 6, 0),
      (1.5e-6, 6, 2e-6),
    ])
  func decimalsAreRounded(score: Double, digits: Int, expected: Double) {
    #expect(ScorePrecision.decimals(digits).round(score) == expected)
    #expect(ScorePrecision.decimals(digits).round(-score) == -expected)
  }

  @Test func everyDecimalOfTheGridStaysItself() throws {
    for units in 0...10_000 {
      let score = Double(units) / 10_000
      #expect(ScorePrecision.decimals(4).round(score) == score)
      #expect(ScorePrecision.decimals(4).round(score + 4e-5) == score)
    }
  }

  @Test func binary32IsTheNearestFloat() {
    // 0.3 as a binary32, by numpy: float(numpy.float32(0.3)).
    #expect(ScorePrecision.binary32.round(0.3) == 0.30000001192092896)
    #expect(ScorePrecision.binary32.round(1.00000001) == 1)
    #expect(ScorePrecision.binary64.round(0.1) == 0.1)
  }

  @Test func minusZeroBecomesZero() {
    for precision in [ScorePrecision.binary64, .binary32, .decimals(2)] {
      #expect(precision.round(-0.0).sign == .plus)
    }
    #expect(ScorePrecision.decimals(2).round(-0.001).sign == .plus)
  }

  @Test func scoresFarOutsideStayOutside() {
    for score in [2.0, 7, 1e300, -3, .infinity] {
      #expect(!(0...1).contains(ScorePrecision.decimals(1).round(score)))
    }
  }

  @Test func roundingComesBeforeTheRangeAndTheGrid() throws {
    var study = Study()
    study.scorePrecision = ["kind": "decimals", "digits": 1]
    let result = try study.evaluate("pid,score,y,sex\n1,0.46,1,F\n2,1.04,1,F\n3,-0.04,1,F\n4,1.06,1,F\n")
    #expect(result.local.windows[0].overall.rows.positive == [1, 2])
    #expect(result.local.flow.table == ["scoreInvalid": [1, 1]])
  }
}
