import CanonicalJSON
import Testing

@testable import Evidence
@testable import Synthesis

@Suite struct FigureTests {
  // Expected: Python 3.11 `math.log`. The tolerance is a few units of the last place.
  @Test(
    "logarithm agrees with the C library's",
    arguments: [
      (2.0, 0.6931471805599453), (0.1, -2.3025850929940455), (10.0, 2.302585092994046),
      (1.41, 0.34358970439007686), (0.999, -0.0010005003335835344), (1.0, 0.0),
    ])
  func logarithmAgrees(number: Double, expected: Double) throws {
    let found = try #require(naturalLogarithm(number))
    #expect(abs(found - expected) < 1e-15 * max(1, abs(expected)))
  }

  @Test func numbersWithoutLogarithmHaveNone() {
    for number in [0, -1, Double.infinity, .nan] { #expect(naturalLogarithm(number) == nil) }
  }

  @Test func halfAndTwiceAreEquallyFarFromOneOnARatioAxis() {
    let axis = Axis(scale: .logarithmic, lower: 0.25, upper: 4, start: 0, end: 400)
    #expect(abs(axis.position(1) - 200) < 1e-9)
    #expect(abs(axis.position(0.5) - 100) < 1e-9 && abs(axis.position(2) - 300) < 1e-9)
  }

  @Test func ticksAreRoundNumbersInsideTheAxis() {
    let axis = Axis.around([0.693, 0.885], within: 0...1, start: 0, end: 330)
    #expect(axis.lower <= 0.693 && axis.upper >= 0.885)
    #expect(axis.ticks.map(\.text) == ["0.65", "0.70", "0.75", "0.80", "0.85", "0.90"])
  }

  @Test func axisBearsNumbersThatNoAxisShouldMeet() {
    for values in [[], [.nan], [-1e300, 1e300], [0.5, 0.5]] as [[Double]] {
      let axis = Axis.around(values, within: 0...1, start: 0, end: 100)
      #expect(axis.lower >= 0 && axis.upper <= 1.1 && axis.lower < axis.upper && axis.ticks.count < 20)
    }
  }

  @Test func curveIsCutWhereItLeavesTheFrame() throws {
    let frame = PanelFrame(width: 156, height: 150, x: (0, 1), y: (0, 1))
    // From (0, 1) down to (1, -1): leaves at (0.5, 0). The frame is 100 by 100.
    let pieces = frame.path([(0, 1), (1, -1)])
    let piece = try #require(pieces.first)
    #expect(pieces.count == 1 && piece.count == 2)
    #expect(piece[1].x == frame.horizontal.position(0.5) && piece[1].y == frame.vertical.start)
  }

  @Test func longNamesEndInAnEllipsisAndNeverRunOut() {
    let lines = FittedLabel.lines(
      "The Royal Infirmary of Saint Bartholomew and All Angels, North Campus", width: 20)
    #expect(lines == ["The Royal Infirmary", "of Saint Bartholome…"])
    #expect(FittedLabel.lines("Short", width: 20) == ["Short"])
    #expect(FittedLabel.lines("東京大学医学部附属病院分院", width: 20) == ["東京大学医学部附属…"])
  }

  @Test func manyScoreIntervalsAreDrawnTogetherWithoutLosingARow() throws {
    let intervals = try (0..<1000).map { index in
      ScoreInterval(
        lower: try ExactDecimal(Double(index) / 1000), upper: try ExactDecimal(Double(index + 1) / 1000),
        events: index, nonEvents: 2)
    }
    let spread = ScoreSpread(intervals)
    #expect(spread.bars.count <= 60)
    #expect(spread.events == 499_500 && spread.nonEvents == 2000)
    #expect(spread.bars.first?.lower == 0 && spread.bars.last?.upper == 1)
  }
}
