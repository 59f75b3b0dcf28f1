import CanonicalJSON

// What the linter says of the comparator, intersections, gaps, alerts, CUSUM and measures for description.
extension EvaluationProtocol {
  /// What a site sends beside the counts of every study.
  func explainFurtherCounts() -> [LintLine] {
    var lines: [LintLine] = []
    if let baseline {
      let pairs = zip(baseline.thresholds, model.thresholds).map {
        "\($0.text) where the model flags at \($1.value.text)"
      }
      lines.append(
        explain(
          "The model is compared with \(baseline.name), which flags a row at or above \(pairs.joined(separator: ", ")): "
            + "a site also sends, for each slice and window, a paired table at \(counted(pairs.count, "threshold")) of "
            + "which rows model and comparator flag, for events, non-events and rows without a label, and the rank "
            + "integers of the comparator and of the pair."))
    }
    if !intersections.isEmpty {
      let names = intersections.map { "\($0.id) (\($0.levels.map(\.text).joined(separator: " and ")))" }
      lines.append(
        explain(
          "Intersections counted at the site but withheld, so that nothing of them leaves it yet: "
            + names.joined(separator: ", ") + "."))
    }
    if let operations { lines.append(explain(sentence(of: operations))) }
    return lines + explainAnalysis()
  }

  private func sentence(of operations: OperationsPlan) -> String {
    var counts = ["alerts (\(operations.alert.sentence))"]
    if let override = operations.override { counts.append("overridden alerts (\(override.sentence))") }
    if let acknowledgement = operations.acknowledgement {
      counts.append(
        "alerts by \(acknowledgement.unit) to acknowledgement in \(acknowledgement.edges.count + 1) bands and never "
          + "acknowledged, the target being \(acknowledgement.target.text)")
    }
    return "A site also sends, for each window, counts of " + counts.joined(separator: "; ") + "."
  }

  private func explainAnalysis() -> [LintLine] {
    var lines: [LintLine] = []
    if let prevalence = analysis.standardPrevalence {
      lines.append(
        explain("Predictive values of sites are also compared at a prevalence of \(prevalence.text)."))
    }
    switch analysis.multiplicity {
    case .holm?:
      lines.append(
        explain("P-values of gaps are adjusted by Holm's method, which holds the chance of any false one."))
    case .benjaminiHochberg?:
      lines.append(
        explain(
          "P-values of gaps are adjusted by Benjamini and Hochberg's method, which holds the share of false ones among "
            + "those raised."))
    case nil: break
    }
    if let cusum = analysis.cusum {
      lines.append(
        explain(
          "A site also sends one CUSUM sum for each window. It watches for odds of the event \(cusum.oddsRatio.text) "
            + "times those of the score and signals above \(cusum.limit.text); by the author's word a false signal comes "
            + "once in \(counted(cusum.runLength, "window")) on average."))
    }
    if let plan = analysis.explanation {
      lines.append(
        explain(
          "A site also sends, for each slice and window, how far the score's log odds lean on each of "
            + "\(counted(plan.features.count, "input")): the mean absolute Shapley value over a sample of at most half "
            + "of the patients and at most \(plan.rows), one row each, in steps of what a minimum cell of patients can "
            + "add."))
    }
    return lines
  }

  /// What the reference rows of a gap are, what a measure is not fit for, and limits that do not agree.
  func lintMeasure(of criterion: Criterion) -> [LintLine] {
    var lines: [LintLine] = []
    if criterion.contrast == .gap, let words = referenceWords(of: criterion.slices) {
      lines.append(explain("\(criterion.id) has as its reference rows \(words)."))
    }
    if criterion.metric.isDescriptive {
      lines.append(
        warn(
          "\(criterion.id) judges \(criterion.metric.words), which is for description: it is no ground for a decision by itself"
        ))
    }
    if criterion.metric == .expectedCalibrationError {
      lines.append(
        warn(
          "\(criterion.id): the expected calibration error is biased upwards, the more the fewer rows a bin has, also of a "
            + "model that is perfectly calibrated"))
    }
    if criterion.metric == .cusum, let plan = analysis.cusum, plan.limit != criterion.limit {
      lines.append(
        warn(
          "\(criterion.id) has the limit \(criterion.limit.text), but the run length is stated for \(plan.limit.text)"
        ))
    }
    return lines
  }

  private func referenceWords(of selector: Criterion.SliceSelector) -> String? {
    let id =
      switch selector {
      case .one(let slice): slice.attribute
      case .eachLevel(let attribute): attribute
      }
    guard let attribute = attributes.first(where: { $0.id == id }) else { return nil }
    return attribute.reference.map { "those with \(id) \($0)" }
      ?? "those of all other levels of \(id) together"
  }

  /// "Stop if any subgroup is bad" is a union of tests; "go if every subgroup is good" is not and needs no
  /// adjustment.
  func lintMultiplicity(in phase: Phase) -> [LintLine] {
    let gaps = phase.stopCriteria.filter { $0.contrast == .gap }
    let compared = gaps.reduce(0) { sum, criterion in
      switch criterion.slices {
      case .one: sum + 1
      case .eachLevel(let attribute): sum + comparedLevels(of: attribute).count
      }
    }
    guard compared > 1, analysis.multiplicity == nil else { return [] }
    return [
      warn(
        "\(phase.name.rawValue) stops for any of \(compared) gaps at 5 % each and the protocol has no "
          + "analysis.multiplicity, so chance alone stops it in up to \(min(100, 5 * compared)) % of looks: "
          + gaps.map(\.id).joined(separator: ", "))
    ]
  }
}

extension OperationsPlan.CodedColumn {
  fileprivate var sentence: String { "\(column) is \(values.joined(separator: " or "))" }
}
