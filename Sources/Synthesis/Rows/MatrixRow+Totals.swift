import EvaluationProtocols

extension MatrixRow {
  /// A row with everything that follows from its totals.
  init(
    window: String, slice: SliceID, contributors: [String], withheld: [String], totals: StratumTotals,
    measures: [Measure], acknowledgement: AcknowledgementTimes?
  ) {
    let isOverall = slice == .overall
    self.init(
      window: window, slice: slice, contributors: contributors, withheld: withheld,
      labelled: totals.sums.labelled, events: totals.sums.events, unlabelled: totals.sums.unlabelled,
      patients: totals.sums.patients, measures: measures,
      reliability: totals.reliability(), decomposition: totals.brierDecomposition(),
      distribution: isOverall ? totals.distribution() : [],
      decisionCurve: isOverall ? totals.decisionCurve() : [], acknowledgement: acknowledgement)
  }
}

/// The measures of alerts in a row, where the protocol has operations.
func operationMeasures(
  _ totals: OperationTotals?, estimand: Estimand, under evaluationProtocol: EvaluationProtocol
) -> [Measure] {
  guard let totals, let plan = evaluationProtocol.operations else { return [] }
  return OperationMeasures(totals: totals, plan: plan, estimand: estimand).measures()
}

/// How long alerts of a row waited, where the protocol has operations.
func acknowledgementTimes(
  _ totals: OperationTotals?, under evaluationProtocol: EvaluationProtocol
) -> AcknowledgementTimes? {
  guard let totals, let plan = evaluationProtocol.operations else { return nil }
  return OperationMeasures(totals: totals, plan: plan, estimand: .site).times()
}
