import TreeEnsembles

/// What a model answers for a few rows, bit for bit.
struct TreeAnswers: Equatable {
  let shape: [Int]
  let names: [String]
  let margins: [UInt64]
}

/// Scores rows that no clinic has, and demands what holds of every model that was accepted.
///
/// - Parameter scale: no leaf is larger, where the caller knows it: contributions then have to add up.
func checkModel(_ model: TreeEnsemble, scale: Double? = nil) -> TreeAnswers {
  let width = model.featureCount
  // A model of many inputs costs more to score than it teaches.
  let count = width > 2000 ? 2 : 9
  let rows = (0..<count).map { row in (0..<width).map { probe($0, row: row) } }
  let evaluator = model.makeEvaluator()

  let margins = evaluator.each(rows.flatMap { $0 }, count, of: 1) { $0.margins(of: $1, into: &$2) }
  for (row, margin) in zip(rows, margins) {
    let alone = evaluator.each(row, 1, of: 1) { $0.margins(of: $1, into: &$2) }
    demand(alone[0].bitPattern == margin.bitPattern, "a row alone scores otherwise than among others")
  }
  let probabilities = evaluator.each(rows.flatMap { $0 }, count, of: 1) {
    $0.probabilities(of: $1, into: &$2)
  }
  for (margin, probability) in zip(margins, probabilities) {
    let isAsItShould = margin.isNaN ? probability.isNaN : (0...1).contains(probability)
    demand(isAsItShould, "a margin of \(margin) gives \(probability)")
  }
  checkContributions(of: evaluator, rows: rows, width: width, margins: margins, scale: scale)
  return TreeAnswers(
    shape: [width, model.treeCount, model.nodeCount], names: model.featureNames,
    margins: margins.map(\.bitPattern))
}

private func checkContributions(
  of evaluator: TreeEvaluator, rows: [[Double]], width: Int, margins: [Double], scale: Double?
) {
  var found = [Double](repeating: 0, count: rows.count * (width + 1))
  do {
    var places = found.mutableSpan
    try evaluator.contributions(of: rows.flatMap { $0 }.span, into: &places)
  } catch { return }
  guard let scale, scale < 1e30 else { return }
  for (row, margin) in margins.enumerated() where margin.isFinite {
    let sum = found[row * (width + 1)..<(row + 1) * (width + 1)].reduce(0, +)
    demand(abs(sum - margin) <= 1e-4 * scale, "contributions add up to \(sum), the margin is \(margin)")
  }
}

/// Numbers around every edge of the formats: none, both zeros, categories, beyond binary32, beyond any category.
private func probe(_ feature: Int, row: Int) -> Double {
  let numbers = [
    .nan, 0, -0.0, 1, -3.5, 0.5, 1e300, -.infinity, .infinity, 16_777_215, 2, 31, 32, 1e-36, 4_294_967_296,
    -1, 7.25,
  ]
  return row == 0 ? .nan : numbers[(feature &* 7 &+ row &* 5) % numbers.count]
}

extension TreeEvaluator {
  fileprivate func each(
    _ rows: [Double], _ count: Int, of width: Int,
    _ score: (TreeEvaluator, Span<Double>, inout MutableSpan<Double>) -> Void
  ) -> [Double] {
    var answers = [Double](repeating: 0, count: count * width)
    var places = answers.mutableSpan
    score(self, rows.span, &places)
    return answers
  }
}
