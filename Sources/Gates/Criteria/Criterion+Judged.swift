import EvaluationProtocols
import Synthesis

extension Criterion {
  /// The slices that are judged: one, or each listed level; of gaps, each but the reference.
  func judgedSlices(under evaluationProtocol: EvaluationProtocol) -> [SliceID] {
    switch slices {
    case .one(let slice): return [slice]
    case .eachLevel(let id):
      guard let attribute = evaluationProtocol.attributes.first(where: { $0.id == id }) else { return [] }
      return attribute.levels.map(\.id).filter { contrast == .none || $0 != attribute.reference }
        .map { SliceID(attribute: id, level: $0) }
    }
  }

  /// How many there are of what `minimumEvents` counts.
  func leastCount(in row: MatrixRow, _ numbers: MeasureNumbers) -> Int {
    switch metric {
    case .alertRate, .overrideRate, .acknowledgedInTarget: numbers.trials ?? 0
    default: leastCount(labelled: row.labelled, events: row.events)
    }
  }

  /// The same of rows with a label: sensitivity is a share of events, specificity one of non-events; everything
  /// else needs both.
  func leastCount(labelled: Int, events: Int) -> Int {
    switch metric {
    case .sensitivity, .sensitivityDifference: events
    case .specificity, .specificityDifference: labelled - events
    default: min(events, labelled - events)
    }
  }

  /// What `minimumEvents` counts, in words.
  var leastCountWords: String {
    let sides = contrast == .gap ? " on one side" : ""
    switch metric {
    case .sensitivity, .sensitivityDifference: return "events\(sides)"
    case .specificity, .specificityDifference: return "non-events\(sides)"
    case .alertRate, .stabilityIndex: return "rows"
    case .overrideRate, .acknowledgedInTarget: return "alerts"
    default: return "events or non-events\(sides)"
    }
  }
}

extension Metric {
  /// The shares of which a matrix says what missing labels could make of them.
  static let dependingOnMissingLabels: [Metric] = [
    .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue,
  ]
}

extension NotEvaluable {
  /// The reason in running text.
  package var words: String {
    switch self {
    case .noRows: "no rows with a label"
    case .noEvents: "no events"
    case .noNonEvents: "no rows without an event"
    case .noFlagged: "nobody is flagged"
    case .noUnflagged: "everybody is flagged"
    case .noAlerts: "no alert was shown"
    case .noVariance: "no variance"
    case .tooFewSites: "fewer than three sites"
    case .tooFewWindows: "fewer than two windows"
    case .tooFewEvents: "too few events or non-events"
    case .notReleased: "sites do not release what it is made from"
    case .constantScore: "the score is constant"
    case .separation: "the score separates events from non-events"
    case .notConverged: "the fit did not converge"
    }
  }
}
