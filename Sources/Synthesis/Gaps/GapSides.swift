import Aggregates
import EvaluationProtocols
import Statistics

/// A level and what it is compared with, over the windows in which both are released.
struct GapSides {
  private(set) var level: GapSide
  private(set) var others: GapSide
  /// How many windows are in.
  private(set) var strata = 0
  /// Comparisons of scores inside each window only, and the site's own fits. They do not follow from sums: nil where
  /// a side is all other rows, of which more than one level has some.
  private(set) var ranks: (level: StrataAUROC, others: StrataAUROC)? = (StrataAUROC(), StrataAUROC())
  private(set) var fits: (level: CalibrationFits, others: CalibrationFits)? = (
    CalibrationFits(), CalibrationFits()
  )

  /// Nobody on both sides.
  init(thresholds count: Int) {
    level = GapSide(thresholds: count)
    others = level
  }

  /// Adds a window in which the level and what it is compared with are slices.
  mutating func add(_ row: WindowRow, against other: WindowRow) {
    level.add(row.sums)
    others.add(other.sums)
    strata += 1
    ranks?.level.add(row.sums.ranks)
    ranks?.others.add(other.sums.ranks)
    if let fit = row.fit { fits?.level.add(fit) }
    if let fit = other.fit { fits?.others.add(fit) }
  }

  /// Adds a window in which the level is compared with all other rows.
  mutating func add(_ row: WindowRow, againstRestOf overall: WindowRow) {
    level.add(row.sums)
    others.add(overall.sums, without: row.sums)
    strata += 1
    ranks = nil
    fits = nil
  }

  /// Adds another site. Fits are of single sites' rows and do not add up.
  mutating func add(site other: GapSides) {
    level.add(other.level)
    others.add(other.others)
    strata += other.strata
    if let theirs = other.ranks {
      ranks?.level.add(theirs.level)
      ranks?.others.add(theirs.others)
    } else {
      ranks = nil
    }
    fits = nil
  }
}

/// The gaps of one attribute at one site, while its windows come in.
struct SiteGaps {
  private let family: GapFamily
  /// One entry a level of the family.
  private(set) var sides: [GapSides]

  /// Gaps without a window.
  init(_ family: GapFamily, plan: RowPlan) {
    self.family = family
    let none = GapSides(thresholds: plan.thresholds.values.count)
    sides = Array(repeating: none, count: family.levels.count)
  }

  /// Adds a window: its rows of every slice in order.
  mutating func add(_ window: [WindowRow]) {
    guard let overall = window.first, overall.status == .released else { return }
    let levels = window[family.slices]
    // Levels with rows, released or not.
    let filled = levels.indices.filter { levels[$0].status != .empty }
    for (index, level) in family.levels.enumerated() {
      let row = levels[levels.startIndex + level.place]
      guard row.status == .released else { continue }
      switch family.reference {
      case .level(let place):
        let other = levels[levels.startIndex + place]
        if other.status == .released { sides[index].add(row, against: other) }
      case .complement:
        // All other rows of the window. Where they are one other level, everything is known of them; else what
        // follows from sums.
        if filled.count == 2,
          let other = filled.first(where: { $0 != levels.startIndex + level.place }),
          levels[other].status == .released
        {
          sides[index].add(row, against: levels[other])
        } else if overall.sums.labelled > row.sums.labelled {
          sides[index].add(row, againstRestOf: overall)
        }
      }
    }
  }
}
