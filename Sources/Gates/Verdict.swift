/// What a criterion comes to. Only `pass` opens anything.
package enum Verdict: String, CaseIterable, Sendable {
  /// The bound lies on the good side of the limit.
  case pass
  /// The whole interval lies on the bad side.
  case fail
  /// The interval holds the limit.
  case inconclusive
  /// Withheld, too few events, no convergence, too few sites.
  case notEvaluable

  /// The verdict of an "all must pass" over several; one that fails decides, whatever the others are.
  package static func all(_ verdicts: some Sequence<Verdict>) -> Verdict {
    var worst: Verdict = .pass
    for verdict in verdicts where verdict.gravity > worst.gravity { worst = verdict }
    return worst
  }

  private var gravity: Int {
    switch self {
    case .pass: 0
    case .inconclusive: 1
    case .notEvaluable: 2
    case .fail: 3
    }
  }

  /// The words in which people read it.
  package var words: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .inconclusive: "inconclusive"
    case .notEvaluable: "not evaluable"
    }
  }
}
