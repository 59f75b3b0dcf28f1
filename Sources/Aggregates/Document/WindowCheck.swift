import EvaluationProtocols
import Statistics

/// A rule that one window's numbers break.
struct BrokenRule: Error {
  let place: String
  let rule: String
}

/// The arithmetic identities of one window, and the disclosure rule on what was released.
///
/// Listed in `protocols/aggregate.md`, "Identities". Patients behind a count cannot be checked here; rows
/// can, and there are at least as many rows as patients.
struct WindowCheck {
  let window: ReleasedWindow
  let grid: ScoreGrid
  let policy: DisclosurePolicy

  func run() throws(BrokenRule) {
    if let stratum = window.overall.stratum, let partition = window.partition {
      try StratumCheck(stratum: stratum, partition: partition, grid: grid, policy: policy, place: "overall")
        .run()
    }
    for attribute in window.attributes { try check(attribute) }
    try checkHistograms()
  }

  private func check(_ attribute: ReleasedAttribute) throws(BrokenRule) {
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

  private func checkHistograms() throws(BrokenRule) {
    guard window.histogramsCountUnlabelled == (window.overall.stratum?.unlabelled.value != nil) else {
      throw BrokenRule(
        place: "histograms", rule: "counts rows without a label otherwise than overall shows them")
    }
    var totals: Set<Int> = []
    for histogram in window.histograms {
      func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
        if !holds { throw BrokenRule(place: "histogram of \(histogram.column)", rule: rule) }
      }
      guard let cells = histogram.cells.value else { continue }
      try require(
        cells.allSatisfy { $0.rows == 0 || $0.rows >= policy.minimumCell }, "a cell is below the minimum cell"
      )
      let total = cells.reduce(0) { $0 + $1.rows }
      switch window.overall {
      case .empty: try require(total == 0, "counts rows of an empty window")
      case .withheld: try require(total > 0, "says that no row of a withheld window has a label")
      case .released(let overall):
        let unlabelled = overall.unlabelled.value?.reduce(0, +) ?? 0
        try require(total == overall.labelled + unlabelled, "does not add up to overall")
      }
      totals.insert(total)
      try require(totals.count == 1, "counts other rows than the histogram before it")
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
