import Aggregates
import CanonicalJSON
import Statistics
import SiteEvaluation
import Testing

/// One small table, counted by hand.
@Suite struct CountingTests {
  // Grid 0, 0.25, 0.5, 0.75, 1; thresholds 0.25 and 0.5.
  private static let study = Study(thresholds: ["0.25", "0.5"], fineEdges: ["0.75"])
  private static let table = """
    pid,score,y,sex
    a,0.1,0,F
    a,0.25,1,M
    a,0.3,1,F
    b,0.5,1,M
    b,0.5,0,M
    c,0.75,0,F
    c,1,1,
    c,0.25,,x
    d,0.25,,F
    d,0.2,,M

    """

  private func window() throws -> LocalWindow {
    try #require(try Self.study.evaluate(Self.table).local.windows.first)
  }

  @Test func rowsAreCountedByClassIntervalAndLevel() throws {
    let window = try window()
    #expect(window.id == "undated")
    #expect(window.overall.rows.positive == [0, 2, 1, 1])
    #expect(window.overall.rows.negative == [1, 0, 1, 1])
    #expect(window.overall.rows.unlabelled == [1, 2, 0, 0])
    let sex = window.attributes[0]
    #expect(sex.map(\.rows.positive) == [[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]])
    #expect(sex.map(\.rows.negative) == [[1, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]])
    #expect(sex.map(\.rows.unlabelled) == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]])
  }

  @Test func patientIsCountedAtOneRowOfEachClass() throws {
    let window = try window()
    // Positive: a at 0.25 and 0.3, the same interval: the row with the first level, F. Unlabelled: d at 0.2.
    #expect(window.overall.patients.positive == [0, 1, 1, 1])
    #expect(window.overall.patients.negative == [1, 0, 1, 1])
    #expect(window.overall.patients.unlabelled == [1, 1, 0, 0])
    let sex = window.attributes[0]
    #expect(sex.map(\.patients.positive) == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    #expect(sex.map(\.patients.unlabelled) == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]])
    #expect(window.overall.distinctPatients == 4)
    #expect(sex.map(\.distinctPatients) == [3, 3, 1])
  }

  @Test func sumsAreThoseOfTheScores() throws {
    let overall = try window().overall
    let unit: Int128 = 1 << 32
    // 0.3·2³² = 1288490188.8 and 0.09·2³² = 386547056.64.
    #expect(overall.positiveSums.map(\.first) == [0, unit / 4 + 1_288_490_189, unit / 2, unit])
    #expect(overall.positiveSums.map(\.second) == [0, unit / 16 + 386_547_057, unit / 4, unit])
    // 0.1·2³² = 429496729.6 and 0.01·2³² = 42949672.96.
    #expect(overall.negativeSums.map(\.first) == [429_496_730, 0, unit / 2, 3 * unit / 4])
    #expect(overall.negativeSums.map(\.second) == [42_949_673, 0, unit / 4, 9 * unit / 16])
    #expect(overall.negativePowers.first == 429_496_730 + 5 * unit / 4)
    #expect(overall.negativePowers.second == 42_949_673 + 13 * unit / 16)
    // 0.001·2³² = 4294967.296 and 0.0001·2³² = 429496.7296.
    #expect(overall.negativePowers.third == 4_294_967 + unit / 8 + 27 * unit / 64)
    #expect(overall.negativePowers.fourth == 429_497 + unit / 16 + 81 * unit / 256)
  }

  @Test func ranksAreThoseOfTheDefinition() throws {
    let ranks = try window().overall.ranks
    // Positives 0.25, 0.3, 0.5, 1 against negatives 0.1, 0.5, 0.75: c = 2, 2, 3, 6 and d = 8, 3, 2.
    #expect(
      ranks
        == RankIntegers(
          positives: 4, negatives: 3, sumPositive: 13, sumSquaredPositive: 53, sumNegative: 13,
          sumSquaredNegative: 77))
  }

  @Test func patientSumsAreThoseOfTheDefinition() throws {
    let window = try window()
    func sums(_ stratum: LocalStratum, _ threshold: String, _ measure: ClusterMeasure) -> [Int]? {
      stratum.clusters.first { $0.threshold.text == threshold && $0.measure == measure }.map {
        [
          $0.sums.clusters, $0.sums.sumSuccesses, $0.sums.sumTrials, $0.sums.sumSquaredSuccesses,
          $0.sums.sumProducts, $0.sums.sumSquaredTrials,
        ]
      }
    }
    // (x, k) by patient: a (2, 2), b (1, 1), c (1, 1).
    #expect(sums(window.overall, "0.25", .sensitivity) == [3, 4, 4, 6, 6, 6])
    // a (0, 2), b (1, 1), c (1, 1).
    #expect(sums(window.overall, "0.5", .sensitivity) == [3, 2, 4, 2, 2, 6])
    // a (1, 1), b (0, 1), c (0, 1).
    #expect(sums(window.overall, "0.5", .specificity) == [3, 1, 3, 1, 1, 3])
    // b (1, 2), c (1, 2).
    #expect(sums(window.overall, "0.5", .positivePredictiveValue) == [2, 2, 4, 2, 4, 8])
    // a (1, 3).
    #expect(sums(window.overall, "0.5", .negativePredictiveValue) == [1, 1, 3, 1, 3, 9])
    // a (0, 3), b (2, 2), c (2, 2).
    #expect(sums(window.overall, "0.5", .flagRate) == [3, 4, 7, 8, 8, 17])
    // Nobody of sex M is flagged at 0.25 and not an event there, so nobody is left unflagged.
    #expect(sums(window.attributes[0][1], "0.25", .negativePredictiveValue) == nil)
    #expect(window.overall.clusters.count == 10)
  }

  @Test func fitNeedsEnoughEventsAndSaysWhyThereIsNone() throws {
    var study = Self.study
    #expect(
      try study.evaluate(Self.table).local.windows[0].attributes[0][0].fit == .notEvaluable(.tooFewEvents))
    guard case .fitted(let fit) = try window().overall.fit else {
      Issue.record("no fit")
      return
    }
    #expect(fit.slope.scale == 8)
    study.minimumFitEvents = 4
    #expect(try study.evaluate(Self.table).local.windows[0].overall.fit == .notEvaluable(.tooFewEvents))
    let constant = "pid,score,y,sex\n1,0.5,1,F\n2,0.5,1,F\n3,0.5,0,F\n4,0.5,0,F\n"
    #expect(try Study().evaluate(constant).local.windows[0].overall.fit == .notEvaluable(.constantScore))
    let separated = "pid,score,y,sex\n1,0.9,1,F\n2,0.8,1,F\n3,0.5,0,F\n4,0.4,0,F\n"
    #expect(try Study().evaluate(separated).local.windows[0].overall.fit == .notEvaluable(.separation))
  }

  @Test func thresholdIsReachedByItsOwnValue() throws {
    let result = try Study().evaluate(
      "pid,score,y,sex\n1,0.5,1,F\n2,0.49999999999999994,1,F\n3,0.50000000000000001,1,F\n")
    #expect(result.local.windows[0].overall.rows.positive == [1, 2])
  }
}
