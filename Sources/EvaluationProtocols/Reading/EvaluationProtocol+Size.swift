import CanonicalJSON

// How large the aggregate of one site can become.
extension EvaluationProtocol {
  // An aggregate that no reader takes would be noticed only when the sites have done their work.
  func validateSize() throws(DocumentError) {
    let limit = JSONLimits.submission.maximumValues
    let values = valuesOfLargestAggregate
    guard values <= limit else {
      throw DocumentError(
        path: "",
        problem: "an aggregate may have \(values) values, more than the \(limit) that a reader takes",
        remedy: "use fewer windows, levels, intersections or fine edges")
    }
  }

  // JSON values, containers included, when nothing is merged or withheld; the terms follow `aggregate.md`.
  // What is new in an aggregate gets a term in one of the two functions below, and one in rule 10.
  private var valuesOfLargestAggregate: Int {
    let flow = 20 + 4 * (cohort.rules.count + 6)
    let strata = slices.count + intersections.count
    return flow + windows.ids.count * (valuesOfWindow + strata * valuesOfStratum)
  }

  /// The values that stand once in each window.
  private var valuesOfWindow: Int {
    let unscored = 4
    let edges = (1 + attributes.count) * (grid.intervalCount + 6)
    let histograms = drift.columns.reduce(0) { $0 + 3 + 4 * ($1.values.count + 2) }
    let alerts = operations.map { 21 + 4 * ($0.acknowledgement?.edges.count ?? 0) } ?? 0
    let cusum = analysis.cusum == nil ? 0 : 1
    let explanation =
      analysis.explanation.map { 2 + attributes.count + slices.count * (3 + $0.features.count) } ?? 0
    return 6 + unscored + edges + histograms + alerts + cusum + explanation
  }

  /// The values that stand in each window for each slice and each intersection.
  private var valuesOfStratum: Int {
    let thresholds = model.thresholds.count
    let bins = grid.dividesBins.count { $0 } - 1
    let patientsAndAveragePrecision = 2
    let unscored = 3
    let patientSums = data.patientColumn == nil ? 0 : 45 * thresholds
    let paired = baseline == nil ? 0 : 30 + 3 * (thresholds + 1) * (thresholds + 2)
    return 34 + patientsAndAveragePrecision + unscored + 3 * grid.intervalCount + 5 * bins + patientSums
      + paired
  }
}
