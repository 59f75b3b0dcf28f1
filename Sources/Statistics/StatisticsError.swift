/// Why a number could not be computed.
package enum StatisticsError: Error, Equatable {
  case noTrials
  case countExceedsTrials
  case noEvents
  case noNonEvents
  case noVariance
  case constantScore
  /// The scores separate events from non-events, so no finite slope exists.
  case separation
  case notConverged
  case tooFewStudies
  case invalidArgument(String)
}

extension StatisticsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noTrials: "there are no trials"
    case .countExceedsTrials: "a count is negative or larger than its number of trials"
    case .noEvents: "there are no events"
    case .noNonEvents: "there are no non-events"
    case .noVariance: "there is no variance"
    case .constantScore: "the score is constant"
    case .separation: "the scores separate events from non-events"
    case .notConverged: "the iteration did not converge"
    case .tooFewStudies: "there are too few studies"
    case .invalidArgument(let what): "invalid argument: \(what)"
    }
  }
}
