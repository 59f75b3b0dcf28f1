import EvaluationProtocols
import Statistics

/// The levels of one attribute, each by itself and against overall.
struct AttributeCheck {
  let attribute: ReleasedAttribute
  let window: ReleasedWindow
  let grid: ScoreGrid
  let policy: DisclosurePolicy

  func run() throws(BrokenRule) {
    func broken(_ rule: String) -> BrokenRule { BrokenRule(place: attribute.id, rule: rule) }
    // Every row is in one level, so rows are in some level exactly if they are in the window.
    guard attribute.levels.allSatisfy({ $0 == .empty }) == (window.overall == .empty) else {
      throw broken("its levels do not hold the rows of overall")
    }
    guard let partition = attribute.partition else { return }
    guard let overall = window.overall.stratum, let overallPartition = window.partition else {
      throw broken("has counts where overall has none")
    }
    guard Set(partition.edges).isSubset(of: overallPartition.edges) else {
      throw broken("is not on a coarsening of the overall partition")
    }
    let released = attribute.levels.compactMap(\.stratum)
    guard !released.isEmpty else { throw broken("has edges but no counts") }
    for (index, level) in attribute.levels.enumerated() {
      guard let stratum = level.stratum else { continue }
      try StratumCheck(
        stratum: stratum, partition: partition, grid: grid, policy: policy,
        place: "\(attribute.id) level \(index + 1)"
      ).run()
    }

    let restIsEmpty = !attribute.levels.contains(.withheld)
    for (keyPath, name) in [(\ReleasedStratum.positive, "positive"), (\.negative, "negative")] {
      let whole = coarsen(overall[keyPath: keyPath], from: overallPartition, to: partition)
      let rest = subtract(released.map { $0[keyPath: keyPath] }, from: whole)
      guard rest.allSatisfy({ restIsEmpty ? $0 == 0 : $0 >= policy.minimumCell }) else {
        throw broken(
          restIsEmpty
            ? "\(name) counts of the levels do not add up to overall"
            : "\(name) counts that are left over are below the minimum cell")
      }
    }
    try checkUnlabelled(released, overall: overall, on: partition, of: attribute.id, restIsEmpty: restIsEmpty)
    try LevelSumsCheck(
      overall: overall, overallPartition: overallPartition, levels: released, partition: partition,
      restIsEmpty: restIsEmpty, grid: grid, place: attribute.id
    ).run()
    if let paired = overall.paired {
      try PairedLevelsCheck(
        overall: paired, levels: released.compactMap(\.paired), partition: partition,
        restIsEmpty: restIsEmpty, grid: grid, policy: policy, place: attribute.id
      ).run()
    }
  }

  private func checkUnlabelled(
    _ levels: [ReleasedStratum], overall: ReleasedStratum, on partition: Partition, of attribute: String,
    restIsEmpty: Bool
  ) throws(BrokenRule) {
    let shown = levels.compactMap(\.unlabelled.value)
    if shown.isEmpty { return }
    guard shown.count == levels.count, let whole = overall.unlabelled.value,
      let overallPartition = window.partition
    else {
      throw BrokenRule(place: attribute, rule: "unlabelled counts are released for some levels only")
    }
    let rest = subtract(shown, from: coarsen(whole, from: overallPartition, to: partition))
    let nobodyIsUnlabelled = whole.allSatisfy { $0 == 0 }
    // Where somebody has no label, "nobody in this level" is about the level's people.
    let levelsAgree = shown.joined().allSatisfy { nobodyIsUnlabelled == ($0 == 0) }
    guard levelsAgree,
      rest.allSatisfy({ (nobodyIsUnlabelled || restIsEmpty) ? $0 == 0 : $0 >= policy.minimumCell })
    else {
      throw BrokenRule(place: attribute, rule: "unlabelled counts of the levels do not agree with overall")
    }
  }

  private func coarsen(_ counts: [Int], from fine: Partition, to coarse: Partition) -> [Int] {
    zip(coarse.edges, coarse.edges.dropFirst()).map { lower, upper in
      zip(fine.edges, counts).reduce(0) { $1.0 >= lower && $1.0 < upper ? $0 + $1.1 : $0 }
    }
  }

  private func subtract(_ lists: [[Int]], from whole: [Int]) -> [Int] {
    whole.indices.map { index in lists.reduce(whole[index]) { $0 - $1[index] } }
  }
}
