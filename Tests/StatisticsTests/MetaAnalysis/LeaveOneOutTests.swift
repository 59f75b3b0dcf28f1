import Foundation
import Statistics
import Testing

@Suite struct LeaveOneOutTests {
  /// Sites around 1.3 with a spread between them and, where asked for, one far away.
  private func sites(
    _ count: Int, tauSquared: Double, smallest: Double = 0.005, outlier: Double? = nil, seed: UInt64
  ) -> (estimates: [Double], variances: [Double]) {
    var generator = SplitMix(seed: seed)
    var estimates: [Double] = []
    var variances: [Double] = []
    for _ in 0..<count {
      let size = Double.random(in: 0...1, using: &generator)
      let variance = smallest * exp(size * log(0.05 / smallest))
      let normal = normalQuantile(Double.random(in: 1e-6..<1, using: &generator))
      estimates.append(1.3 + normal * (variance + tauSquared).squareRoot())
      variances.append(variance)
    }
    if let outlier { estimates[count / 2] = outlier }
    return (estimates, variances)
  }

  @Test(
    "agrees with a fit of its own for every set",
    arguments: [
      (12, 0.02, 0.005, nil), (30, 0.02, 0.005, nil), (120, 0.02, 0.005, nil), (120, 0, 0.005, nil),
      (60, 0.001, 0.005, nil), (60, 0.5, 1e-4, nil), (100, 0.02, 0.005, 9.0), (40, 0.0, 0.01, 2.0),
      (60, 0.0005, 1e-7, nil), (90, 0.02, 0.0499, 40.0),
    ] as [(Int, Double, Double, Double?)])
  func agreesWithBruteForce(count: Int, tauSquared: Double, smallest: Double, outlier: Double?) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let (estimates, variances) = sites(
        count, tauSquared: tauSquared, smallest: smallest, outlier: outlier, seed: seed)
      let left = try leaveOneOut(StudySet(estimates: estimates, variances: variances))
      try #require(left.count == count)
      for index in 0..<count {
        var others = estimates
        var spreads = variances
        others.remove(at: index)
        spreads.remove(at: index)
        let alone = try randomEffects(estimates: others, variances: spreads)
        let found = left[index]
        #expect(isClose(found.mean, alone.mean, 1e-10), "mean without \(index)")
        #expect(isClose(found.tauSquared, alone.tauSquared, 1e-10), "spread without \(index)")
        #expect(isClose(found.interval.lower, alone.widest.lower, 1e-10), "lower end without \(index)")
        #expect(isClose(found.interval.upper, alone.widest.upper, 1e-10), "upper end without \(index)")
      }
    }
  }

  @Test func doesNotDependOnTheOrderOfSites() throws {
    let (estimates, variances) = sites(80, tauSquared: 0.02, seed: 3)
    let expected = try leaveOneOut(StudySet(estimates: estimates, variances: variances))
    var generator = SplitMix(seed: 9)
    for _ in 0..<5 {
      let order = estimates.indices.shuffled(using: &generator)
      let result = try leaveOneOut(
        StudySet(estimates: order.map { estimates[$0] }, variances: order.map { variances[$0] }))
      let same = result == order.map { expected[$0] }
      #expect(same, "leave-one-out of permuted sites")
    }
  }

  @Test func theLimitsOfTheDomainGiveFiniteNumbers() throws {
    for variance in [1e-50, 1e50] {
      let estimates: [Double] = [
        1e50, -1e50, 2, 1e50, -1e50, 5, 1e50, -1e50, 8, 1e50, -1e50, 11, 1e50, -1e50,
      ]
      let variances: [Double] = (0..<14).map { (index: Int) -> Double in index % 2 == 0 ? variance : 1 }
      let left = try leaveOneOut(StudySet(estimates: estimates, variances: variances))
      #expect(left.allSatisfy { $0.mean.isFinite && $0.tauSquared.isFinite && $0.interval.width.isFinite })
    }
    let alike = try leaveOneOut(
      StudySet(estimates: Array(repeating: 0.5, count: 20), variances: Array(repeating: 0.1, count: 20)))
    #expect(alike.allSatisfy { $0.mean == 0.5 && $0.tauSquared == 0 && $0.interval.width > 0 })
  }
}
