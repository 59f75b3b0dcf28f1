import CanonicalJSON
import EvaluationProtocols
import Synthesis

// The drift and the monitoring part of a matrix: one number a window of a site, or one path over its windows.
extension CriterionJudge {
  /// What one window of a site comes to.
  private enum WindowPart {
    case judged(Finding)
    /// No rows, hence nothing to ask about.
    case notAsked
    case problem(String)
  }

  /// The stability index of a profile, in the newest window or in every window of each site.
  func stabilityNumbers() -> JudgedNumbers {
    let windows = criterion.window == .newest ? window.map { [$0] } ?? [] : evaluationProtocol.windows.ids
    return monitoringNumbers { site in
      windows.map { drift($0, at: site) }
    } worst: { candidate, best in
      if candidate.verdict != best.verdict {
        return Verdict.all([candidate.verdict, best.verdict]) == candidate.verdict
      }
      guard let one = candidate.upper, let other = best.upper else { return false }
      return one > other
    }
  }

  /// The largest value of the CUSUM over the windows up to the judged one.
  func cusumNumbers() -> JudgedNumbers {
    let ids = evaluationProtocol.windows.ids
    let last = criterion.window == .newest ? ids.firstIndex { $0 == window } : nil
    let windows = Array(ids.prefix(last.map { $0 + 1 } ?? ids.count))
    return monitoringNumbers {
      cusum(windows, at: $0)
    } worst: { candidate, best in
      guard let one = candidate.value, let other = best.value else { return false }
      return one > other
    }
  }

  // Each site's parts; a site is evaluable when one of them is judged, and what is missing of it is named.
  private func monitoringNumbers(
    _ parts: (SiteMatrix) -> [WindowPart], worst isWorse: (Finding, Finding) -> Bool
  ) -> JudgedNumbers {
    var judged = JudgedNumbers(findings: [], notes: [], sites: [])
    for id in validationSites {
      guard let site = matrix.site(id) else {
        judged.sites.append(SiteCoverage(id: id, isEvaluable: false, problems: ["\(id) sent no result"]))
        continue
      }
      var findings: [Finding] = []
      var problems: [String] = []
      for part in parts(site) {
        switch part {
        case .judged(let finding): findings.append(finding)
        case .notAsked: break
        case .problem(let problem): problems.append(problem)
        }
      }
      if findings.isEmpty && problems.isEmpty { problems = ["\(id) has no rows"] }
      judged.findings += findings
      judged.sites.append(SiteCoverage(id: id, isEvaluable: !findings.isEmpty, problems: problems))
    }
    if criterion.scope == .worstSite, let first = judged.findings.first {
      judged.findings = [judged.findings.dropFirst().reduce(first) { isWorse($1, $0) ? $1 : $0 }]
    }
    return judged
  }

  // MARK: Drift

  private func drift(_ window: String, at site: SiteMatrix) -> WindowPart {
    let place = "\(site.site), \(window)"
    if site.rows.first(where: { $0.window == window && $0.slice == .overall })?.status == .empty {
      return .notAsked
    }
    // Columns are compared by bytes, as everywhere.
    let profile = criterion.profile ?? ""
    guard let row = site.drift.first(where: { $0.window == window && $0.profile.hasSameBytes(as: profile) })
    else { return .problem("\(place) is not compared") }
    switch row.result {
    case .withheld: return .problem("\(place) is withheld")
    case .notEvaluable: return .problem("\(place) is not evaluable: its counts are in one cell")
    case .compared(let numbers):
      guard let assessment = numbers.assessment else {
        return .problem("\(place) is not evaluable: the protocol has no limit of drift")
      }
      guard numbers.rows >= criterion.minimumEvents else {
        return .problem("\(place) has fewer than \(criterion.minimumEvents) \(criterion.leastCountWords)")
      }
      let verdict = driftVerdict(numbers.stabilityIndex, assessment)
      return .judged(
        Finding(
          slice: .overall, site: site.site, window: window, verdict: verdict,
          value: numbers.stabilityIndex, lower: nil, upper: assessment.upperLimit,
          reason: "\(place): \(short(numbers.stabilityIndex)), upper limit \(short(assessment.upperLimit)), "
            + "by chance alone with probability \(probability(assessment.pValue)): \(verdict.words)"))
    }
  }

  // Nobody should read that something cannot be chance.
  private func probability(_ pValue: FixedDecimal) -> String {
    let text = short(pValue)
    return text == "0.000" ? "below 0.001" : text
  }

  // All profiles of a window share an error of 5 %. Decided on the written decimals: p · profiles < 0.05.
  private func driftVerdict(_ index: FixedDecimal, _ assessment: DriftNumbers.Assessment) -> Verdict {
    guard let limit = try? FixedDecimal(exact: criterion.limit, scale: ValidationMatrix.scale) else {
      return .notEvaluable
    }
    if assessment.upperLimit <= limit { return .pass }
    let profiles = Int128(evaluationProtocol.drift.profiles.count)
    let unitsOfFivePercent: Int128 = 50_000_000_000
    let isBeyondChance = assessment.pValue.units * profiles < unitsOfFivePercent
    return index > limit && isBeyondChance ? .fail : .inconclusive
  }

  // MARK: CUSUM

  private func cusum(_ windows: [String], at site: SiteMatrix) -> [WindowPart] {
    var largest: (window: String, value: FixedDecimal)?
    var parts: [WindowPart] = []
    var labelled = 0
    var events = 0
    for row in site.cusum where windows.contains(row.window) {
      switch row.result {
      case .counted(_, let value, _):
        let counts = site.rows.first { $0.window == row.window && $0.slice == .overall }
        labelled += counts?.labelled ?? 0
        events += counts?.events ?? 0
        if let found = largest, value <= found.value { continue }
        largest = (row.window, value)
      case .withheld: parts.append(.problem("\(site.site), \(row.window) is withheld"))
      case .noRows: break
      }
    }
    guard let largest else { return parts }
    guard criterion.leastCount(labelled: labelled, events: events) >= criterion.minimumEvents else {
      return parts + [
        .problem(
          "\(site.site) has fewer than \(criterion.minimumEvents) \(criterion.leastCountWords)")
      ]
    }
    let verdict = verdict(value: largest.value, bounds: nil)
    return parts + [
      .judged(
        Finding(
          slice: .overall, site: site.site, window: largest.window, verdict: verdict, value: largest.value,
          lower: nil, upper: nil,
          reason: "\(site.site): \(short(largest.value)), reached in \(largest.window): \(verdict.words)"))
    ]
  }
}
