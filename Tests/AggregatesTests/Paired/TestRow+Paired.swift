import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

extension TestRow {
  /// Thresholds of the baseline that its score reaches; one more than there are without a score.
  func baselineColumn(_ evaluationProtocol: EvaluationProtocol) -> Int {
    guard let thresholds = evaluationProtocol.baseline?.thresholds else { return 0 }
    return baseline.map { score in thresholds.count { $0.value <= score } } ?? thresholds.count + 1
  }
}

/// Counts a stratum's joint table in the plainest way, pair by pair; nil where the protocol has no baseline.
func countPaired(
  _ members: [(row: TestRow, isDesignated: Bool)], under evaluationProtocol: EvaluationProtocol
) -> LocalPaired? {
  guard evaluationProtocol.baseline != nil else { return nil }
  let thresholds = evaluationProtocol.model.thresholds
  var paired = LocalPaired(thresholds: thresholds.count)
  for (row, isDesignated) in members {
    let interval = thresholds.count { $0.value.value <= row.score }
    let cell = interval * (thresholds.count + 2) + row.baselineColumn(evaluationProtocol)
    paired.rows[row.rowClass][cell] += 1
    if isDesignated { paired.patients[row.rowClass][cell] += 1 }
  }
  let compared = members.map(\.row).filter { $0.baseline != nil }
  paired.ranks = pairedRanks(
    positives: compared.filter { $0.rowClass == .positive },
    negatives: compared.filter { $0.rowClass == .negative })
  let hasPatients = evaluationProtocol.data.patientColumn != nil
  let labelled = compared.filter { $0.rowClass != .unlabelled }
  paired.fewestAtAValue = [labelled.map(\.score), labelled.compactMap(\.baseline)]
    .filter { Set($0).count <= 10 }
    .flatMap { scores in
      Set(scores).flatMap { value in
        [RowClass.positive, .negative].map { rowClass in
          let there = zip(labelled, scores).filter { $0.rowClass == rowClass && $1 == value }.map(\.0)
          return hasPatients ? Set(there.map(\.patient)).count : there.count
        }
      }
    }
    .min()
  return paired
}

private func pairedRanks(positives: [TestRow], negatives: [TestRow]) -> PairedRankIntegers {
  // 2 for each row of the other class that stands on the right side, 1 for an equal score.
  func placements(_ score: (TestRow) -> Double) -> (positive: [Int128], negative: [Int128]) {
    func points(_ positive: TestRow, over negative: TestRow) -> Int128 {
      score(positive) > score(negative) ? 2 : score(positive) == score(negative) ? 1 : 0
    }
    return (
      positives.map { one in negatives.reduce(0) { $0 + points(one, over: $1) } },
      negatives.map { one in positives.reduce(0) { $0 + points($1, over: one) } }
    )
  }
  let candidate = placements(\.score)
  let baseline = placements { $0.baseline ?? 0 }
  func products(_ one: [Int128], _ other: [Int128]) -> Int128 {
    zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
  }
  func integers(_ placements: (positive: [Int128], negative: [Int128])) -> RankIntegers {
    RankIntegers(
      positives: positives.count, negatives: negatives.count, sumPositive: placements.positive.reduce(0, +),
      sumSquaredPositive: products(placements.positive, placements.positive),
      sumNegative: placements.negative.reduce(0, +),
      sumSquaredNegative: products(placements.negative, placements.negative))
  }
  return PairedRankIntegers(
    candidate: integers(candidate), baseline: integers(baseline),
    crossPositive: products(candidate.positive, baseline.positive),
    crossNegative: products(candidate.negative, baseline.negative))
}
