import EvaluationProtocols

/// The baseline's scores of one window's rows, and where each row stands in the joint table.
struct PairedRows {
  let thresholds: Int
  /// The cell of `LocalPaired` that each row stands in.
  let cells: [UInt16]
  /// The rows with a baseline score, by ascending baseline score.
  let order: [UInt32]
  /// One a row; not a number where there is none.
  let scores: [Double]

  /// The rows of a window, in its order.
  ///
  /// - Parameters:
  ///   - scores: the model's scores.
  ///   - baseline: the baseline's, not a number where a row has none.
  init(scores: [Double], baseline: [Double], plan: PairedPlan) {
    thresholds = plan.thresholds
    self.scores = baseline
    cells = zip(scores, baseline).map { plan.cell(score: $0, baseline: $1) }
    // Equal scores may stand in any order: they are counted as one group.
    let compared = baseline.indices.filter { !baseline[$0].isNaN }.map { UInt32(truncatingIfNeeded: $0) }
    order = ascendingOrder(of: compared, by: baseline)
  }
}

/// The thresholds of the model and those of the baseline, position by position.
struct PairedPlan {
  let thresholds: Int
  private let model: Bands
  private let baseline: Bands

  /// Nil where the protocol has no baseline.
  init?(_ evaluationProtocol: EvaluationProtocol) {
    guard let baseline = evaluationProtocol.baseline else { return nil }
    thresholds = evaluationProtocol.model.thresholds.count
    model = Bands(evaluationProtocol.model.thresholds.map(\.value))
    self.baseline = Bands(baseline.thresholds)
  }

  /// The cell of a row; the last column is for rows without a baseline score.
  ///
  /// A protocol has at most 32 thresholds, so a cell fits two bytes.
  func cell(score: Double, baseline: Double) -> UInt16 {
    let column = baseline.isNaN ? thresholds + 1 : self.baseline.index(of: baseline)
    return UInt16(model.index(of: score) * (thresholds + 2) + column)
  }
}
