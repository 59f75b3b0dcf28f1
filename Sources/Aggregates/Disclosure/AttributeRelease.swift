import EvaluationProtocols

/// Decides which levels of one attribute are released, and on which coarsening of the overall partition.
///
/// The remainder is a slice: overall minus the released levels is empty or passes the same rule.
/// Specified in `protocols/disclosure.md`, "Attributes".
struct AttributeRelease {
  let attribute: String
  let levels: [LocalStratum]
  let overall: LocalStratum
  let overallPartition: Partition?
  let unlabelledIsReleased: Bool
  let grid: ScoreGrid
  let policy: DisclosurePolicy
  let pairedRule: PairedRelease
  let pairedRelease: PairedOverall?
  /// Whether no attribute before has joint tables beside score intervals that are finer than their rows.
  let mayCrossIntervals: Bool

  func release() -> ReleasedAttribute {
    let chosen = chooseLevelsAndPartition()
    let showsUnlabelled = chosen.map { self.showsUnlabelled(levels: $0.levels, on: $0.partition) } ?? false
    let highPositive = highPowerLevels(of: .positive, among: chosen?.levels ?? [])
    let highNegative = highPowerLevels(of: .negative, among: chosen?.levels ?? [])
    let paired = chosen.flatMap {
      self.paired(levels: $0.levels, on: $0.partition, showsUnlabelled: showsUnlabelled)
    }
    return ReleasedAttribute(
      id: attribute, partition: chosen?.partition,
      levels: levels.indices.map { index in
        if levels[index].rows.isEmpty { return .empty }
        guard let chosen, chosen.levels.contains(index) else { return .withheld }
        return .released(
          levels[index].released(
            on: chosen.partition, grid: grid, policy: policy, showsUnlabelled: showsUnlabelled,
            highPowers: HighPowerClasses(
              positive: highPositive.contains(index), negative: highNegative.contains(index)),
            paired: levels[index].paired.map { paired?.release($0, at: index) ?? .withheld }))
      }, unscored: .withheld)
  }

  // Thresholds are worth more than levels that cannot hold them: a level of a dozen events would
  // otherwise cost every other level its sensitivity. So the levels are chosen on the thresholds that
  // overall kept; only if none is left is the highest threshold given up, and so on.
  private func chooseLevelsAndPartition() -> (levels: [Int], partition: Partition)? {
    guard let overallPartition else { return nil }
    var kept = overallPartition.edges.filter { grid.kinds[$0] >= .threshold }
    while true {
      let chosen = safeLevels(on: Partition(edges: kept))
      if !chosen.isEmpty {
        var constraints: [ConstrainedCounts] = chosen.flatMap {
          levels[$0].patients.labelledConstraints(floor: policy.minimumCell)
        }
        if let rest = remainder(without: chosen) {
          constraints += rest.labelledConstraints(floor: policy.minimumCell)
        }
        return bestPartition(of: grid, allowed: overallPartition.edges, constraints: constraints)
          .map { (chosen, $0) }
      }
      guard kept.count > 2 else { return nil }
      kept.remove(at: kept.count - 2)
    }
  }

  // The levels that pass on a partition, less as many as the remainder needs, smallest first.
  private func safeLevels(on partition: Partition) -> [Int] {
    func passes(_ table: ClassTable) -> Bool {
      (partition.merge(table.positive) + partition.merge(table.negative))
        .allSatisfy { $0 >= policy.minimumCell }
    }
    let passing = levels.indices.filter { !levels[$0].rows.isEmpty && passes(levels[$0].patients) }
    return closeRemainder(of: passing) { chosen in remainder(without: chosen).map(passes) ?? true }
  }

  // Withholds the smallest level (fewest rows, the later one of equals) until what the others leave over is
  // acceptable.
  private func closeRemainder(of candidates: [Int], isAcceptable: ([Int]) -> Bool) -> [Int] {
    var chosen = candidates
    while !chosen.isEmpty, !isAcceptable(chosen) {
      let smallest = chosen.max { left, right in
        (levels[left].rows.total, -left) > (levels[right].rows.total, -right)
      }
      chosen.removeAll { $0 == smallest }
    }
    return chosen
  }

  // Patients of overall that stand in no chosen level; nil when no row does.
  private func remainder(without chosen: [Int]) -> ClassTable? {
    let restIsEmpty = levels.indices.allSatisfy { chosen.contains($0) || levels[$0].rows.isEmpty }
    if restIsEmpty { return nil }
    return chosen.reduce(overall.patients) { $0.subtracting(levels[$1].patients) }
  }

  private func showsUnlabelled(levels chosen: [Int], on partition: Partition) -> Bool {
    guard unlabelledIsReleased else { return false }
    if overall.rows.unlabelled.allSatisfy({ $0 == 0 }) { return true }
    func isEnough(_ table: ClassTable) -> Bool {
      partition.merge(table.unlabelled).allSatisfy { $0 >= policy.minimumCell }
    }
    return chosen.allSatisfy { isEnough(levels[$0].patients) }
      && remainder(without: chosen).map(isEnough) ?? true
  }

  // Third and fourth powers of a level need the higher floor, in the level and in what is left over.
  private func highPowerLevels(of rowClass: RowClass, among chosen: [Int]) -> [Int] {
    func isEnough(_ table: ClassTable) -> Bool {
      table[rowClass].reduce(0, +) >= DisclosurePolicy.highPowerFloor
    }
    return closeRemainder(of: chosen.filter { isEnough(levels[$0].patients) }) { chosen in
      remainder(without: chosen).map(isEnough) ?? true
    }
  }

  private func paired(levels chosen: [Int], on partition: Partition, showsUnlabelled: Bool) -> PairedLevels? {
    guard let whole = overall.paired else { return nil }
    return PairedLevels(
      among: chosen, of: levels.compactMap(\.paired), overall: whole, overallRelease: pairedRelease,
      partition: partition, mayCrossIntervals: mayCrossIntervals, showsUnlabelled: showsUnlabelled,
      rule: pairedRule, closeRemainder: closeRemainder
    )
  }
}
