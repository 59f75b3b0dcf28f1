import CanonicalJSON

/// One line about a protocol, for the people who have to agree on it.
package struct LintLine: Sendable, Equatable {
  /// Whether the author should look again.
  package enum Kind: String, Sendable {
    case explanation, warning
  }

  package let kind: Kind
  package let text: String

  /// A line, also of checks that need more than the protocol.
  package init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}

extension EvaluationProtocol {
  /// Explains the protocol in English: who takes part, what each site sends, what each criterion asks; and
  /// warns of criteria that cannot pass.
  package func lint() -> [LintLine] {
    explainPeople() + explainCounts() + explainFurtherCounts() + lintSchedule() + phases.flatMap(lint(phase:))
  }

  func explain(_ text: String) -> LintLine { LintLine(kind: .explanation, text: text) }

  func warn(_ text: String) -> LintLine { LintLine(kind: .warning, text: text) }

  private func explainPeople() -> [LintLine] {
    let development = sites.filter { $0.role == .development }.map(\.name)
    var lines = [
      explain(
        "\(study.title): \(model.id) \(model.version), \(study.riskCategory.rawValue) risk, owner \(study.owner)"
      ),
      explain("Validation sites: \(validationSites.map(\.name).joined(separator: ", "))."),
    ]
    if !development.isEmpty {
      lines.append(
        explain(
          "Development sites, shown apart and never pooled: \(development.joined(separator: ", "))."))
    }
    return lines + explainAuthors()
  }

  private func explainCounts() -> [LintLine] {
    let levels = attributes.reduce(0) { $0 + $1.levelIDs.count }
    let unit = data.patientColumn == nil ? "rows (no patient column, so a row is a patient)" : "patients"
    var lines = [
      explain(
        cohort.rules.isEmpty
          ? "Every row is in the cohort."
          : "A row is in the cohort when " + cohort.rules.map(\.sentence).joined(separator: "; and ") + "."),
      explain(
        "A site sends, for each of \(windows.ids.count) windows, counts of events, non-events and rows without a label "
          + "on at most \(grid.intervalCount) score intervals, for all rows and for \(levels) levels of "
          + "\(attributes.count) attributes; sums of scores; distinct patients; six rank integers and the average "
          + "precision; its own calibration fit from \(disclosure.minimumFitEvents) events and non-events; and histograms of \(drift.columns.count) columns."
      ),
      explain(
        "No released count is of fewer than \(disclosure.minimumCell) \(unit); a site may ask for more."),
    ]
    if patientsReturn {
      lines.append(
        explain(
          "Patients may have several rows: a site also sends patient-level sums at each threshold, which tell how often "
            + "patients return. Their differences may be of fewer than \(disclosure.minimumCell) patients; "
            + "firstPerPatient avoids that."))
    }
    lines += model.thresholds.map { explain("At or above \($0.value.text): \($0.action).") }
    if disclosure.minimumCell < 5 {
      lines.append(
        warn(
          "a minimum cell of \(disclosure.minimumCell) is for public or synthetic data; clinical sites will use 5 or more"
        ))
    }
    return lines
  }

  private var patientsReturn: Bool {
    guard data.patientColumn != nil else { return false }
    if case .firstPerPatient = cohort.rules.last { return false }
    return true
  }

  private func lint(phase: Phase) -> [LintLine] {
    var lines = [explain("Phase \(phase.name.rawValue): \(phase.exposure).")]
    lines += phase.goCriteria.flatMap { lint($0, prefix: "To leave it, ") }
    lines += phase.stopCriteria.flatMap { lint($0, prefix: "Stop unless ") }
    lines += lintLooksLeftOut(in: phase) + lintMultiplicity(in: phase) + lintSignOffs(of: phase)
    if phase.minimum.sites > validationSites.count {
      lines.append(
        warn(
          "\(phase.name.rawValue) asks for \(phase.minimum.sites) sites but only \(validationSites.count) validate"
        ))
    }
    return lines
  }

  private func lint(_ criterion: Criterion, prefix: String) -> [LintLine] {
    var lines = [explain("\(prefix)\(criterion.sentence) (\(criterion.id): \(criterion.rationale)).")]
    if criterion.coverage.minimumSites > validationSites.count {
      lines.append(
        warn(
          "\(criterion.id) asks for \(criterion.coverage.minimumSites) sites but only \(validationSites.count) validate, "
            + "so it cannot pass"))
    }
    if [.randomEffects, .newSite].contains(criterion.scope), validationSites.count < 3 {
      lines.append(warn("\(criterion.id) needs three validation sites for a random-effects estimate"))
    }
    if criterion.isOutOfReach {
      lines.append(
        warn(
          "\(criterion.id) is underpowered: with \(criterion.minimumEvents) events even a perfect result has a lower bound "
            + "below \(criterion.limit.text); ask for more events"))
    }
    return lines + lintMeasure(of: criterion) + lintLooks(of: criterion)
  }
}

extension Criterion {
  /// Whether even a perfect result of the minimum number of events or non-events has a lower bound below the limit.
  ///
  /// The bound of n successes in n trials is n/(n + z²) by Wilson and 0.025^(1/n) by Clopper and Pearson. Bounds
  /// under `looks` are wider, so that what is out of reach here is so there too; what is within reach here may
  /// still be out of reach there.
  fileprivate var isOutOfReach: Bool {
    guard bound == .lower, contrast == .none, metric == .sensitivity || metric == .specificity else {
      return false
    }
    switch interval {
    case .standard:
      let events = Double(minimumEvents)
      return events / (events + 3.841458820694124) < limit.value
    case .exact: return limit.value > 0 && power(limit.value, minimumEvents) > 0.025
    }
  }
}

// By repeated squaring.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, remaining) = (1.0, base, exponent)
  while remaining > 0 {
    if remaining % 2 == 1 { result *= square }
    square *= square
    remaining /= 2
  }
  return result
}
