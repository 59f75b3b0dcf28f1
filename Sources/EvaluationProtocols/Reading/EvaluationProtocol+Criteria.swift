import CanonicalJSON

// Rules between a criterion and the rest of the document.
extension EvaluationProtocol {
  func validate(_ criterion: Criterion, path: String) throws(DocumentError) {
    let refusal =
      thresholdProblem(of: criterion) ?? sliceProblem(of: criterion) ?? contrastProblem(of: criterion)
      ?? sectionProblem(of: criterion) ?? monitoringProblem(of: criterion) ?? boundProblem(of: criterion)
      ?? intervalProblem(of: criterion) ?? scopeProblem(of: criterion)
    if let refusal {
      throw DocumentError(path: path, problem: refusal.problem, remedy: refusal.remedy)
    }
  }

  /// What is wrong, and what the author can do.
  typealias CriterionProblem = (problem: String, remedy: String)

  private func thresholdProblem(of criterion: Criterion) -> CriterionProblem? {
    switch (criterion.metric.needsThreshold, criterion.threshold) {
    case (true, nil):
      ("\(criterion.metric.rawValue) needs a threshold", "add one of model.thresholds")
    case (false, .some):
      ("\(criterion.metric.rawValue) has no threshold", "leave out threshold")
    case (true, let threshold?) where !model.thresholds.contains { $0.value == threshold }:
      (
        "threshold \(threshold.text) is not one of the model's",
        "add it to model.thresholds with its clinical action"
      )
    default: nil
    }
  }

  private func sliceProblem(of criterion: Criterion) -> CriterionProblem? {
    switch criterion.slices {
    case .one(.overall): nil
    case .one(let slice):
      slices.contains(slice)
        ? nil : ("there is no slice \(slice.text)", "name an attribute and level of slices")
    case .eachLevel(let attribute):
      attributes.contains { $0.id == attribute }
        ? nil : ("there is no attribute \(attribute)", "name an attribute of slices")
    }
  }

  private func boundProblem(of criterion: Criterion) -> CriterionProblem? {
    switch (criterion.bound, criterion.comparison) {
    case (.lower, .atMost), (.upper, .atLeast):
      return (
        "a \(criterion.bound.rawValue) bound cannot be \(criterion.comparison.words) a limit",
        "judge the bound on the unfavourable side: lower with atLeast, upper with atMost"
      )
    default: break
    }
    if criterion.bound != .point, Metric.withoutInterval.contains(criterion.metric) {
      return (
        "\(criterion.metric.rawValue) has no interval",
        "judge its point, or a measure with an interval beside it"
      )
    }
    guard (try? FixedDecimal(exact: criterion.limit, scale: 12)) != nil else {
      return ("the limit has more than 12 decimals", "results carry 12 decimals; round the limit")
    }
    return nil
  }

  private func intervalProblem(of criterion: Criterion) -> CriterionProblem? {
    guard criterion.interval == .exact else { return nil }
    guard criterion.metric.isProportion, criterion.contrast == .none else {
      return (
        "only a proportion has an exact interval",
        "leave out interval, or judge one of "
          + Metric.allCases.filter(\.isProportion).map(\.rawValue).joined(separator: ", ")
      )
    }
    guard criterion.bound != .point else {
      return ("a point has no interval", "leave out interval, or judge the lower or the upper bound")
    }
    guard [.pooledRows, .everySite, .worstSite].contains(criterion.scope) else {
      return (
        "the scope \(criterion.scope.rawValue) has no exact interval",
        "use pooledRows, everySite or worstSite"
      )
    }
    guard criterion.looks == nil else {
      return ("looks have an interval of their own", "leave out interval, or leave out looks")
    }
    return nil
  }

  private func scopeProblem(of criterion: Criterion) -> CriterionProblem? {
    switch criterion.scope {
    case .withinSite where criterion.contrast == .none && criterion.metric != .auroc:
      ("only AUROC has a within-site estimate", "choose another scope")
    case .randomEffects where !criterion.metric.hasRandomEffects,
      .newSite where !criterion.metric.hasRandomEffects:
      (
        "\(criterion.metric.rawValue) has no random-effects estimate",
        "use everySite or worstSite, or one of "
          + Metric.allCases.filter(\.hasRandomEffects).map(\.rawValue).joined(separator: ", ")
      )
    case .newSite where criterion.bound == .point:
      ("a prediction interval has no point", "judge its lower or upper bound")
    case .pooledRows where !criterion.metric.hasPooledRows:
      (
        "\(criterion.metric.rawValue) of pooled rows is not exact",
        criterion.metric.hasRandomEffects && criterion.contrast == .none
          ? "use randomEffects, everySite or worstSite" : "use everySite or worstSite"
      )
    default: nil
    }
  }
}
