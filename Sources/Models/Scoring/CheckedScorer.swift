/// Scores rows block by block and checks the answers; for one thread and one part of a dataset.
///
/// Every answer: there is one a row, and a number that a model computed is in 0...1 or not finite, which is a row
/// without a usable score. About one row in a hundred, and at least eight where there are as many, is scored a second
/// time, in another order and in blocks of another size, and has to give the same bits: a model whose answer depends
/// on the rows around it could carry more about patients out than a score. Which rows those are is decided by their
/// inputs, so the same rows give the same choice in any order. Memory grows with the inputs, not with the rows.
///
/// - Source: `protocols/models.md`, section 5.
package struct CheckedScorer<Scorer: BlockScorer> {
  /// Rows that were scored a second time so far.
  package private(set) var rescored = 0

  private let scorer: Scorer
  /// Rows chosen by their mark alone, until there are enough for a second scoring.
  private var chosen: [ScoredRow] = []
  /// The rows with the smallest marks, for so few rows that no mark chooses any.
  private var smallest: [ScoredRow] = []

  /// A scorer that has seen no row.
  package init(_ scorer: Scorer) {
    self.scorer = scorer
    chosen.reserveCapacity(RescoringRule.together)
  }

  /// Rows that are best scored together: a model of trees runs fastest on many at a time.
  package static var blockSize: Int { 1024 }

  /// The answers for rows whose inputs lie one row after the other, in their order.
  ///
  /// - Throws: `ModelError.scoreCount`, `.scoreOutOfRange` or `.scoreDependsOnRows`.
  package mutating func scores(of inputs: [Double], rows: Int) throws(ModelError) -> [ModelScore] {
    let scores = try answers(of: inputs, rows: rows)
    guard scorer.computes else { return scores }
    for row in 0..<rows {
      let mark = mark(ofRow: row, in: inputs)
      let isChosen = mark % RescoringRule.oneOf == 0
      guard isChosen || isAmongSmallest(mark) else { continue }
      let width = scorer.inputCount
      let scored = ScoredRow(
        mark: mark, inputs: Array(inputs[row * width..<(row + 1) * width]), score: scores[row])
      if !isChosen {
        keepSmallest(scored)
        continue
      }
      chosen.append(scored)
      if chosen.count == RescoringRule.together {
        try rescore(chosen)
        chosen.removeAll(keepingCapacity: true)
      }
    }
    return scores
  }

  /// Scores a second time what is left of the chosen rows; to be called once, after the last block.
  ///
  /// - Throws: as `scores`.
  package mutating func finish() throws(ModelError) {
    try rescore(chosen + smallest)
    chosen = []
    smallest = []
  }

  // MARK: Answers

  private func answers(of inputs: [Double], rows: Int) throws(ModelError) -> [ModelScore] {
    let scores = scorer.scores(of: inputs, rows: rows)
    guard scores.count == rows else { throw .scoreCount(expected: rows, found: scores.count) }
    if scorer.computes {
      for case .number(let score) in scores where score.isFinite && !(0...1).contains(score) {
        throw .scoreOutOfRange
      }
    }
    return scores
  }

  /// In the order of the marks, which is not that of the file, and in short blocks.
  private mutating func rescore(_ rows: [ScoredRow]) throws(ModelError) {
    let rows = rows.sorted { $0.mark < $1.mark }
    var start = 0
    while start < rows.count {
      let block = rows[start..<min(start + RescoringRule.blockRows, rows.count)]
      let again = try answers(of: block.flatMap(\.inputs), rows: block.count)
      for (row, score) in zip(block, again) where !row.score.hasSameBits(as: score) {
        throw .scoreDependsOnRows
      }
      start = block.endIndex
    }
    rescored += rows.count
  }

  // MARK: Choice

  /// Depends on the inputs alone. Products that do not wait for each other: this runs for every row.
  private func mark(ofRow row: Int, in inputs: [Double]) -> UInt64 {
    inputs.withUnsafeBufferPointer { inputs in
      var sum: UInt64 = 0
      var factor: UInt64 = 0x9E37_79B9_7F4A_7C15
      for input in inputs[row * scorer.inputCount..<(row + 1) * scorer.inputCount] {
        let bits = input.bitPattern
        sum &+= (bits ^ bits >> 32) &* factor
        factor &+= 0x3C6E_F372_FE94_F82A
      }
      sum ^= sum >> 31
      sum &*= 0x94D0_49BB_1331_11EB
      return sum ^ sum >> 29
    }
  }

  private func isAmongSmallest(_ mark: UInt64) -> Bool {
    smallest.count < RescoringRule.atLeast || mark < smallest[smallest.count - 1].mark
  }

  private mutating func keepSmallest(_ row: ScoredRow) {
    let place = smallest.firstIndex { row.mark < $0.mark } ?? smallest.count
    smallest.insert(row, at: place)
    if smallest.count > RescoringRule.atLeast { smallest.removeLast() }
  }
}

/// How many rows are scored a second time, and how.
private enum RescoringRule {
  /// One row of so many.
  static let oneOf: UInt64 = 100
  /// But so many where there are as many.
  static let atLeast = 8
  /// Chosen rows that wait for their second scoring.
  static let together = 256
  /// Unlike the first blocks, and no divisor of their size.
  static let blockRows = 37
}

/// A row as it was scored.
private struct ScoredRow {
  let mark: UInt64
  let inputs: [Double]
  let score: ModelScore
}

extension ModelScore {
  fileprivate func hasSameBits(as other: ModelScore) -> Bool {
    switch (self, other) {
    case (.number(let left), .number(let right)): left.bitPattern == right.bitPattern
    case (.missing, .missing), (.unreadable, .unreadable): true
    default: false
    }
  }
}
