/// What the order of a slice's labelled rows says.
package struct SliceRanks: Sendable, Equatable {
  package let ranks: RankIntegers
  /// As `averagePrecision(sortedGroups:)`; nil without a positive row.
  package let averagePrecision: Double?
  /// How many different scores there are.
  package let distinctScores: Int
}

extension SortedScores {
  /// The ranks and the average precision of each level of an attribute, in one pass from the highest score down.
  ///
  /// - Throws: `StatisticsError.invalidArgument` when there are fewer levels than rows or more, or one is not below
  ///   `levelCount`.
  package func ranks(levels: [UInt8], levelCount: Int) throws(StatisticsError) -> [SliceRanks] {
    try checkLevels(levels, levelCount)
    var slices = Array(repeating: DescendingSlice(), count: levelCount)
    var open = slices.mutableSpan
    var row = count - 1
    while row >= 0 {
      let level = Int(levels[row])
      switch outcomes[row] {
      case .positive: open[level].addPositive(scores[row])
      case .negative: open[level].addNegative(scores[row])
      case .unknown: break
      }
      row -= 1
    }
    for level in 0..<levelCount { open[level].closeGroup() }
    return slices.map(\.result)
  }

  func checkLevels(_ levels: [UInt8], _ levelCount: Int) throws(StatisticsError) {
    guard levels.count == count, Int(levels.max() ?? 0) < max(levelCount, 1) else {
      throw .invalidArgument("levels do not match the rows")
    }
  }
}

/// A slice while its rows come in by descending score.
private struct DescendingSlice {
  private var score = -1.0
  // Of the group of equal scores at hand.
  private var positivesHere: UInt64 = 0
  private var negativesHere: UInt64 = 0
  // Of the groups above.
  private var positives: UInt64 = 0
  private var negatives: UInt64 = 0
  private var groups = 0
  // Placements from above: Σ over positive rows of 2·(negatives above) + (negatives equal), and for negative rows
  // of the positives; each and its square. With at most 2³¹ rows a placement is below 2³² and a sum below 2⁶³.
  private var fromAbove: UInt64 = 0
  private var squaredFromAbove: UInt128 = 0
  private var placements: UInt64 = 0
  private var squaredPlacements: UInt128 = 0
  private var precision = NeumaierSum()

  @inline(__always)
  mutating func addPositive(_ score: Double) {
    if score != self.score { open(score) }
    positivesHere &+= 1
  }

  @inline(__always)
  mutating func addNegative(_ score: Double) {
    if score != self.score { open(score) }
    negativesHere &+= 1
  }

  @inline(__always)
  private mutating func open(_ score: Double) {
    closeGroup()
    self.score = score
  }

  @inline(__always)
  mutating func closeGroup() {
    if positivesHere > 0 {
      let place = 2 &* negatives &+ negativesHere
      fromAbove &+= positivesHere &* place
      squaredFromAbove &+= UInt128(positivesHere) &* UInt128(place &* place)
      let reached = positives &+ positivesHere
      let flagged = reached &+ negatives &+ negativesHere
      precision.add(Double(positivesHere) * (Double(reached) / Double(flagged)))
    } else if negativesHere == 0 {
      return
    }
    if negativesHere > 0 {
      let place = 2 &* positives &+ positivesHere
      placements &+= negativesHere &* place
      squaredPlacements &+= UInt128(negativesHere) &* UInt128(place &* place)
    }
    groups += 1
    positives &+= positivesHere
    negatives &+= negativesHere
    positivesHere = 0
    negativesHere = 0
  }

  /// c = 2n − (placement from above) of a positive row; d of a negative one is the placement from above.
  var result: SliceRanks {
    let m = Int128(positives)
    let n = Int128(negatives)
    let above = Int128(fromAbove)
    return SliceRanks(
      ranks: RankIntegers(
        positives: Int(positives), negatives: Int(negatives), sumPositive: 2 * m * n - above,
        sumSquaredPositive: 4 * n * n * m - 4 * n * above + Int128(squaredFromAbove),
        sumNegative: Int128(placements), sumSquaredNegative: Int128(squaredPlacements)),
      averagePrecision: positives > 0 ? precision.value / Double(positives) : nil, distinctScores: groups)
  }
}
