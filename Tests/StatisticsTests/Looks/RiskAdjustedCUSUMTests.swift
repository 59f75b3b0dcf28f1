import Statistics
import Testing

@Suite struct RiskAdjustedCUSUMTests {
  private func reference() throws -> [ReferenceObject] { try ReferenceFile("cusum.json").objects("paths") }

  private func window(_ object: ReferenceObject, _ ratio: Double) throws -> CUSUMWindow {
    var window = CUSUMWindow()
    for (score, label) in zip(try object.numbers("scores"), try object.integers("labels")) {
      try window.add(score: score, hasOutcome: label == 1, oddsRatio: ratio)
    }
    return window
  }

  @Test func thePathMatchesRawRowsInThirtyDigits() throws {
    var raised = 0
    for path in try reference() {
      let ratio = try path.number("oddsRatio")
      let windows = try path.objects("windows")
      let values = try riskAdjustedCUSUM(try windows.map { try window($0, ratio) }, oddsRatio: ratio)
      for (value, expected) in zip(values, try windows.map { try $0.number("value") }) {
        // Each row moves the sum by at most 2⁻³³, and there are fewer than 500.
        #expect(isClose(value, expected, 1e-8, floor: 6e-8))
        raised += value > 0 ? 1 : 0
      }
    }
    #expect(raised > 10)
  }

  @Test func oneRowIsItsLikelihoodRatio() throws {
    var window = CUSUMWindow()
    try window.add(score: 0.5, hasOutcome: true, oddsRatio: 2)
    // An event at ½ is 2/1.5 times as likely when the odds are doubled: log(4/3).
    #expect(isClose(try riskAdjustedCUSUM([window], oddsRatio: 2)[0], 0.28768207245178, 1e-9))
    window.events = 0
    // Otherwise 1/1.5 times, and the sum stays at 0.
    #expect(try riskAdjustedCUSUM([window, window], oddsRatio: 2) == [0, 0])
  }

  @Test func mergedSitesAreTheSumOfTheirWindows() throws {
    let path = try #require(try reference().first)
    let windows = try path.objects("windows").map { try window($0, 2) }
    let merged = try windows.dropFirst().reduce(windows[0]) { try $0.merging($1) }
    #expect(merged.rows == windows.reduce(0) { $0 + $1.rows })
    #expect(merged.sumLogs == windows.reduce(0) { $0 + $1.sumLogs })
    #expect(throws: StatisticsError.self) {
      try CUSUMWindow(rows: maximumRowCount).merging(CUSUMWindow(rows: 1))
    }
    #expect(throws: StatisticsError.self) { try CUSUMWindow(sumLogs: .max).merging(CUSUMWindow(sumLogs: 1)) }
  }

  @Test func certainScoresAddNothing() throws {
    for ratio in [2, 0.5, 100, 0.01] {
      var window = CUSUMWindow()
      try window.add(score: 1, hasOutcome: true, oddsRatio: ratio)
      try window.add(score: 0, hasOutcome: false, oddsRatio: ratio)
      #expect(try riskAdjustedCUSUM([window], oddsRatio: ratio) == [0])
    }
  }

  @Test func impossibleWindowsAreRefused() throws {
    let most = Int128(0.6931471805599453 * 0x1p32)
    let good = CUSUMWindow(rows: 2, events: 1, sumLogs: most)
    #expect(throws: Never.self) { try riskAdjustedCUSUM([good], oddsRatio: 2) }
    for bad in [
      CUSUMWindow(rows: -1, events: 0, sumLogs: 0), CUSUMWindow(rows: 1, events: 2, sumLogs: 0),
      CUSUMWindow(rows: 2, events: -1, sumLogs: 0), CUSUMWindow(rows: 1, events: 1, sumLogs: 2 * most),
      CUSUMWindow(rows: 1, events: 1, sumLogs: -1), CUSUMWindow(rows: .max, events: 0, sumLogs: 0),
      CUSUMWindow(rows: 1, events: 0, sumLogs: .max), CUSUMWindow(rows: 1, events: 0, sumLogs: .min),
    ] {
      #expect(throws: StatisticsError.self, "\(bad)") { try riskAdjustedCUSUM([good, bad], oddsRatio: 2) }
    }
    // The logarithms of a ratio below 1 are negative, and only those.
    #expect(throws: StatisticsError.self) { try riskAdjustedCUSUM([good], oddsRatio: 0.5) }
    for ratio in [0, -1, 1, 1.0005, 101, .nan, .infinity] {
      #expect(throws: StatisticsError.self) { try riskAdjustedCUSUM([good], oddsRatio: ratio) }
      var window = CUSUMWindow()
      #expect(throws: StatisticsError.self) {
        try window.add(score: 0.5, hasOutcome: true, oddsRatio: ratio)
      }
      #expect(window == CUSUMWindow())
    }
    var window = CUSUMWindow()
    for score in [-0.1, 1.1, .nan] {
      #expect(throws: StatisticsError.self) { try window.add(score: score, hasOutcome: true, oddsRatio: 2) }
    }
    #expect(try riskAdjustedCUSUM([], oddsRatio: 2).isEmpty)
  }
}
