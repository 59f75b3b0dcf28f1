import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension CriterionJudge {
  /// The numbers of a slice: of the matrix rows, or of the gaps between them.
  func numbers(slice: SliceID) -> JudgedNumbers {
    let sites = validationSites.map { (id: $0, part: part(of: $0, slice: slice)) }.filter(\.part.isAsked)
    switch criterion.scope {
    case .everySite, .worstSite: return siteNumbers(slice: slice, sites: sites)
    case .pooledRows, .withinSite, .randomEffects, .newSite: return poolNumbers(slice: slice, sites: sites)
    }
  }

  private typealias Site = (id: String, part: JudgedPart)

  private func siteNumbers(slice: SliceID, sites: [Site]) -> JudgedNumbers {
    var findings: [Finding] = []
    var notes: [String: [String]] = [:]
    var hiding: Set<String> = []
    for site in sites where problem(of: site) == nil {
      guard case .number(let number) = site.part.content else { continue }
      findings.append(finding(number, slice: slice, site: site.id))
      notes[site.id] = remarks(number, slice: slice, site: site.id)
      if number.hidesMissingLabels { hiding.insert(site.id) }
    }
    if criterion.scope == .worstSite { findings = worst(findings).map { [$0] } ?? [] }
    let shown = findings.compactMap(\.site)
    return JudgedNumbers(
      findings: findings,
      notes: shown.flatMap { notes[$0] ?? [] }
        + hiddenLabels(shown.filter { hiding.contains($0) }, slice: slice),
      sites: sites.map { site in
        let problem = problem(of: site)
        return SiteCoverage(
          id: site.id, isEvaluable: problem == nil, problems: problem.map { [$0] } ?? [])
      })
  }

  private func poolNumbers(slice: SliceID, sites: [Site]) -> JudgedNumbers {
    let pool = part(of: nil, slice: slice)
    var notes: [String] = []
    let finding: Finding
    if let why = poolProblem(pool) {
      finding = Finding(
        slice: slice, site: nil, verdict: .notEvaluable, value: nil, lower: nil, upper: nil,
        reason: "\(words(of: slice))\(why)")
    } else if case .number(let number) = pool.content {
      finding = self.finding(number, slice: slice, site: nil)
      notes = remarks(number, slice: slice, site: nil)
      if number.hidesMissingLabels { notes.append("\(words(of: slice))\(Self.hiddenLabels)") }
    } else {
      return JudgedNumbers(findings: [], notes: [], sites: [])
    }
    let coverage = sites.map { site in
      let isEvaluable = self.isBehind(pool, site)
      return SiteCoverage(
        id: site.id, isEvaluable: isEvaluable,
        problems: isEvaluable ? [] : [problem(of: site) ?? "\(site.id) is left out"])
    }
    return JudgedNumbers(
      findings: [finding], notes: notes + partlyWithheld(pool, slice: slice, coverage), sites: coverage)
  }

  private static let hiddenLabels = "how many labels are missing is withheld"

  private func hiddenLabels(_ sites: [String], slice: SliceID) -> [String] {
    sites.isEmpty ? [] : ["\(words(of: slice))\(Self.hiddenLabels) at \(shortList(sites, most: 8))"]
  }

  /// Why a site's own number is not judged; nil where it is.
  private func problem(of site: Site) -> String? {
    switch site.part.content {
    case .absent: "\(site.id) sent no result"
    case .empty: "\(site.id) has no rows"
    case .withheld: "\(site.id) is withheld"
    case .notEvaluable(let reason): "\(site.id) is not evaluable: \(reason)"
    case .bounded: "\(site.id) has bounds only"
    case .number:
      if !site.part.hasEnough {
        "\(site.id) has fewer than \(criterion.minimumEvents) \(criterion.leastCountWords)"
      } else if !site.part.withheld.isEmpty {
        "\(site.id) withholds some windows"
      } else {
        nil
      }
    }
  }

  private func poolProblem(_ pool: JudgedPart) -> String? {
    switch pool.content {
    case .absent, .empty: "no site releases it"
    case .withheld: "withheld at every site"
    case .notEvaluable(let reason): reason
    case .bounded: "bounds only"
    case .number:
      pool.hasEnough ? nil : "fewer than \(criterion.minimumEvents) \(criterion.leastCountWords)"
    }
  }

  private func isBehind(_ pool: JudgedPart, _ site: Site) -> Bool {
    guard pool.contributors.contains(site.id) else { return false }
    if case .withheld = site.part.content { return false }
    if !pool.withheld.contains(site.id) { return true }
    // Of several windows some may be withheld: the others are in the pool, and the site is named.
    guard criterion.coverage.whenWithheld == .list, case .number = site.part.content else { return false }
    return true
  }

  // Sites that are in a pooled number with a part of their windows only; said, whatever the verdict.
  private func partlyWithheld(_ pool: JudgedPart, slice: SliceID, _ sites: [SiteCoverage]) -> [String] {
    guard [.pooledRows, .withinSite].contains(criterion.scope), criterion.coverage.whenWithheld == .list
    else {
      return []
    }
    let partly = sites.filter { $0.isEvaluable && pool.withheld.contains($0.id) }.map(\.id)
    return partly.isEmpty ? [] : ["\(words(of: slice))partly withheld at \(partly.joined(separator: ", "))"]
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
    // Where the worst number passes, all do, unless missing labels could change one of them.
    guard worst?.verdict == .pass else { return worst }
    return findings.first { $0.verdict != .pass } ?? worst
  }
}
