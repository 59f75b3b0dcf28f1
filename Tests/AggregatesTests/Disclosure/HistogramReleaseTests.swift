import Testing

@testable import Aggregates

/// The runs of a histogram against every way to merge its cells.
@Suite struct HistogramReleaseTests {
  @Test func asManyRunsStayAsTryingAllDivisionsFinds() throws {
    for seed in 1...2000 {
      var random = SeededGenerator(seed: seed)
      let cells = random.pick(1..<10)
      var histogram = LocalHistogram(column: "x", cells: cells)
      for cell in 0..<cells {
        histogram.labelled[cell] = random.pick([0, 0, 0, 1, 2, 3, 5])
        // Some rows are of a patient who is counted elsewhere.
        histogram.labelledPatients[cell] = random.pick(0..<(histogram.labelled[cell] + 1))
      }
      let released = histogram.release(countsUnlabelled: false, zeroIsSecret: false, minimumCell: 3)
      let runs = released.cells.value.map { $0.map(\.first) + [cells] }
      #expect(runs == Self.bestByTryingAll(histogram, minimumCell: 3), "seed \(seed)")
    }
  }

  // Most runs; then the lower cut at the last place that differs.
  private static func bestByTryingAll(_ histogram: LocalHistogram, minimumCell: Int) -> [Int]? {
    let count = histogram.labelled.count
    var best: (rank: [Int], cuts: [Int])?
    for subset in 0..<(1 << (count - 1)) {
      let cuts = [0] + (1..<count).filter { subset & (1 << ($0 - 1)) != 0 } + [count]
      let isAllowed = zip(cuts, cuts.dropFirst()).allSatisfy { first, next in
        histogram.labelled[first..<next].reduce(0, +) == 0
          || histogram.labelledPatients[first..<next].reduce(0, +) >= minimumCell
      }
      let rank = [cuts.count] + cuts.reversed().map { -$0 }
      if !isAllowed || best.map({ !$0.rank.lexicographicallyPrecedes(rank) }) ?? false { continue }
      best = (rank, cuts)
    }
    return best?.cuts
  }

  @Test func cellsWithoutRowsStayByThemselves() {
    var histogram = LocalHistogram(column: "x", cells: 4)
    histogram.labelled = [5, 0, 4, 0]
    histogram.labelledPatients = [5, 0, 4, 0]
    let released = histogram.release(countsUnlabelled: false, zeroIsSecret: true, minimumCell: 3)
    #expect(released.cells.value?.map(\.rows) == [5, 0, 4, 0])
  }

  @Test func tooFewRowsAltogetherAreWithheld() {
    var histogram = LocalHistogram(column: "x", cells: 2)
    histogram.labelled = [1, 1]
    histogram.labelledPatients = [1, 1]
    let released = histogram.release(countsUnlabelled: false, zeroIsSecret: false, minimumCell: 3)
    #expect(released.cells == .withheld)
  }
}
