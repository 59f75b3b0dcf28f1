import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReviewView {
  /// The criteria of the newest result that are inconclusive or not evaluable, least data first.
  var undecided: [UndecidedCriterion] {
    guard let result, let inForce, let phase = inForce.phase(result.outcome.phase) else { return [] }
    let judge = WaitJudge(matrix: result.matrix, evaluationProtocol: inForce)
    var found: [UndecidedCriterion] = []
    if result.outcome.minimum.verdict != .pass {
      found.append(
        UndecidedCriterion(
          outcome: result.outcome.minimum, isStop: false, waits: judge.waits(for: phase.minimum)))
    }
    func add(_ outcomes: [CriterionOutcome], _ criteria: [Criterion], isStop: Bool) {
      for outcome in outcomes where outcome.verdict == .inconclusive || outcome.verdict == .notEvaluable {
        guard let criterion = criteria.first(where: { $0.id == outcome.id }) else { continue }
        found.append(
          UndecidedCriterion(
            outcome: outcome, isStop: isStop, waits: judge.waits(for: criterion, outcome)))
      }
    }
    add(result.outcome.go, phase.goCriteria, isStop: false)
    add(result.outcome.stop, phase.stopCriteria, isStop: true)
    return found
  }
}

/// Says of each undecided number what it waits for.
private struct WaitJudge {
  let matrix: ValidationMatrix
  let evaluationProtocol: EvaluationProtocol

  typealias Wait = UndecidedCriterion.Wait

  /// What the least data wait for.
  func waits(for minimum: PhaseMinimum) -> [Wait] {
    let rows = rows(of: nil, slice: .overall)
    let whole = rows.first { $0.window == evaluationProtocol.windows.wholeID }
    var waits: [Wait] = []
    let sites = whole?.contributors.count ?? 0
    if sites < minimum.sites {
      waits.append(
        Wait(
          place: "", forecast: .notEvents("\(sites) of at least \(counted(minimum.sites, "site")) release")))
    }
    func count(_ unit: String, _ have: Int, _ need: Int, _ value: (MatrixRow) -> Int) {
      guard have < need else { return }
      let forecast = EventForecast(
        have: have, need: Double(need), unit: unit, rate: rate(rows, value), isEarliest: false)
      waits.append(Wait(place: "", forecast: forecast.forecast))
    }
    count("rows", whole?.labelled ?? 0, minimum.rows, \.labelled)
    count("events", whole?.events ?? 0, minimum.events, \.events)
    if let wait = days(rows, minimum.days) { waits.append(wait) }
    return waits
  }

  private func days(_ rows: [MatrixRow], _ need: Int) -> Wait? {
    guard need > 0 else { return nil }
    let windows = releasedWindows(rows).map(\.window)
    guard let first = windows.first, let last = windows.last else {
      return Wait(place: "", forecast: .notEvents("the data are undated, so no number of days"))
    }
    let have = Int((last.end.secondsSinceEpoch - first.start.secondsSinceEpoch) / 86_400)
    guard have < need,
      let end = try? UTCTime(secondsSinceEpoch: first.start.secondsSinceEpoch + Int64(need) * 86_400)
    else { return nil }
    return Wait(
      place: "", forecast: .when(end, have: have, need: need, unit: "days", isEarliest: false))
  }

  /// What the numbers of a criterion wait for: intervals that hold the limit, then what has too few events.
  func waits(for criterion: Criterion, _ outcome: CriterionOutcome) -> [Wait] {
    outcome.findings.filter { $0.verdict == .inconclusive }.compactMap { wait($0, criterion) }
      + criterion.judgedSlices(under: evaluationProtocol).flatMap { tooFew(criterion, slice: $0) }
  }

  private func wait(_ finding: Finding, _ criterion: Criterion) -> Wait? {
    if let why = notOfEvents(finding, criterion) {
      let places = [place(site: finding.site, slice: finding.slice), finding.window]
      return Wait(place: places.compactMap(\.self).joined(separator: ", "), forecast: .notEvents(why))
    }
    guard let value = finding.value, let bound = criterion.bound == .lower ? finding.lower : finding.upper,
      bound.scale == value.scale, let limit = try? FixedDecimal(criterion.limit.value, scale: value.scale)
    else { return nil }
    let place = place(site: finding.site, slice: finding.slice)
    if value == limit { return Wait(place: place, forecast: .onLimit) }
    guard (value > limit) == (criterion.comparison == .atLeast) else {
      return Wait(place: place, forecast: .badSide)
    }
    let rows = rows(of: finding.site, slice: finding.slice)
    guard let judged = judgedRow(rows, criterion) else { return nil }
    let have = count(judged, criterion)
    return Wait(
      place: place,
      forecast: forecast(
        have: have, need: eventsNeeded(now: have, value: value, bound: bound, limit: limit), rows, criterion,
        // The spread between sites does not shrink with events, nor does a bound over looks as fast, nor a gap
        // whose other side stays as small as it is.
        isEarliest: criterion.scope == .randomEffects || criterion.looks != nil || criterion.contrast == .gap)
    )
  }

  // Why more events would not decide a number.
  private func notOfEvents(_ finding: Finding, _ criterion: Criterion) -> String? {
    if criterion.metric == .stabilityIndex {
      return "drift is a matter of a window's rows and of what they are, not of events"
    }
    // A bound on the good side that does not pass is held back by missing labels.
    if passes(finding, criterion) { return "it depends on what the missing labels are, not on more events" }
    guard criterion.scope == .newSite, let value = finding.value,
      let limit = try? FixedDecimal(exact: criterion.limit, scale: ValidationMatrix.scale), value != limit,
      (value > limit) == (criterion.comparison == .atLeast)
    else { return nil }
    return "what a new site may expect depends on how sites differ, not on events alone"
  }

  private func passes(_ finding: Finding, _ criterion: Criterion) -> Bool {
    let judged =
      switch criterion.bound {
      case .point: finding.value
      case .lower: finding.lower
      case .upper: finding.upper
      }
    guard let judged, let limit = try? FixedDecimal(exact: criterion.limit, scale: ValidationMatrix.scale)
    else { return false }
    return criterion.comparison == .atLeast ? judged >= limit : judged <= limit
  }

  // Sites, or the pool, whose number is not judged because the events are fewer than the criterion asks.
  private func tooFew(_ criterion: Criterion, slice: SliceID) -> [Wait] {
    // Windows of a profile, and a path over windows, have counts of their own.
    if Metric.ofMonitoring.contains(criterion.metric) { return [] }
    let sites: [String?] =
      switch criterion.scope {
      case .everySite, .worstSite: evaluationProtocol.validationSites.map(\.id)
      case .pooledRows, .withinSite, .randomEffects, .newSite: [nil]
      }
    return sites.compactMap { site in
      let rows = rows(of: site, slice: slice)
      guard let row = judgedRow(rows, criterion), row.status == .released else { return nil }
      let have = count(row, criterion)
      guard have < criterion.minimumEvents else { return nil }
      return Wait(
        place: place(site: site, slice: slice),
        forecast: forecast(
          have: have, need: Double(criterion.minimumEvents), rows, criterion, isEarliest: false))
    }
  }

  private func forecast(
    have: Int, need: Double, _ rows: [MatrixRow], _ criterion: Criterion, isEarliest: Bool
  ) -> UndecidedCriterion.Forecast {
    let made = EventForecast(
      have: have, need: need, unit: unit(criterion), rate: rate(rows) { count($0, criterion) },
      isEarliest: isEarliest
    ).forecast
    guard criterion.window == .newest, case .when(_, let have, let need, let unit, _) = made else {
      return made
    }
    return .noRate(have: have, need: need, unit: unit, why: .newestWindow)
  }

  private func unit(_ criterion: Criterion) -> String {
    switch criterion.metric {
    case .specificity, .specificityDifference: "non-events"
    case .alertRate: "rows"
    case .overrideRate, .acknowledgedInTarget: "alerts"
    default: "events"
    }
  }

  private func count(_ row: MatrixRow, _ criterion: Criterion) -> Int {
    switch criterion.metric {
    case .specificity, .specificityDifference: return max(0, row.labelled - row.events)
    case .alertRate, .overrideRate, .acknowledgedInTarget:
      let measure = row.measures.first { $0.metric == criterion.metric }
      guard case .estimated(let numbers)? = measure?.result else { return 0 }
      return numbers.trials ?? 0
    default: return row.events
    }
  }

  private func place(site: String?, slice: SliceID) -> String {
    let parts = [site, slice == .overall ? nil : evaluationProtocol.label(of: slice)]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  // The rows of a slice at a site, or of the pool, over all windows.
  private func rows(of site: String?, slice: SliceID) -> [MatrixRow] {
    let all = site.map { matrix.site($0)?.rows ?? [] } ?? matrix.pooled.rows
    return all.filter { $0.slice == slice }
  }

  private func judgedRow(_ rows: [MatrixRow], _ criterion: Criterion) -> MatrixRow? {
    switch criterion.window {
    case .all: return rows.first { $0.window == evaluationProtocol.windows.wholeID }
    case .newest:
      let newest = evaluationProtocol.windows.ids.last { id in
        matrix.pooled.rows.contains {
          $0.window == id && $0.slice == .overall && $0.status == .released && $0.labelled > 0
        }
      }
      return rows.first { $0.window == newest }
    }
  }

  private func releasedWindows(_ rows: [MatrixRow]) -> [(window: WindowPlan.Window, row: MatrixRow)] {
    guard case .dated(_, let windows) = evaluationProtocol.windows else { return [] }
    return windows.compactMap { window in
      rows.first { $0.window == window.id && $0.status == .released }.map { (window, $0) }
    }
  }

  private func rate(_ rows: [MatrixRow], _ value: (MatrixRow) -> Int) -> CountRate? {
    let released = releasedWindows(rows)
    guard let end = released.last?.window.end else { return nil }
    let seconds = released.reduce(0.0) {
      $0 + Double($1.window.end.secondsSinceEpoch - $1.window.start.secondsSinceEpoch)
    }
    // Counts are below 2^53, and there are few windows.
    let sum = released.reduce(0) { $0.addingReportingOverflow(value($1.row)).partialValue }
    return CountRate(count: sum, days: seconds / 86_400, end: end)
  }
}
