import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The identities of one slice's joint table of model and baseline.
struct PairedCheck {
  let paired: ReleasedPaired
  let stratum: ReleasedStratum
  let partition: Partition
  let grid: ScoreGrid
  let policy: DisclosurePolicy
  let place: String

  func run() throws(BrokenRule) {
    try checkCells()
    try checkMargins()
    try checkRanks()
  }

  private func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
    if !holds { throw BrokenRule(place: place, rule: rule) }
  }

  private func checkCells() throws(BrokenRule) {
    try require(
      areReleasable(paired.positive, paired.negative, minimumCell: policy.minimumCell),
      "a paired cell is below the minimum cell in one class")
    guard let unlabelled = paired.unlabelled.value else { return }
    try require(
      unlabelled.allSatisfy { $0 == 0 || $0 >= policy.minimumCell },
      "an unlabelled paired cell is below the minimum cell")
  }

  // The columns of each row add up to the slice's own count between the same two thresholds.
  private func checkMargins() throws(BrokenRule) {
    let edges = paired.thresholds.compactMap { grid.index(of: $0) }
    let places = edges.compactMap { partition.edges.firstIndex(of: $0) }
    try require(
      places.count == paired.thresholds.count, "paired counts stand on a threshold that was merged away")
    let bounds = [0] + places + [partition.count]
    func agree(_ table: IntervalCounts, _ counts: IntervalCounts) -> Bool {
      zip(bounds, bounds.dropFirst()).enumerated().allSatisfy { row, interval in
        let first = row * paired.columnCount
        return table[first..<(first + paired.columnCount)].reduce(0, +)
          == counts[interval.0..<interval.1].reduce(0, +)
      }
    }
    try require(
      agree(paired.positive, stratum.positive) && agree(paired.negative, stratum.negative),
      "paired counts do not add up to the score intervals")
    guard let table = paired.unlabelled.value else { return }
    guard let counts = stratum.unlabelled.value else {
      throw BrokenRule(place: place, rule: "unlabelled paired counts stand where the slice withholds them")
    }
    try require(agree(table, counts), "paired counts do not add up to the score intervals")
  }

  private func checkRanks() throws(BrokenRule) {
    let positives = stratum.events - paired.withoutBaseline(paired.positive)
    let negatives = stratum.nonEvents - paired.withoutBaseline(paired.negative)
    // Why they are withheld cannot be seen: nobody has a baseline score, or one of the scores is coarse.
    guard let ranks = paired.ranks.value else { return }
    try require(
      ranks.candidate.positives == positives && ranks.candidate.negatives == negatives
        && positives >= policy.minimumCell && negatives >= policy.minimumCell,
      "paired rank sums are of another number of rows")
    do { try ranks.check() } catch {
      throw BrokenRule(place: place, rule: "paired rank sums are impossible: \(error)")
    }
    let rows = paired.thresholds.count + 1
    let columns = paired.columnCount
    try require(
      intervals(rows) { row in (0..<(columns - 1)).map { row * columns + $0 } }
        .contains(ranks.candidate.sumPositive)
        && intervals(columns - 1) { column in (0..<rows).map { $0 * columns + column } }
          .contains(ranks.baseline.sumPositive),
      "paired rank sums contradict the paired counts")
    if positives == stratum.events, negatives == stratum.nonEvents {
      try require(
        ranks.candidate == stratum.ranks, "paired rank sums of all rows are not those of the slice")
    }
  }

  // What the doubled rank sum can be, given the counts of both classes by interval.
  private func intervals(_ count: Int, cells: (Int) -> [Int]) -> ClosedRange<Int128> {
    var least: Int128 = 0
    var most: Int128 = 0
    var below: Int128 = 0
    for interval in 0..<count {
      let positive = cells(interval).reduce(Int128(0)) { $0 + Int128(paired.positive[$1]) }
      least += 2 * positive * below
      below += cells(interval).reduce(Int128(0)) { $0 + Int128(paired.negative[$1]) }
      most += 2 * positive * below
    }
    return least...most
  }
}

/// Each cell holds enough of both labelled classes, or nobody of either.
private func areReleasable(_ positive: [Int], _ negative: [Int], minimumCell: Int) -> Bool {
  zip(positive, negative).allSatisfy { ($0 == 0 && $1 == 0) || min($0, $1) >= minimumCell }
}

/// The joint tables of an attribute's levels against that of overall.
struct PairedLevelsCheck {
  let overall: Disclosed<ReleasedPaired>
  /// One entry a released level.
  let levels: [Disclosed<ReleasedPaired>]
  let partition: Partition
  /// Whether every row of the window is in a released level.
  let restIsEmpty: Bool
  let grid: ScoreGrid
  let policy: DisclosurePolicy
  let place: String

  func run() throws(BrokenRule) {
    let shown = levels.compactMap(\.value)
    if shown.isEmpty { return }
    guard let overall = overall.value else {
      throw broken("has paired counts where overall has none")
    }
    let thresholds = overall.thresholds.filter { threshold in
      grid.index(of: threshold).map(partition.edges.contains) ?? false
    }
    guard !thresholds.isEmpty, shown.allSatisfy({ $0.thresholds == thresholds }) else {
      throw broken("paired counts of the levels are not on the thresholds of overall")
    }
    let everybodyIsShown = restIsEmpty && shown.count == levels.count
    func rest(_ table: (ReleasedPaired) -> IntervalCounts) -> IntervalCounts {
      shown.reduce(overall.coarsened(table(overall), to: thresholds)) { rest, level in
        zip(rest, table(level)).map { $0 - $1 }
      }
    }
    let positive = rest(\.positive)
    let negative = rest(\.negative)
    guard !everybodyIsShown || (positive + negative).allSatisfy({ $0 == 0 }) else {
      throw broken("paired counts of the levels do not add up to overall")
    }
    guard areReleasable(positive, negative, minimumCell: policy.minimumCell) else {
      throw broken("paired counts that are left over are below the minimum cell")
    }
    try checkUnlabelled(shown, overall: overall, thresholds: thresholds, everybodyIsShown: everybodyIsShown)
  }

  private func checkUnlabelled(
    _ shown: [ReleasedPaired], overall: ReleasedPaired, thresholds: [ExactDecimal], everybodyIsShown: Bool
  ) throws(BrokenRule) {
    let tables = shown.compactMap(\.unlabelled.value)
    if tables.isEmpty { return }
    guard tables.count == shown.count, let whole = overall.unlabelled.value else {
      throw broken("unlabelled paired counts are released for some levels only")
    }
    let rest = tables.reduce(overall.coarsened(whole, to: thresholds)) { rest, table in
      zip(rest, table).map { $0 - $1 }
    }
    guard rest.allSatisfy({ $0 == 0 || ($0 >= policy.minimumCell && !everybodyIsShown) }) else {
      throw broken("unlabelled paired counts of the levels do not agree with overall")
    }
  }

  private func broken(_ rule: String) -> BrokenRule { BrokenRule(place: place, rule: rule) }
}

extension ReleasedPaired {
  /// A table on some of its thresholds.
  fileprivate func coarsened(_ counts: IntervalCounts, to kept: [ExactDecimal]) -> IntervalCounts {
    PairedDivision(
      thresholds: thresholds.count,
      kept: thresholds.indices.filter { kept.contains(thresholds[$0]) }
    ).merge(counts)
  }
}
