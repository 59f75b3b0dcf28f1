import EvaluationProtocols
package import Gates
package import ServiceRuntime

/// The verdicts of a gate as lines for a terminal.
package struct GateText {
  private let outcome: GateOutcome

  /// The verdicts of one gate.
  package init(outcome: GateOutcome) { self.outcome = outcome }

  /// Every condition with its verdict and reasons, then the conclusion.
  package var lines: [StyledText] {
    [blank, heading] + dataNotice
      + ([outcome.minimum] + outcome.go).flatMap(lines(of:))
      + (outcome.stop.isEmpty ? [] : [StyledText("Stop criteria", .bold)] + outcome.stop.flatMap(lines(of:)))
      + [conclusion]
  }

  private var blank: StyledText { "" }

  private var heading: StyledText { StyledText("Gate out of the phase \(outcome.phase.rawValue)", .bold) }

  private var dataNotice: [StyledText] {
    outcome.dataClasses.filter { $0 != "clinical" }.map {
      StyledText("\($0) data: not a result about a hospital's current patients", .yellow)
    }
  }

  private func lines(of criterion: CriterionOutcome) -> [StyledText] {
    let style: TextStyle =
      switch criterion.verdict {
      case .pass: .green
      case .fail: .red
      case .inconclusive, .notEvaluable: .yellow
      }
    let verdict = criterion.verdict.words.uppercased()
    return ["\(verdict, style)  \(criterion.id, .bold): \(criterion.sentence)"]
      + criterion.reasons.map { "    \($0)" }
  }

  private var conclusion: StyledText {
    let all = [outcome.minimum] + outcome.go
    let passed = all.filter { $0.verdict == .pass }.count
    if outcome.verdict == .pass {
      return "\("The gate opens", .bold): all \(all.count) conditions hold."
    }
    let stops = outcome.stop.filter { $0.verdict == .fail }.map(\.id)
    let breach = stops.isEmpty ? "" : ", and a stop criterion is breached: \(stops.joined(separator: ", "))"
    return "\("The gate does not open", .bold): \(passed) of \(all.count) conditions hold\(breach)."
  }
}
