import CanonicalJSON
import EvaluationProtocols
import Models

/// Finds a row's window, and what a model's answer makes of it.
struct ScoringPlan {
  /// Where each column of the scorer stands in the plan.
  let places: [Int]
  /// Nil where the protocol has one window for all rows.
  let window: WindowRule?
  private let precision: ScorePrecision

  /// - Parameter columns: those of the model.
  init(_ evaluationProtocol: EvaluationProtocol, columns: [String], plan: inout ColumnPlan) {
    precision = evaluationProtocol.model.scorePrecision
    switch evaluationProtocol.windows {
    case .undated: window = nil
    case .dated(let column, let list):
      window = WindowRule(place: plan.place(of: column, readFor: "the time windows"), windows: list)
    }
    var places: [Int] = []
    for column in columns { places.append(plan.place(of: column, readFor: "the model")) }
    self.places = places
  }

  /// A row's score, whatever its time; 0 where there is none.
  func score(of row: TableRow, by scorer: ModelScorer) -> (outcome: RowOutcome, score: Double) {
    outcome(of: scorer.score { row.cell(places[$0]) })
  }

  /// What a model's answer makes of a row; the score is 0 for rows that are left out.
  func outcome(of answer: ModelScore) -> (outcome: RowOutcome, score: Double) {
    switch answer {
    case .missing: return (.scoreMissing, 0)
    case .unreadable: return (.scoreInvalid, 0)
    case .number(let number):
      let score = number.isFinite ? precision.round(number) : number
      // Not-a-number is in no range.
      guard (0...1).contains(score) else { return (.scoreInvalid, 0) }
      return (.counted, score)
    }
  }
}

/// Finds the window of a row; 0 for rows that are left out for their time.
struct WindowRule: CellRule {
  let place: Int
  let windows: [WindowPlan.Window]

  func answer(_ cell: Cell) -> (outcome: RowOutcome, window: UInt16) {
    guard let time = try? UTCTime(parsingWithOffset: String(decoding: cell, as: UTF8.self)) else {
      return (.timeInvalid, 0)
    }
    guard let index = WindowPlan.index(of: time, in: windows) else { return (.outsideWindows, 0) }
    return (.counted, UInt16(index))
  }
}
