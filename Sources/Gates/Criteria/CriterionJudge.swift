import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// Judges one criterion on the written decimals of a matrix.
struct CriterionJudge {
  let criterion: Criterion
  let matrix: ValidationMatrix
  let evaluationProtocol: EvaluationProtocol
  /// Which look it is, where the criterion allows for several.
  let look: LookBounds?
  /// The window on which the criterion is judged; `nil` where no window is released yet.
  let window: String?

  /// A judge of one criterion of the protocol.
  init(
    criterion: Criterion, matrix: ValidationMatrix, evaluationProtocol: EvaluationProtocol, look: LookBounds?
  ) {
    self.criterion = criterion
    self.matrix = matrix
    self.evaluationProtocol = evaluationProtocol
    self.look = look
    window =
      switch criterion.window {
      case .all: evaluationProtocol.windows.wholeID
      case .newest: matrix.newestWindow(of: evaluationProtocol.windows.ids)
      }
  }

  /// What the criterion comes to.
  func outcome() -> CriterionOutcome {
    if let look, look.isSpent { return unjudged("all \(look.plannedWords) planned looks are spent") }
    guard window != nil else { return unjudged("no window is released with labelled rows yet") }
    let judged = criterion.judgedSlices(under: evaluationProtocol).map(judge(slice:))
    let verdict = Verdict.all(judged.map(\.verdict))
    return CriterionOutcome(
      id: criterion.id, verdict: verdict, sentence: sentence,
      reasons: judged.flatMap(\.reasons) + basis, findings: judged.flatMap(\.findings))
  }

  private func unjudged(_ reason: String) -> CriterionOutcome {
    CriterionOutcome(
      id: criterion.id, verdict: .notEvaluable, sentence: sentence, reasons: [reason] + basis, findings: [])
  }

  private var sentence: String {
    let caveat = criterion.metric.isDescriptive ? " (descriptive)" : ""
    return "\(criterion.sentence)\(caveat)\(look.map { ", at \($0.words)" } ?? "")"
  }

  /// On which window and at which look, where that is not all windows at one look.
  private var basis: [String] {
    let newest =
      criterion.window == .newest
      ? window.map { ["judged on the window \($0), the newest with labelled rows"] } ?? [] : []
    return newest + (look.map { ["judged at \($0.words)\($0.multiplierWords)"] } ?? [])
  }

  private struct Judgement {
    let verdict: Verdict
    let reasons: [String]
    let findings: [Finding]
  }

  private func judge(slice: SliceID) -> Judgement {
    let judged =
      switch criterion.metric {
      case .stabilityIndex: stabilityNumbers()
      case .cusum: cusumNumbers()
      default: numbers(slice: slice)
      }
    let coverage = coverage(slice: slice, sites: judged.sites)
    var verdict = Verdict.all(judged.findings.map(\.verdict))
    if judged.findings.isEmpty { verdict = .notEvaluable }
    // A breach stands whatever is hidden; anything better cannot be claimed without coverage.
    if verdict != .fail, !coverage.problems.isEmpty { verdict = .notEvaluable }
    return Judgement(
      verdict: verdict,
      reasons: judged.findings.map(\.reason) + judged.notes + coverage.problems + coverage.notes,
      findings: judged.findings)
  }

  /// The slice before what is said of it; nothing for all rows.
  func words(of slice: SliceID) -> String {
    slice == .overall ? "" : "\(slice.attribute) \(slice.level): "
  }
}

/// The numbers of one slice that were compared with the limit.
struct JudgedNumbers {
  var findings: [Finding]
  /// What is said of the numbers besides, whatever the verdict.
  var notes: [String]
  /// Every validation site that is asked.
  var sites: [SiteCoverage]
}

/// Whether a site is behind a verdict.
struct SiteCoverage {
  let id: String
  let isEvaluable: Bool
  /// What is missing of it, as sentences; there may be something although the rest is evaluable.
  let problems: [String]
}

extension ValidationMatrix {
  /// The last of the windows whose pooled overall row is released and has rows with a label.
  func newestWindow(of ids: [String]) -> String? {
    ids.last { id in
      pooled.rows.contains {
        $0.window == id && $0.slice == .overall && $0.status == .released && $0.labelled > 0
      }
    }
  }
}
