import EvaluationProtocols

/// The joint tables of an attribute's released levels: which are shown, and on which thresholds.
struct PairedLevels {
  private let division: PairedDivision
  private let shown: [Int]
  private let showsUnlabelled: Bool
  private let rule: PairedRelease

  /// Chooses among the levels that the attribute releases.
  ///
  /// - Parameters:
  ///   - chosen: positions of the attribute's released levels.
  ///   - mayCrossIntervals: whether tables may stand beside score intervals that are finer than their rows.
  ///   - closeRemainder: the attribute's rule that withholds the smallest of some levels until what is left over is
  ///     acceptable.
  /// - Returns: nil where no threshold is left, or where the tables would cross the intervals and may not.
  init?(
    among chosen: [Int], of levels: [LocalPaired], overall: LocalPaired, overallRelease: PairedOverall?,
    partition: Partition, mayCrossIntervals: Bool, showsUnlabelled: Bool, rule: PairedRelease,
    closeRemainder: (_ candidates: [Int], _ isAcceptable: ([Int]) -> Bool) -> [Int]
  ) {
    guard let overallRelease,
      let division = rule.evaluationProtocol.pairedDivision(within: overallRelease.division, on: partition),
      mayCrossIntervals || partition.edges.count == division.kept.count + 2
    else { return nil }
    func remainder(_ shown: [Int]) -> LocalPaired { shown.reduce(overall) { $0.subtracting(levels[$1]) } }
    let shown = closeRemainder(chosen.filter { rule.passes(levels[$0], on: division) }) {
      rule.passes(remainder($0), on: division)
    }
    self.division = division
    self.shown = shown
    self.rule = rule
    // An empty remainder has no row in any cell.
    self.showsUnlabelled =
      showsUnlabelled && overallRelease.showsUnlabelled
      && (shown.map { levels[$0] } + [remainder(shown)]).allSatisfy {
        rule.unlabelledPasses($0, on: division)
      }
  }

  /// The table of a level.
  func release(_ counts: LocalPaired, at index: Int) -> Disclosed<ReleasedPaired> {
    shown.contains(index)
      ? .released(rule.released(counts, on: division, showsUnlabelled: showsUnlabelled)) : .withheld
  }
}

extension ReleasedAttribute {
  /// Whether its levels have joint tables beside score intervals that are finer than the tables' rows.
  ///
  /// Of two such attributes four sums stand around a ring (interval and level of each, baseline and level of each), and
  /// counts of few rows can follow from them; of one they stand in a line, and none does.
  var crossesIntervals: Bool {
    guard let partition, let paired = levels.lazy.compactMap({ $0.stratum?.paired?.value }).first else {
      return false
    }
    return partition.edges.count > paired.thresholds.count + 2
  }
}
