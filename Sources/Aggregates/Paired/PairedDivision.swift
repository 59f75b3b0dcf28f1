import EvaluationProtocols

/// The thresholds on which the model and the baseline are compared: positions among the protocol's, ascending.
///
/// A threshold of the model and the baseline's threshold at the same position stay or go together.
struct PairedDivision: Equatable {
  /// Thresholds of the protocol.
  let thresholds: Int
  /// At least one.
  let kept: [Int]

  var rowCount: Int { kept.count + 1 }
  var columnCount: Int { kept.count + 2 }
  var cellCount: Int { rowCount * columnCount }

  /// A table of all thresholds, with the cells between the kept ones added up.
  func merge(_ counts: [Int]) -> [Int] {
    let columns = thresholds + 2
    var merged = Array(repeating: 0, count: cellCount)
    for (index, count) in counts.enumerated() {
      merged[row(of: index / columns) * columnCount + column(of: index % columns)] += count
    }
    return merged
  }

  // The kept thresholds that the interval reaches.
  private func row(of interval: Int) -> Int { kept.count { $0 < interval } }

  private func column(of interval: Int) -> Int {
    interval == thresholds + 1 ? columnCount - 1 : row(of: interval)
  }

  /// The division by some of these thresholds; nil without any.
  func keeping(_ isKept: (Int) -> Bool) -> PairedDivision? {
    let kept = kept.filter(isKept)
    return kept.isEmpty ? nil : PairedDivision(thresholds: thresholds, kept: kept)
  }

  /// The division without its highest threshold; nil where that was the only one.
  var withoutHighest: PairedDivision? {
    kept.count > 1 ? PairedDivision(thresholds: thresholds, kept: kept.dropLast()) : nil
  }
}

extension EvaluationProtocol {
  /// The division by all thresholds; nil without a baseline.
  var pairedDivision: PairedDivision? {
    guard baseline != nil, !model.thresholds.isEmpty else { return nil }
    return PairedDivision(thresholds: model.thresholds.count, kept: Array(model.thresholds.indices))
  }

  /// The thresholds of a paired division that are edges of a partition of the score too.
  func pairedDivision(within division: PairedDivision, on partition: Partition) -> PairedDivision? {
    division.keeping { position in
      grid.index(of: model.thresholds[position].value).map(partition.edges.contains) ?? false
    }
  }
}
