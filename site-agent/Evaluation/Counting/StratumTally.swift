import Aggregates
import EvaluationProtocols
import Statistics

/// One stratum while its rows come in, by ascending score.
struct StratumTally {
  private var rows: ClassTable
  private var patients: ClassTable
  private var positive: ClassSums
  private var negative: ClassSums
  private var groups: [ScoreGroupTally] = []

  // Σp and Σp² by interval, Σp³ and Σp⁴ in total, in units of 2⁻³².
  private struct ClassSums {
    var byInterval: [ScoreSums]
    var powers = PowerTotals()

    mutating func add(_ p: Double, interval: Int) {
      let square = p * p
      byInterval[interval].first += Int128(fixedPoint(p))
      byInterval[interval].second += Int128(fixedPoint(square))
      powers.third += Int128(fixedPoint(square * p))
      powers.fourth += Int128(fixedPoint(square * square))
    }

    var totals: PowerTotals {
      var totals = powers
      let sums = byInterval.reduce(.zero, +)
      totals.first = sums.first
      totals.second = sums.second
      return totals
    }
  }

  private struct ScoreGroupTally {
    let score: Double
    var positives = 0
    var negatives = 0
  }

  init(intervals: Int) {
    rows = ClassTable(intervals: intervals)
    patients = rows
    positive = ClassSums(byInterval: Array(repeating: .zero, count: intervals))
    negative = positive
  }

  /// Adds the row at a position of the window; positions have to ascend.
  mutating func add(_ row: Int, of window: WindowRows) {
    let interval = Int(window.intervals[row])
    let score = window.scores[row]
    let rowClass = window.classes[row]
    rows.add(rowClass, interval: interval)
    if window.isDesignated[row] { patients.add(rowClass, interval: interval) }
    switch rowClass {
    case .positive: positive.add(score, interval: interval)
    case .negative: negative.add(score, interval: interval)
    case .unlabelled: return
    }
    if groups.last?.score != score { groups.append(ScoreGroupTally(score: score)) }
    if rowClass == .positive {
      groups[groups.count - 1].positives += 1
    } else {
      groups[groups.count - 1].negatives += 1
    }
  }

  /// The counts, with the site's own recalibration where there are enough events and non-events.
  ///
  /// - Parameter labelledPatients: nil where a row is a patient.
  func stratum(
    clusters: [ClusterRecord], distinctPatients: Int, labelledPatients: Int?, minimumFitEvents: Int
  ) -> LocalStratum {
    var stratum = LocalStratum(intervals: rows.positive.count)
    stratum.rows = rows
    stratum.patients = patients
    stratum.positiveSums = positive.byInterval
    stratum.negativeSums = negative.byInterval
    stratum.positivePowers = positive.totals
    stratum.negativePowers = negative.totals
    // Counts of rows that are in memory: below the limits at which the integers could not be formed.
    let counts = groups.map { (positives: $0.positives, negatives: $0.negatives) }
    if let ranks = try? rankIntegers(sortedGroups: counts) { stratum.ranks = ranks }
    stratum.clusters = clusters
    stratum.distinctPatients = distinctPatients
    stratum.labelledPatients = labelledPatients ?? stratum.ranks.positives + stratum.ranks.negatives
    let hasEnough = min(stratum.ranks.positives, stratum.ranks.negatives) >= minimumFitEvents
    stratum.averagePrecision =
      hasEnough ? SiteAveragePrecision(sortedGroups: counts) : .tooFewEvents
    stratum.fit =
      hasEnough
      ? SiteFit(
        fitting: groups.map { (score: $0.score, positives: $0.positives, negatives: $0.negatives) })
      : .notEvaluable(.tooFewEvents)
    return stratum
  }
}

extension ClassTable {
  fileprivate mutating func add(_ rowClass: RowClass, interval: Int) {
    switch rowClass {
    case .positive: positive[interval] += 1
    case .negative: negative[interval] += 1
    case .unlabelled: unlabelled[interval] += 1
    }
  }
}
