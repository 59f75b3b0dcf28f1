import Foundation
import Statistics
import Testing

@Suite struct DistanceTests {
  @Test func entropiesMatchScipy() throws {
    for row in try ReferenceFile("drift_more.json").objects("entropies") {
      let current = try row.integers("current")
      let reference = try row.integers("reference")
      let kl = try kullbackLeiblerDivergence(current: current, reference: reference)
      #expect(isClose(kl, try row.number("kl"), 1e-10))
      let js = try jensenShannonDivergence(current: current, reference: reference)
      #expect(isClose(js.divergence, try row.number("divergence"), 1e-10))
      #expect(isClose(js.distance, try row.number("distance"), 1e-10, floor: 1e-8))
      // The index is the sum of both relative entropies.
      let back = try kullbackLeiblerDivergence(current: reference, reference: current)
      let index = try populationStabilityIndex(current: current, reference: reference).index
      #expect(isClose(kl + back, index, 1e-10))
    }
  }

  @Test func testsMatchScipyOnTheMergedCells() throws {
    for row in try ReferenceFile("drift_more.json").objects("homogeneity") {
      let current = try row.integers("current")
      let reference = try row.integers("reference")
      let test = try homogeneityTest(current: current, reference: reference)
      #expect(Double(test.cells) == (try row.number("cells")), "\(current)")
      #expect(isClose(test.chiSquared, try row.number("chiSquared"), 1e-10), "\(current)")
      #expect(isClose(test.chiSquaredP, try row.number("chiSquaredP"), 1e-10), "\(current)")
      #expect(isClose(test.g, try row.number("g"), 1e-10), "\(current)")
      #expect(isClose(test.gP, try row.number("gP"), 1e-10), "\(current)")
      #expect(isClose(test.cramersV, try row.number("cramersV"), 1e-10), "\(current)")
      let order = Array(current.indices.reversed())
      #expect(
        try homogeneityTest(current: order.map { current[$0] }, reference: order.map { reference[$0] })
          == test)
    }
  }

  @Test func mergingNeedsNoOrderAndGoesToOneCellAtMost() throws {
    var generator = SplitMix(seed: 88)
    var merged = 0
    for _ in 0..<300 {
      let current = (0..<8).map { _ in Int(generator.next() % 12) }
      let reference = (0..<8).map { _ in Int(generator.next() % 40) }
      let order = current.indices.shuffled(using: &generator)
      func test(_ order: [Int]) -> HomogeneityTest? {
        try? homogeneityTest(current: order.map { current[$0] }, reference: order.map { reference[$0] })
      }
      let result = test(Array(current.indices))
      #expect(result == test(order))
      if let result {
        merged += result.cells < 8 ? 1 : 0
        #expect(result.chiSquared >= 0 && result.cramersV <= 1)
      }
    }
    #expect(merged > 100)
    #expect(throws: StatisticsError.noVariance) { try homogeneityTest(current: [9, 0], reference: [90, 0]) }
    #expect(throws: StatisticsError.tooFewObservations(required: 5)) {
      try homogeneityTest(current: [2, 2], reference: [90, 50])
    }
  }

  @Test func kolmogorovSmirnovBoundsAreThoseOfRowsPlacedInsideTheBins() throws {
    for row in try ReferenceFile("drift_more.json").objects("distances") {
      let bounds = try kolmogorovSmirnovBounds(
        current: row.integers("current"), reference: row.integers("reference"))
      #expect(isClose(bounds.lower, try row.number("ksLower"), 1e-10))
      #expect(isClose(bounds.upper, try row.number("ksUpper"), 1e-10))
      #expect(bounds.contains(try row.number("ks")))
    }
  }

  @Test func wassersteinMatchesScipyAtTheMiddlesAndHoldsTheDistanceOfTheValues() throws {
    for row in try ReferenceFile("drift_more.json").objects("distances") {
      let result = try wassersteinDistance(
        current: row.integers("current"), reference: row.integers("reference"), edges: row.numbers("edges"))
      #expect(isClose(result.value, try row.number("w1Middles"), 1e-10))
      #expect(result.bounds.contains(try row.number("w1")))
    }
  }

  @Test func distancesOfRandomRowsLieInsideTheirBounds() throws {
    var generator = SplitMix(seed: 89)
    for round in 0..<120 {
      let edges =
        ([0, 1] + (0..<(1 + round % 7)).map { _ in Double.random(in: 0.01..<0.99, using: &generator) })
        .sorted()
      let sets = [7 + round % 20, 5 + round % 31].map { size in
        (0..<size).map { _ in pow(Double.random(in: 0..<1, using: &generator), Double(1 + size % 3)) }
      }
      let histograms = sets.map { values in
        edges.indices.dropLast().map { bin in
          values.count { edges[bin] <= $0 && ($0 < edges[bin + 1] || bin == edges.count - 2) }
        }
      }
      // Both distribution functions at every value, written out.
      let places = (sets[0] + sets[1]).sorted()
      func share(_ set: Int, _ place: Double) -> Double {
        Double(sets[set].count { $0 <= place }) / Double(sets[set].count)
      }
      let gaps = places.map { abs(share(0, $0) - share(1, $0)) }
      let w1 = zip(gaps, zip(places, places.dropFirst())).reduce(0) { $0 + $1.0 * ($1.1.1 - $1.1.0) }
      let ks = try kolmogorovSmirnovBounds(current: histograms[0], reference: histograms[1])
      let wasserstein = try wassersteinDistance(
        current: histograms[0], reference: histograms[1], edges: edges)
      #expect(ks.lower <= (gaps.max() ?? 0) + 1e-12 && (gaps.max() ?? 0) <= ks.upper + 1e-12)
      #expect(wasserstein.bounds.lower <= w1 + 1e-12 && w1 <= wasserstein.bounds.upper + 1e-12)
      #expect(wasserstein.bounds.lower <= wasserstein.value + 1e-12)
      #expect(wasserstein.value <= wasserstein.bounds.upper + 1e-12)
    }
  }

  @Test func rangeViolationsHaveTheExactLimit() throws {
    for row in try ReferenceFile("drift_more.json").table("range") {
      let result = try rangeViolationShare(violations: Int(row[0]), rows: Int(row[1]))
      #expect(isClose(result.upperLimit, row[2], 1e-10) && result.share == row[0] / row[1])
    }
    // The rule of three.
    #expect(abs(try rangeViolationShare(violations: 0, rows: 1_000).upperLimit - 0.003) < 1e-4)
    #expect(throws: StatisticsError.noTrials) { try rangeViolationShare(violations: 0, rows: 0) }
    #expect(throws: StatisticsError.self) { try rangeViolationShare(violations: 3, rows: 2) }
    #expect(throws: StatisticsError.self) { try rangeViolationShare(violations: 1, rows: 2, confidence: 1) }
  }

  @Test func damagedHistogramsAndEdgesAreRefused() {
    let bad: [([Int], [Int])] = [
      ([0, 0], [1, 1]), ([1, 1], [0, 0]), ([1], [1]), ([1, 2], [1, 2, 3]), ([-1, 2], [1, 1]),
      ([.max, 1], [1, 1]),
    ]
    for (current, reference) in bad {
      #expect(throws: StatisticsError.self) {
        try kullbackLeiblerDivergence(current: current, reference: reference)
      }
      #expect(throws: StatisticsError.self) {
        try jensenShannonDivergence(current: current, reference: reference)
      }
      #expect(throws: StatisticsError.self) { try homogeneityTest(current: current, reference: reference) }
      #expect(throws: StatisticsError.self) {
        try kolmogorovSmirnovBounds(current: current, reference: reference)
      }
    }
    for edges in [[0, 1], [0, 0.5, 0.5], [0, 2, 1], [0, .nan, 1], [0, 1, .infinity], []] {
      #expect(throws: StatisticsError.self) {
        try wassersteinDistance(current: [1, 2], reference: [2, 1], edges: edges)
      }
    }
    let full = [maximumRowCount, 0]
    #expect(throws: Never.self) { try homogeneityTest(current: full, reference: [0, maximumRowCount]) }
    #expect(throws: Never.self) {
      try wassersteinDistance(current: full, reference: [0, maximumRowCount], edges: [-1e150, 0, 1e150])
    }
  }
}
