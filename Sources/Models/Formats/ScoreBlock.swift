/// Rows whose inputs wait for their scores: a model of trees runs fastest on many rows at a time.
package struct ScoreBlock {
  /// The most rows that may wait.
  package static let capacity = 1024

  /// Rows that wait.
  package private(set) var count = 0
  private let scorer: ModelScorer
  private var inputs: [Double]
  private var scores: [ModelScore] = []

  /// An empty block.
  package init(_ scorer: ModelScorer) {
    self.scorer = scorer
    inputs = Array(repeating: 0, count: Self.capacity * scorer.inputCount)
  }

  /// Adds a row whose cells `cell` gives, by position in the scorer's columns.
  package mutating func append(_ cell: (Int) -> Cell) {
    precondition(count < Self.capacity, "the block is full")
    scorer.readInputs(cell, into: &inputs, at: count * scorer.inputCount)
    count += 1
  }

  /// The answers for the rows that wait, in their order; none waits afterwards.
  package mutating func takeScores() -> [ModelScore] {
    defer { count = 0 }
    return scorer.scores(of: inputs, rows: count)
  }
}
