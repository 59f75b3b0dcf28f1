import CanonicalJSON

/// One line about a protocol, for the people who have to agree on it.
package struct LintLine: Sendable, Equatable {
  /// Whether the author should look again.
  package enum Kind: String, Sendable {
    case explanation, warning
  }

  package let kind: Kind
  package let text: String
}

extension EvaluationProtocol {
  /// Explains the protocol in English: who takes part, what each site sends, what each criterion asks; and
  /// warns of criteria that cannot pass.
  package func lint() -> [LintLine] {
    explainPeople() + explainCounts() + lintSchedule() + phases.flatMap(lint(phase:))
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
          + "\(attributes.count) attributes; sums of scores; six rank integers; its own calibration fit from "
          + "\(disclosure.minimumFitEvents) events and non-events; and histograms of \(drift.columns.count) columns."
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
    lines += lintLooksLeftOut(in: phase) + lintSignOffs(of: phase)
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
    if let reachable = criterion.bestReachableLowerBound, reachable < criterion.limit.value {
      lines.append(
        warn(
          "\(criterion.id) is underpowered: with \(criterion.minimumEvents) events even a perfect result has a lower bound "
            + "below \(criterion.limit.text); ask for more events"))
    }
    return lines + lintLooks(of: criterion)
  }
}

extension Criterion {
  /// Wilson's lower bound of n successes in n trials is n/(n + z²): the most that the minimum number of events
  /// can show of a proportion among events or non-events.
  fileprivate var bestReachableLowerBound: Double? {
    guard bound == .lower, metric == .sensitivity || metric == .specificity else { return nil }
    let events = Double(minimumEvents)
    return events / (events + 3.841458820694124)
  }
}
