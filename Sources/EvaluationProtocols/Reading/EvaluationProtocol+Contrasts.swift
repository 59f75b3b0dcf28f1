import CanonicalJSON

// Rules about criteria on gaps, on measures that need another section, and on drift and monitoring.
extension EvaluationProtocol {
  /// What is wrong with a criterion on the gap between a slice and the rows that it is compared with.
  func contrastProblem(of criterion: Criterion) -> CriterionProblem? {
    guard criterion.contrast == .gap else { return nil }
    let metric = criterion.metric
    guard Metric.gaps.contains(metric) else {
      return (
        "the gap of \(metric.rawValue) is not estimated",
        "leave out contrast, or judge one of " + Metric.gaps.map(\.rawValue).joined(separator: ", ")
      )
    }
    if let problem = comparedLevelProblem(of: criterion.slices) { return problem }
    guard [.pooledRows, .withinSite, .everySite, .worstSite].contains(criterion.scope) else {
      return (
        "a gap has no estimate of the scope \(criterion.scope.rawValue)",
        "use pooledRows, withinSite, everySite or worstSite"
      )
    }
    guard criterion.scope != .withinSite || Metric.withinSiteGaps.contains(metric) else {
      return (
        "the gap of \(metric.rawValue) within sites is not estimated",
        "use everySite or worstSite, or judge one of "
          + Metric.withinSiteGaps.map(\.rawValue).joined(separator: ", ")
      )
    }
    guard criterion.looks == nil else {
      return ("a gap has no bound for repeated looks", "leave out looks")
    }
    guard criterion.window == .all else {
      return ("a gap is estimated over all windows together", "leave out window")
    }
    return nil
  }

  private func comparedLevelProblem(of selector: Criterion.SliceSelector) -> CriterionProblem? {
    switch selector {
    case .one(.overall):
      return ("overall has no rows to be compared with", "name an attribute of slices, or a level of one")
    case .one(let slice):
      guard attributes.contains(where: { $0.id == slice.attribute && $0.reference == slice.level }) else {
        return nil
      }
      return (
        "\(slice.text) is the reference and has no gap to itself",
        "name another level, or change the reference"
      )
    case .eachLevel(let id):
      // A criterion that compares nothing would pass whatever the data say.
      return !comparedLevels(of: id).isEmpty
        ? nil : ("\(id) has no level beside its reference", "leave out reference")
    }
  }

  /// The listed levels of an attribute that a gap criterion compares: all but the reference.
  func comparedLevels(of attribute: String) -> [String] {
    guard let found = attributes.first(where: { $0.id == attribute }) else { return [] }
    return found.levels.map(\.id).filter { $0 != found.reference }
  }

  /// What is wrong with a criterion on a measure that another section of the document has to plan.
  func sectionProblem(of criterion: Criterion) -> CriterionProblem? {
    let metric = criterion.metric
    if Metric.paired.contains(metric), baseline == nil {
      return ("\(metric.rawValue) needs a baseline", "add baseline, the comparator's stored score")
    }
    if metric == .standardisedPositivePredictiveValue, analysis.standardPrevalence == nil {
      return (
        "\(metric.rawValue) needs a standard prevalence", "add analysis.standardPrevalence"
      )
    }
    guard Metric.ofOperations.contains(metric) else { return nil }
    let part: (name: String, isThere: Bool) =
      switch metric {
      case .overrideRate: ("operations.override", operations?.override != nil)
      case .acknowledgedInTarget: ("operations.acknowledgement", operations?.acknowledgement != nil)
      default: ("operations", operations != nil)
      }
    guard part.isThere else {
      return ("\(metric.rawValue) needs \(part.name)", "say how the records tell it, under \(part.name)")
    }
    guard criterion.slices == .one(.overall) else {
      return ("\(metric.rawValue) is counted over all rows only", "ask about overall")
    }
    return nil
  }

  /// What is wrong with a criterion on the drift or the monitoring part of a matrix.
  func monitoringProblem(of criterion: Criterion) -> CriterionProblem? {
    let metric = criterion.metric
    if let problem = profileProblem(of: criterion) { return problem }
    guard Metric.ofMonitoring.contains(metric) else { return nil }
    if metric == .cusum, analysis.cusum == nil {
      return ("cusum needs a plan", "add analysis.cusum")
    }
    guard criterion.slices == .one(.overall) else {
      return ("\(metric.rawValue) is of all rows only", "ask about overall")
    }
    guard criterion.scope == .everySite || criterion.scope == .worstSite else {
      return ("\(metric.rawValue) is of each site on its own", "use everySite or worstSite")
    }
    let bound: Criterion.Bound = metric == .cusum ? .point : .upper
    guard criterion.bound == bound, criterion.comparison == .atMost else {
      return (
        "\(metric.rawValue) is judged on its \(bound.rawValue), at most a limit",
        "use the bound \(bound.rawValue) with atMost"
      )
    }
    return nil
  }

  private func profileProblem(of criterion: Criterion) -> CriterionProblem? {
    switch (criterion.metric, criterion.profile) {
    case (.stabilityIndex, nil):
      return (
        "stabilityIndex needs a profile",
        "add profile: score, an attribute's id or a column of drift.profiles"
      )
    case (.stabilityIndex, let profile?):
      guard drift.profiles.contains(where: { $0.id.hasSameBytes(as: profile) }) else {
        return ("there is no profile \(profile)", "name one of drift.profiles")
      }
      // Without a limit a matrix has no upper limit of the index to judge.
      return drift.stabilityLimit == nil
        ? ("stabilityIndex needs a limit of drift", "add drift.stabilityLimit") : nil
    case (let metric, .some): return ("\(metric.rawValue) has no profile", "leave out profile")
    default: return nil
    }
  }
}
