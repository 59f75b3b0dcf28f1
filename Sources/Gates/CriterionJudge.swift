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
  private let window: String?

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

  func outcome() -> CriterionOutcome {
    if let look, look.isSpent { return unjudged("all \(look.plannedWords) planned looks are spent") }
    guard window != nil else { return unjudged("no window is released with labelled rows yet") }
    let judged = slices.map(judge(slice:))
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
    look.map { "\(criterion.sentence), at \($0.words)" } ?? criterion.sentence
  }

  /// On which window and at which look, where that is not all windows at one look.
  private var basis: [String] {
    let newest =
      criterion.window == .newest
      ? window.map { ["judged on the window \($0), the newest with labelled rows"] } ?? [] : []
    return newest + (look.map { ["judged at \($0.words)\($0.multiplierWords)"] } ?? [])
  }

  private var slices: [SliceID] {
    switch criterion.slices {
    case .one(let slice): [slice]
    case .eachLevel(let id):
      evaluationProtocol.attributes.first { $0.id == id }?.levels
        .map { SliceID(attribute: id, level: $0.id) } ?? []
    }
  }

  /// What is known of one validation site in one slice.
  private struct SiteState {
    let id: String
    let row: MatrixRow?
    let measure: Measure?
    let problem: String?
  }

  private struct Judgement {
    let verdict: Verdict
    let reasons: [String]
    let findings: [Finding]
  }

  private func judge(slice: SliceID) -> Judgement {
    let sites = evaluationProtocol.validationSites.sorted { $0.id < $1.id }
      .map { state(of: $0.id, slice: slice) }
      // A site without rows in a level has nothing to hide and nothing to say.
      .filter { $0.row?.status != .empty || slice == .overall }
    let findings = self.findings(slice: slice, sites: sites)
    let coverage = coverage(slice: slice, sites: sites)
    var verdict = Verdict.all(findings.map(\.verdict))
    if findings.isEmpty { verdict = .notEvaluable }
    // A breach stands whatever is hidden; anything better cannot be claimed without coverage.
    if verdict != .fail, !coverage.problems.isEmpty { verdict = .notEvaluable }
    return Judgement(
      verdict: verdict,
      reasons: findings.map(\.reason) + coverage.problems + coverage.notes
        + partlyWithheld(slice: slice, sites: sites),
      findings: findings)
  }

  private func findings(slice: SliceID, sites: [SiteState]) -> [Finding] {
    switch criterion.scope {
    case .everySite: sites.compactMap { site in finding(slice: slice, site: site) }
    case .worstSite: worst(sites.compactMap { site in finding(slice: slice, site: site) }).map { [$0] } ?? []
    case .pooledRows: [pooledFinding(slice: slice, estimand: .pooledRows)]
    case .withinSite: [pooledFinding(slice: slice, estimand: .withinSite)]
    case .randomEffects, .newSite: [pooledFinding(slice: slice, estimand: .randomEffects)]
    }
  }

  private func state(of site: String, slice: SliceID) -> SiteState {
    guard let row = matrix.site(site)?.rows.first(where: { $0.window == window && $0.slice == slice }) else {
      return SiteState(id: site, row: nil, measure: nil, problem: "\(site) sent no result")
    }
    let measure = row.measure(criterion.metric, at: criterion.threshold, .site)
    let problem: String? =
      switch (row.status, measure?.result) {
      case (.empty, _): "\(site) has no rows"
      case (.withheld, _), (_, .withheld), (_, nil): "\(site) is withheld"
      case (_, .notEvaluable(let reason)): "\(site) is not evaluable: \(reason.words)"
      case (_, .bounded): "\(site) has bounds only"
      case (_, .estimated):
        if !hasEnoughEvents(row) {
          "\(site) has fewer than \(criterion.minimumEvents) \(eventWords)"
        } else if !row.withheld.isEmpty || measure?.omitted.isEmpty == false {
          "\(site) withholds some windows"
        } else {
          nil
        }
      }
    return SiteState(id: site, row: row, measure: measure, problem: problem)
  }

  // Sensitivity is a share of events, specificity one of non-events; everything else needs both.
  private func hasEnoughEvents(_ row: MatrixRow) -> Bool {
    let nonEvents = row.labelled - row.events
    let least =
      switch criterion.metric {
      case .sensitivity: row.events
      case .specificity: nonEvents
      default: min(row.events, nonEvents)
      }
    return least >= criterion.minimumEvents
  }

  private var eventWords: String {
    switch criterion.metric {
    case .sensitivity: "events"
    case .specificity: "non-events"
    default: "events or non-events"
    }
  }

  private func finding(slice: SliceID, site: SiteState) -> Finding? {
    guard site.problem == nil, let numbers = site.measure?.estimated else { return nil }
    return judge(numbers, slice: slice, site: site.id)
  }

  private func pooledFinding(slice: SliceID, estimand: Estimand) -> Finding {
    let row = matrix.pooled.rows.first { $0.window == window && $0.slice == slice }
    func missing(_ reason: String) -> Finding {
      Finding(
        slice: slice, site: nil, verdict: .notEvaluable, value: nil, lower: nil, upper: nil,
        reason: "\(sliceWords(slice))\(reason)")
    }
    guard let row, row.status == .released,
      let measure = row.measure(criterion.metric, at: criterion.threshold, estimand)
    else { return missing("no site releases it") }
    switch measure.result {
    case .estimated(let numbers):
      guard hasEnoughEvents(row) else {
        return missing("fewer than \(criterion.minimumEvents) \(eventWords)")
      }
      return judge(numbers, slice: slice, site: nil)
    case .notEvaluable(let reason): return missing(reason.words)
    case .withheld: return missing("withheld at every site")
    case .bounded: return missing("bounds only")
    }
  }

  // Sites and rows that are behind the verdict, against what the criterion asks. Who is missing is named
  // either way: as a problem, or as a note where the criterion lists.
  private func coverage(slice: SliceID, sites: [SiteState]) -> (problems: [String], notes: [String]) {
    let evaluable = sites.filter { isEvaluable($0, slice: slice) }
    let missing = sites.filter { site in !evaluable.contains { $0.id == site.id } }
      .map { "\(sliceWords(slice))\($0.problem ?? "\($0.id) is left out")" }
    let blocks = criterion.coverage.whenWithheld == .block
    var problems = blocks ? missing : []
    if evaluable.count < criterion.coverage.minimumSites {
      problems.append(
        "\(sliceWords(slice))\(evaluable.count) of at least \(criterion.coverage.minimumSites) sites are evaluable"
      )
    }
    // Rows of a level may be withheld, so shares are of the rows in the window.
    func rows(_ list: [SiteState]) -> Int {
      list.reduce(0) { $0 + (state(of: $1.id, slice: .overall).row?.labelled ?? 0) }
    }
    let all = rows(sites)
    let share = all == 0 ? 0 : Double(rows(evaluable)) / Double(all)
    if share < criterion.coverage.minimumRowShare.value {
      problems.append("\(sliceWords(slice))evaluable sites hold too small a share of the rows")
    }
    return (problems, blocks ? [] : missing.map { "\($0), and counts neither way" })
  }

  // Sites that are in a pooled number with a part of their windows only; said, whatever the verdict.
  private func partlyWithheld(slice: SliceID, sites: [SiteState]) -> [String] {
    guard [.pooledRows, .withinSite].contains(criterion.scope), criterion.coverage.whenWithheld == .list,
      let row = matrix.pooled.rows.first(where: { $0.window == window && $0.slice == slice })
    else { return [] }
    let estimand: Estimand = criterion.scope == .pooledRows ? .pooledRows : .withinSite
    let omitted = row.measure(criterion.metric, at: criterion.threshold, estimand)?.omitted ?? []
    let partly = sites.filter { isEvaluable($0, slice: slice) }.map(\.id).filter {
      row.withheld.contains($0) || omitted.contains($0)
    }
    return partly.isEmpty ? [] : ["\(sliceWords(slice))partly withheld at \(partly.joined(separator: ", "))"]
  }

  private func isEvaluable(_ site: SiteState, slice: SliceID) -> Bool {
    let estimand: Estimand
    switch criterion.scope {
    case .everySite, .worstSite: return site.problem == nil
    case .pooledRows: estimand = .pooledRows
    case .withinSite: estimand = .withinSite
    case .randomEffects, .newSite: estimand = .randomEffects
    }
    guard let row = matrix.pooled.rows.first(where: { $0.window == window && $0.slice == slice }),
      let measure = row.measure(criterion.metric, at: criterion.threshold, estimand),
      row.contributors.contains(site.id)
    else { return false }
    if !row.withheld.contains(site.id), !measure.omitted.contains(site.id) { return true }
    // Of several windows some may be withheld: the others are in the pool, and the site is named.
    guard criterion.coverage.whenWithheld == .list, case .estimated? = site.measure?.result else {
      return false
    }
    return true
  }
}

extension CriterionJudge {
  /// The rule of architecture.md §5 on one estimate.
  private func judge(_ numbers: MeasureNumbers, slice: SliceID, site: String?) -> Finding {
    let isPrediction = criterion.scope == .newSite
    let lower: FixedDecimal?
    let upper: FixedDecimal?
    if let look {
      let bounds = look.bounds(of: numbers)
      (lower, upper) = (bounds?.lower, bounds?.upper)
    } else if isPrediction {
      (lower, upper) = (numbers.randomEffects?.predictionLower, numbers.randomEffects?.predictionUpper)
    } else {
      (lower, upper) = (numbers.lower, numbers.upper)
    }
    let verdict = verdict(value: numbers.value, lower: lower, upper: upper)
    let place = site.map { "\($0): " } ?? ""
    let interval =
      switch (lower, upper) {
      case (let lower?, let upper?):
        " (\(isPrediction ? "prediction " : "")95 % \(short(lower)) to \(short(upper)))"
      default: criterion.bound == .point ? "" : ", without an interval"
      }
    let caveat = criterion.bound == .point ? ", which ignores uncertainty" : ""
    return Finding(
      slice: slice, site: site, verdict: verdict, value: numbers.value, lower: lower, upper: upper,
      reason: "\(place)\(sliceWords(slice))\(short(numbers.value))\(interval): \(verdict.words)\(caveat)")
  }

  private func verdict(value: FixedDecimal, lower: FixedDecimal?, upper: FixedDecimal?) -> Verdict {
    guard let limit = try? FixedDecimal(exact: criterion.limit, scale: ValidationMatrix.scale) else {
      return .notEvaluable
    }
    switch (criterion.bound, criterion.comparison) {
    case (.point, .atLeast): return value >= limit ? .pass : .fail
    case (.point, .atMost): return value <= limit ? .pass : .fail
    case (.lower, _):
      guard let lower, let upper else { return .notEvaluable }
      return lower >= limit ? .pass : upper < limit ? .fail : .inconclusive
    case (.upper, _):
      guard let lower, let upper else { return .notEvaluable }
      return upper <= limit ? .pass : lower > limit ? .fail : .inconclusive
    }
  }

  // The finding whose judged number is the least favourable; the first site of equals.
  private func worst(_ findings: [Finding]) -> Finding? {
    func number(_ finding: Finding) -> FixedDecimal? {
      switch criterion.bound {
      case .point: finding.value
      case .lower: finding.lower
      case .upper: finding.upper
      }
    }
    var worst: Finding?
    for finding in findings {
      guard let candidate = number(finding) else { return finding }
      guard let best = worst.flatMap(number) else {
        worst = finding
        continue
      }
      if criterion.comparison == .atLeast ? candidate < best : candidate > best { worst = finding }
    }
    return worst
  }

  private func sliceWords(_ slice: SliceID) -> String {
    slice == .overall ? "" : "\(slice.attribute) \(slice.level): "
  }

  // Pages show three decimals; the verdict is decided on all that are written.
  private func short(_ decimal: FixedDecimal) -> String {
    decimal.rounded(to: 3).text
  }
}

extension Measure {
  fileprivate var estimated: MeasureNumbers? {
    guard case .estimated(let numbers) = result else { return nil }
    return numbers
  }
}

extension ValidationMatrix {
  /// The last of the windows whose pooled overall row is released and has rows with a label.
  fileprivate func newestWindow(of ids: [String]) -> String? {
    ids.last { id in
      pooled.rows.contains {
        $0.window == id && $0.slice == .overall && $0.status == .released && $0.labelled > 0
      }
    }
  }
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
    case .noVariance: "no variance"
    case .tooFewSites: "fewer than three sites"
    case .tooFewEvents: "too few events or non-events"
    case .constantScore: "the score is constant"
    case .separation: "the score separates events from non-events"
    case .notConverged: "the fit did not converge"
    }
  }
}
