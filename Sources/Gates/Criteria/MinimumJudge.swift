import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// Judges the least data on which a gate may be decided, over validation sites.
struct MinimumJudge {
  let phase: Phase
  let matrix: ValidationMatrix
  let evaluationProtocol: EvaluationProtocol

  func outcome() -> CriterionOutcome {
    let minimum = phase.minimum
    var parts = [
      part("sites", found: releasedSites, wanted: minimum.sites),
      part("rows", found: overall?.labelled ?? 0, wanted: minimum.rows),
      part("events", found: overall?.events ?? 0, wanted: minimum.events),
    ]
    if minimum.days > 0 { parts.append(part("days", found: days ?? 0, wanted: minimum.days)) }
    return CriterionOutcome(
      id: "minimum", verdict: parts.allSatisfy(\.holds) ? .pass : .notEvaluable,
      sentence: sentence(minimum), reasons: parts.map(\.reason), findings: [])
  }

  private func sentence(_ minimum: PhaseMinimum) -> String {
    let days = minimum.days > 0 ? " and \(minimum.days) days" : ""
    return
      "validation sites together release at least \(minimum.sites) sites, \(minimum.rows) rows, "
      + "\(minimum.events) events\(days)"
  }

  private func part(_ what: String, found: Int, wanted: Int) -> (holds: Bool, reason: String) {
    (found >= wanted, "\(found) \(what) of at least \(wanted)")
  }

  private var overall: MatrixRow? {
    matrix.pooled.rows.first { $0.window == evaluationProtocol.windows.wholeID && $0.slice == .overall }
  }

  private var releasedSites: Int { overall?.contributors.count ?? 0 }

  // From the start of the first window with released rows to the end of the last; an undated study cannot
  // show how long it has run.
  private var days: Int? {
    guard case .dated(_, let windows) = evaluationProtocol.windows else { return nil }
    let released = windows.filter { window in
      matrix.pooled.rows.contains {
        $0.window == window.id && $0.slice == .overall && $0.status == .released
      }
    }
    guard let first = released.first, let last = released.last else { return nil }
    return Int((last.end.secondsSinceEpoch - first.start.secondsSinceEpoch) / 86_400)
  }
}
