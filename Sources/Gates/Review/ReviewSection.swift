import CanonicalJSON
import EvaluationProtocols
/// One question of a review with its answer, line by line.
package struct ReviewSection: Equatable, Sendable {
  package let heading: String
  package let lines: [String]

  /// A section.
  package init(heading: String, lines: [String]) {
    self.heading = heading
    self.lines = lines
  }
}

extension ReviewFacts {
  /// The questions in the order in which a reviewer asks them, each with few lines. Incidents, sites and
  /// signatures are not among them: they are tables.
  package var sections: [ReviewSection] {
    [
      ReviewSection(heading: "Changed since the last review", lines: changeLines),
      ReviewSection(heading: "Calibration and discrimination", lines: numberLines),
      ReviewSection(heading: "Missing", lines: limited(missingLines, none: "nothing besides what is above")),
      ReviewSection(heading: "Withheld", lines: withheld?.sentences ?? ["No result to look at."]),
      ReviewSection(
        heading: "Not decided yet",
        lines: limited(
          undecidedLines,
          none: withheld == nil ? "No result to look at." : "Every criterion passes or fails.")),
      ReviewSection(heading: "Looks", lines: lookLines),
      ReviewSection(heading: "Drift beyond the limit", lines: limited(driftLines, none: "None is shown.")),
    ].filter { !$0.lines.isEmpty }
  }

  /// The most lines of a section.
  static let mostLines = 12

  /// The lines, cut where there are too many, with how many are left out.
  private func limited(_ lines: [String], none: String) -> [String] {
    if lines.isEmpty { return [none] }
    guard lines.count > Self.mostLines else { return lines }
    return lines.prefix(Self.mostLines - 1) + ["and \(lines.count - Self.mostLines + 1) more"]
  }

  private var missingLines: [String] { missing.filter { $0.kind != .approver }.map(\.sentence) }

  /// What waits for events, a line each; the others together.
  package var undecidedLines: [String] {
    let others = undecided.filter(\.waits.isEmpty)
    var lines = undecided.filter { !$0.waits.isEmpty }.map(\.sentence)
    if !others.isEmpty {
      lines.append(
        "not for want of events, but as the verdicts say: " + shortList(others.map(\.name), most: 12))
    }
    return lines
  }

  /// Phases that were looked at; the others together.
  package var lookLines: [String] {
    let untouched = looks.filter { $0.spent + $0.earlier == 0 }
    let lines = looks.filter { $0.spent + $0.earlier > 0 }.map(\.sentence)
    return untouched.isEmpty
      ? lines : lines + ["no look spent in \(untouched.map(\.phase.rawValue).joined(separator: ", "))"]
  }

  /// Windows with changes a line each; those of a site without any together.
  package var driftLines: [String] {
    var lines: [String] = []
    var sites: [String] = []
    for drift in drifts where !sites.contains(drift.site) { sites.append(drift.site) }
    for site in sites {
      let own = drifts.filter { $0.site == site }
      lines += own.filter { !$0.changes.isEmpty }.map(\.sentence)
      let bare = own.filter(\.changes.isEmpty)
      if bare.count == 1 { lines.append(bare[0].sentence) }
      guard bare.count > 1, let most = bare.max(by: { $0.largest < $1.largest }) else { continue }
      let names = Set(bare.flatMap(\.profiles).map(\.profile)).sorted()
      lines.append(
        "\(site), \(bare.count) windows: \(shortList(names, most: 4)), most in \(most.window) "
          + "(\(most.largest.short), limit \(most.limit.text)); no change recorded then")
    }
    return lines
  }

  private var changeLines: [String] {
    [basis.sentence] + limited(changes.map(\.sentence), none: "Nothing changed.")
  }

  /// The numbers over all sites, what is beyond a limit, and the site that moved most for each metric.
  package var numberLines: [String] {
    guard !numbers.isEmpty else { return ["No result to look at."] }
    var lines = overallShifts.map(\.sentence)
    for metric in overallShifts.map(\.now.metric) {
      guard let most = siteShifts(of: metric).first, most.distance != 0 else { continue }
      lines.append("Most: \(most.sentence)")
    }
    if calibrationBreaches.isEmpty {
      lines.append("No criterion on calibration fails.")
    } else {
      lines += calibrationBreaches.map {
        "Calibration is beyond its limit: \($0.id) fails (\($0.sentence)); \(shortList($0.reasons, most: 3))"
      }
    }
    return lines
  }
}
