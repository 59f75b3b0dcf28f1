/// Why a statistic could not be computed.
///
/// No case carries a count or a score: a message may reach a log outside the site, where a small count
/// is already a disclosure.
package enum StatisticsError: Error, Equatable, Sendable {
  /// The denominator is zero.
  case noTrials
  /// A count is negative or larger than its denominator.
  case countExceedsTrials
  /// Nobody had the outcome, or everybody had it, and the statistic needs both.
  case noEvents
  /// The variance of the estimate is zero, so no interval can be formed.
  case noVariance
  /// The scores split the classes perfectly: the slope that maximises the likelihood is infinite.
  case separation
  /// Every row has the same score, so no slope can be fitted.
  case constantScore
  /// An iteration ended without an answer; the text names which and why.
  case noConvergence(String)
  /// One class has too few rows for this statistic.
  case tooFewObservations(required: Int)
  /// Too few sites for a random-effects statement.
  case tooFewStudies(found: Int, required: Int)
  /// Sums that no data set could have produced; the text names the broken relation.
  case inconsistentSums(String)
  /// An argument outside the range the function is defined on; the text names it.
  case invalidArgument(String)
}

extension StatisticsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noTrials: "no rows to divide by"
    case .countExceedsTrials: "a count is negative or larger than its denominator"
    case .noEvents: "only one outcome class is present"
    case .noVariance: "the estimate has no sampling variance"
    case .separation: "the score separates the outcome classes perfectly"
    case .constantScore: "every row has the same score"
    case .noConvergence(let what): "no convergence: \(what)"
    case .tooFewObservations(let required): "a class has fewer than \(required) rows"
    case .tooFewStudies(let found, let required): "\(found) studies where \(required) are needed"
    case .inconsistentSums(let relation): "sums contradict each other: \(relation)"
    case .invalidArgument(let what): "invalid argument: \(what)"
    }
  }

  /// What the operator can do about it.
  package var remedy: String {
    switch self {
    case .noTrials, .noEvents, .tooFewObservations:
      "widen the window or the slice, or report the statistic as not evaluable"
    case .noVariance, .separation, .constantScore:
      "report the statistic as not evaluable; check the score column for a constant or a copied label"
    case .noConvergence: "report the statistic as not evaluable and keep the input for analysis"
    case .tooFewStudies: "report the site results only, without a random-effects statement"
    case .countExceedsTrials, .inconsistentSums: "ask the site to evaluate again; the aggregate is damaged"
    case .invalidArgument: "correct the argument named in the message"
    }
  }
}
