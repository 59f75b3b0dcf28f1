import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// What a matrix has for a criterion in one slice, at one site or in the pool.
struct JudgedPart {
  var content: Content
  /// Whether there is something to ask: a site without rows has nothing to hide and nothing to say.
  var isAsked = true
  /// Whether the events are as many as the criterion asks for.
  var hasEnough = true
  /// Windows that a site withholds; in the pool, sites that withhold one.
  var withheld: [String] = []
  /// The sites in the pool.
  var contributors: [String] = []

  /// A number, or why there is none.
  enum Content {
    case number(JudgedNumber)
    case withheld
    case notEvaluable(String)
    case bounded
    case empty
    case absent
  }
}

extension CriterionJudge {
  /// What there is of the criterion at a site, or in the pool.
  func part(of site: String?, slice: SliceID) -> JudgedPart {
    guard let row = row(of: site, slice: slice) else { return JudgedPart(content: .absent) }
    switch criterion.contrast {
    case .none: return part(row, site: site)
    case .gap: return gapPart(row, site: site)
    }
  }

  private func part(_ row: MatrixRow, site: String?) -> JudgedPart {
    let measure = row.measure(criterion.metric, at: criterion.threshold, site == nil ? estimand : .site)
    var part = JudgedPart(content: .withheld)
    part.isAsked = row.status != .empty || row.slice == .overall
    part.withheld = row.withheld + (measure?.omitted ?? [])
    part.contributors = measure == nil ? [] : row.contributors
    switch (row.status, measure?.result) {
    case (.empty, _): part.content = .empty
    case (.withheld, _), (_, nil): part.content = site == nil ? .absent : .withheld
    case (_, .withheld): part.content = .withheld
    case (_, .notEvaluable(let reason)): part.content = .notEvaluable(reason.words)
    case (_, .bounded): part.content = .bounded
    case (_, .estimated(let numbers)):
      part.content = .number(number(numbers, in: row))
      part.hasEnough = criterion.leastCount(in: row, numbers) >= criterion.minimumEvents
    }
    return part
  }

  private var estimand: Estimand {
    switch criterion.scope {
    case .everySite, .worstSite: .site
    case .pooledRows: .pooledRows
    case .withinSite: .withinSite
    case .randomEffects, .newSite: .randomEffects
    }
  }

  // MARK: Gaps

  // Both sides of a gap are asked for everything that a measure is asked for.
  private func gapPart(_ row: MatrixRow, site: String?) -> JudgedPart {
    guard let others = othersRow(of: row.slice, site: site) else { return JudgedPart(content: .absent) }
    let gaps = site.map { matrix.site($0)?.gaps ?? [] } ?? matrix.pooled.gaps
    let gap = gaps.first { gap in
      gap.window == window && gap.slice == row.slice && gap.metric == criterion.metric
        && gap.threshold == criterion.threshold && gap.estimand == (site == nil ? estimand : .site)
    }
    var part = JudgedPart(content: .withheld)
    part.isAsked = row.status != .empty && !hasNoOthers(row, others, site: site)
    for side in [row, others] {
      let counts = side.measure(criterion.metric, at: criterion.threshold, site == nil ? .pooledRows : .site)
      part.withheld += (side.withheld + (counts?.omitted ?? [])).filter { !part.withheld.contains($0) }
    }
    if site == nil { part.contributors = validationSites.filter { isInGap($0, slice: row.slice) } }
    switch gap?.result {
    case nil: part.content = site == nil ? .absent : .withheld
    case .withheld: part.content = .withheld
    case .notEvaluable(let reason): part.content = .notEvaluable(reason.words)
    case .estimated(let numbers):
      part.content = .number(
        JudgedNumber(
          value: numbers.difference, bounds: JudgedInterval(numbers.lower, numbers.upper)))
      part.hasEnough = hasEnough(row, others)
    }
    return part
  }

  // The reference level, or all rows, of which the others are those outside the level.
  private func othersRow(of slice: SliceID, site: String?) -> MatrixRow? {
    row(of: site, slice: reference(of: slice) ?? .overall)
  }

  private func reference(of slice: SliceID) -> SliceID? {
    evaluationProtocol.attributes.first { $0.id == slice.attribute }?.reference
      .map { SliceID(attribute: slice.attribute, level: $0) }
  }

  private func hasNoOthers(_ row: MatrixRow, _ others: MatrixRow, site: String?) -> Bool {
    guard others.slice == .overall else { return others.status == .empty }
    let levels = evaluationProtocol.attributes.first { $0.id == row.slice.attribute }?.levelIDs ?? []
    return levels.filter { $0 != row.slice.level }.allSatisfy { level in
      self.row(of: site, slice: SliceID(attribute: row.slice.attribute, level: level))?.status == .empty
    }
  }

  private func hasEnough(_ row: MatrixRow, _ others: MatrixRow) -> Bool {
    let own = criterion.leastCount(labelled: row.labelled, events: row.events)
    // Of all rows, those of the level are not among the others.
    let isAll = others.slice == .overall
    let other = criterion.leastCount(
      labelled: others.labelled - (isAll ? row.labelled : 0),
      events: others.events - (isAll ? row.events : 0))
    return min(own, other) >= criterion.minimumEvents
  }

  // A site whose own gap is not withheld is in that of the pool.
  private func isInGap(_ site: String, slice: SliceID) -> Bool {
    let gap = matrix.site(site)?.gaps.first { gap in
      gap.window == window && gap.slice == slice && gap.metric == criterion.metric
        && gap.threshold == criterion.threshold
    }
    return gap.map { $0.result != .withheld } ?? false
  }
}
