import Statistics

/// Labelled scores of a test, with the groupings the functions take.
struct ScoredRows {
  var scores: [Double]
  var labels: [Int]

  /// Distinct scores in ascending order with the rows of each class.
  var groups: [(score: Double, positives: Int, negatives: Int)] {
    var counts: [Double: (positives: Int, negatives: Int)] = [:]
    for (score, label) in zip(scores, labels) {
      counts[score, default: (0, 0)].positives += label
      counts[score, default: (0, 0)].negatives += 1 - label
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value.positives, $0.value.negatives) }
  }

  var counts: [(positives: Int, negatives: Int)] { groups.map { ($0.positives, $0.negatives) } }

  var positives: [Double] { zip(scores, labels).filter { $0.1 == 1 }.map(\.0) }
  var negatives: [Double] { zip(scores, labels).filter { $0.1 == 0 }.map(\.0) }
}

extension ScoredRows {
  init(_ object: ReferenceObject) throws {
    self.init(scores: try object.numbers("scores"), labels: try object.integers("labels"))
  }

  /// Rows from a seeded generator, both classes present, scores on a grid so that ties occur.
  static func random(rows: Int, levels: Int, using generator: inout SplitMix) -> ScoredRows {
    var result = ScoredRows(scores: [], labels: [])
    for row in 0..<rows {
      result.scores.append(Double(generator.next() % UInt64(levels)) / Double(levels))
      result.labels.append(row < 2 ? 1 : row < 4 ? 0 : Int(generator.next() % 2))
    }
    return result
  }
}

/// A small seeded generator: property tests must fail the same way twice.
///
/// Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The rank integers of (positives, negatives) at ascending scores.
func ranks(_ counts: [(Int, Int)]) throws(StatisticsError) -> RankIntegers {
  try rankIntegers(sortedGroups: counts.map { (positives: $0.0, negatives: $0.1) })
}
