/// The recalibration of a slice, or why there is none.
package typealias RecalibrationResult = Result<RecalibrationFit, StatisticsError>

extension SortedScores {
  /// Slices with fewer different scores are fitted on these: that costs little, and their fits are to the bit those
  /// of `recalibrate(scores:)`.
  static let leastForMoments = 4096

  /// The recalibration of each level of an attribute; nil where it is not asked for.
  ///
  /// Shape: as `ranks`, whose result for the same levels it is given. The fit of a slice is that of `recalibrate(scores:)`
  /// on the slice's own groups; where a slice has many different scores, up to the rounding of its sums.
  ///
  /// - Parameter isWanted: whether a level is fitted.
  /// - Throws: as `ranks`.
  package func recalibrations(
    levels: [UInt8], ranks: [SliceRanks], isWanted: (SliceRanks) -> Bool
  ) throws(StatisticsError) -> [RecalibrationResult?] {
    try checkLevels(levels, ranks.count)
    let wanted = ranks.map(isWanted)
    let isLarge = zip(ranks, wanted).map { $0.distinctScores >= Self.leastForMoments && $1 }
    var results = moments(levels: levels, of: isLarge).map { $0.map { RecalibrationResult(fitting: $0) } }
    // Those too steep for moments are fitted again, and those without a fit are asked for their reason.
    let isExact = results.indices.map { level in
      guard wanted[level] else { return false }
      guard case .success = results[level] else { return true }
      return false
    }
    for (level, groups) in groups(levels: levels, of: isExact).enumerated() where isExact[level] {
      results[level] = RecalibrationResult { () throws(StatisticsError) in try recalibrate(scores: groups) }
    }
    return results
  }

  private func groups(
    levels: [UInt8], of isMember: [Bool]
  ) -> [[(score: Double, positives: Int, negatives: Int)]] {
    var groups = isMember.map { _ in [(score: Double, positives: Int, negatives: Int)]() }
    guard isMember.contains(true) else { return groups }
    for row in scores.indices where outcomes[row] != .unknown && isMember[Int(levels[row])] {
      let level = Int(levels[row])
      if groups[level].last?.score != scores[row] { groups[level].append((scores[row], 0, 0)) }
      if outcomes[row] == .positive {
        groups[level][groups[level].count - 1].positives += 1
      } else {
        groups[level][groups[level].count - 1].negatives += 1
      }
    }
    return groups
  }

  private func moments(levels: [UInt8], of isMember: [Bool]) -> [CalibrationMoments?] {
    guard isMember.contains(true) else { return isMember.map { _ in nil } }
    var slices = Array(repeating: CalibrationMoments(), count: isMember.count)
    var open = slices.mutableSpan
    for row in 0..<count {
      let level = Int(levels[row])
      guard outcomes[row] != .unknown, isMember[level] else { continue }
      let logit = logits[row]
      open[level].add(
        logit: logit, cell: (logit * CalibrationMoments.perUnit).rounded(.down),
        isPositive: outcomes[row] == .positive)
    }
    // Rows at the clips are at the two ends.
    for row in scores.indices.prefix(while: { scores[$0] < CalibrationGroups.clip })
    where outcomes[row] != .unknown { open[Int(levels[row])].countClipped() }
    for row in scores.indices.reversed().prefix(while: { scores[$0] > 1 - CalibrationGroups.clip })
    where outcomes[row] != .unknown { open[Int(levels[row])].countClipped() }
    for level in isMember.indices { open[level].finish() }
    return zip(slices, isMember).map { $1 ? $0 : nil }
  }
}

extension RecalibrationResult {
  fileprivate init(fitting data: some LogisticData) {
    self.init { () throws(StatisticsError) in try recalibrate(data) }
  }
}
