import CanonicalJSON
import EvaluationProtocols
import Gates

/// The outcome of a gate in words: one plain sentence, then what it rests on.
struct VerdictStatement {
  let headline: String
  let details: [String]

  init(_ outcome: GateOutcome, phase: Phase?) {
    let breaches = outcome.stop.filter { $0.verdict == .fail }.count
    let total = outcome.go.count
    var details: [String] = []
    if outcome.verdict == .pass {
      headline =
        total == 0
        ? "The protocol sets no criterion for this gate, and the study is as large as it asks."
        : "The data meet this gate: \(total == 1 ? "its one criterion passes" : "all \(total) criteria pass")."
      let signOffs = phase?.signOffs ?? []
      details.append(
        signOffs.isEmpty
          ? "The protocol asks no person to sign before the gate opens."
          : "It opens only when these people have signed: "
            + signOffs.map { "\($0.person) (\($0.role))" }.joined(separator: ", ") + ".")
    } else {
      let parts = VerdictStatement.parts(outcome, total: total)
      headline =
        VerdictStatement.refusal(outcome.phase)
        + (parts.isEmpty ? VerdictStatement.otherReason(outcome, breaches: breaches) : parts) + "."
    }
    if outcome.minimum.verdict != .pass {
      details.append(
        "The study is smaller than its protocol asks: "
          + outcome.minimum.reasons.joined(separator: ", ") + ".")
    }
    if breaches > 0 {
      details.append(
        "\(ReportNumbers.count(breaches, "stop criterion", plural: "stop criteria")) "
          + "\(breaches == 1 ? "is" : "are") breached: the protocol holds the study.")
    }
    if outcome.verdict == .inconclusive || outcome.verdict == .notEvaluable {
      details.append(
        "Only a pass opens a gate. What is inconclusive or not evaluable is not a failure, "
          + "and not a pass either.")
    }
    self.details = details
  }

  private static func refusal(_ phase: PhaseName) -> String {
    phase.next == nil
      ? "The \(phase.rawValue) phase does not meet its criteria: " : "The gate does not open: "
  }

  private static func otherReason(_ outcome: GateOutcome, breaches: Int) -> String {
    breaches > 0
      ? "a stop criterion is breached" : "the study is smaller than its protocol asks"
  }

  // "3 of 7 criteria fail, 1 is inconclusive"
  private static func parts(_ outcome: GateOutcome, total: Int) -> String {
    func count(_ verdict: Verdict) -> Int { outcome.go.count { $0.verdict == verdict } }
    let kinds: [(count: Int, one: String, many: String)] = [
      (count(.fail), "fails", "fail"),
      (count(.inconclusive), "is inconclusive", "are inconclusive"),
      (count(.notEvaluable), "is not evaluable", "are not evaluable"),
    ]
    var parts: [String] = []
    for kind in kinds where kind.count > 0 {
      let of = parts.isEmpty ? " of \(total) \(total == 1 ? "criterion" : "criteria")" : ""
      parts.append("\(kind.count)\(of) \(kind.count == 1 ? kind.one : kind.many)")
    }
    return parts.joined(separator: ", ")
  }
}

extension PhaseName {
  /// The phase that the gate out of this one opens.
  var next: PhaseName? {
    switch self {
    case .silent: .limited
    case .limited: .broad
    case .broad: nil
    }
  }

  /// The gate out of this phase: `silent → limited`.
  var gateWords: String { next.map { "\(rawValue) → \($0.rawValue)" } ?? "\(rawValue), last phase" }
}

extension Verdict {
  /// The style of the verdict; the word always stands beside it.
  var style: String {
    switch self {
    case .pass: "verdict pass"
    case .fail: "verdict fail"
    case .inconclusive: "verdict inconclusive"
    case .notEvaluable: "verdict not-evaluable"
    }
  }
}
