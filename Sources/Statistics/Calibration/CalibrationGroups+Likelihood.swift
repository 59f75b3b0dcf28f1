extension CalibrationGroups: LogisticData {
  var logitsOfPositives: ClosedRange<Double>? { range { $0.positives > 0 } }
  var logitsOfNegatives: ClosedRange<Double>? { range { $0.negatives > 0 } }

  private func range(of isMember: (Group) -> Bool) -> ClosedRange<Double>? {
    guard let first = groups.first(where: isMember), let last = groups.last(where: isMember) else {
      return nil
    }
    return first.logit...last.logit
  }

  func point(intercept: Double, slope: Double) -> LogisticPoint {
    var likelihood = NeumaierSum()
    var first = NeumaierSum()
    var weights = NeumaierSum()
    var weighted = NeumaierSum()
    var terms: [(residual: Double, weight: Double)] = []
    terms.reserveCapacity(groups.count)
    for group in groups {
      let event = LogisticValue(intercept + slope * group.logit)
      let logs = event.negativeLogs
      likelihood.add(-group.positives * logs.probability - group.negatives * logs.complement)
      // Σ(y − μ), without the cancellation of positives − rows·μ.
      let residual = group.positives * event.complement - group.negatives * event.probability
      let weight = group.rows * event.probability * event.complement
      first.add(residual)
      weights.add(weight)
      weighted.add(weight * group.logit)
      terms.append((residual, weight))
    }
    let centre = weighted.value / weights.value
    var second = NeumaierSum()
    var squares = NeumaierSum()
    for (group, term) in zip(groups, terms) {
      let deviation = group.logit - centre
      second.add(term.residual * deviation)
      squares.add(term.weight * deviation * deviation)
    }
    return LogisticPoint(
      intercept: intercept, slope: slope, logLikelihood: likelihood.value, gradientIntercept: first.value,
      gradientSlope: second.value, weight: weights.value, centre: centre, spread: squares.value)
  }

  func excess(intercept: Double) -> (value: Double, slope: Double) {
    var excess = NeumaierSum()
    var weight = NeumaierSum()
    for group in groups {
      let event = LogisticValue(intercept + group.logit)
      excess.add(group.negatives * event.probability - group.positives * event.complement)
      weight.add(group.rows * event.probability * event.complement)
    }
    return (excess.value, weight.value)
  }
}
