import Aggregates
import CountingKernel
import EvaluationProtocols
import Statistics

/// Counts the slices of one window: the tables of all attributes at once, then for each attribute one pass by
/// falling score, one by rising score and one by patient.
struct SliceCounter {
  private let window: WindowRows
  private let grid: ScoreGrid
  private let attributes: [SliceAttribute]
  private let intersections: [[SliceID]]
  private let thresholds: [ClusterTally.Threshold]
  private let minimumFitEvents: Int
  /// Nil where the protocol has no baseline.
  private let pairedCounter: PairedCounter?

  /// All strata of a window, as `LocalWindow` has them.
  struct Strata {
    let overall: LocalStratum
    let attributes: [[LocalStratum]]
    let intersections: [LocalStratum]
  }

  init(_ window: WindowRows, under evaluationProtocol: EvaluationProtocol, minimumFitEvents: Int) {
    self.window = window
    self.minimumFitEvents = minimumFitEvents
    pairedCounter = PairedCounter(window)
    let grid = evaluationProtocol.grid
    self.grid = grid
    attributes = evaluationProtocol.attributes
    intersections = evaluationProtocol.intersections.map(\.levels)
    // Thresholds are edges of the grid, so a score reaches one where its interval begins at it or above.
    thresholds = evaluationProtocol.model.thresholds.compactMap { threshold in
      grid.index(of: threshold.value).map { ClusterTally.Threshold(value: threshold.value, interval: $0) }
    }
  }

  /// Counts everything.
  func count() -> Strata {
    // Everybody is the one level of an attribute of its own.
    let everybody = (levels: [UInt8](repeating: 0, count: window.count), levelCount: 1)
    let columns =
      [everybody] + zip(window.levels, attributes).map { (levels: $0, levelCount: $1.levelIDs.count) }
    let tables = tables(columns)
    let strata = inParallel(columns.count + intersections.count) { piece -> [LocalStratum] in
      guard piece < columns.count else {
        return [count(intersections[piece - columns.count])]
      }
      return complete(tables[piece], levels: columns[piece].levels)
    }
    return Strata(
      overall: strata[0][0], attributes: Array(strata[1..<columns.count]),
      intersections: strata[columns.count...].map { $0[0] })
  }

  /// The rows that stand in each of several levels.
  private func count(_ slices: [SliceID]) -> LocalStratum {
    var isInside = Array(repeating: UInt8(1), count: window.count)
    for slice in slices {
      // The protocol's reader makes sure that both are there.
      guard let position = attributes.firstIndex(where: { $0.id == slice.attribute }),
        let level = attributes[position].levelIDs.firstIndex(of: slice.level)
      else { return LocalStratum(intervals: grid.intervalCount) }
      for row in isInside.indices where Int(window.levels[position][row]) != level { isInside[row] = 0 }
    }
    return complete(tables([(isInside, 2)])[0], levels: isInside)[1]
  }

  private func tables(_ columns: [(levels: [UInt8], levelCount: Int)]) -> [[LocalStratum]] {
    // Levels are those that the protocol's own rules gave, at most 201; its reader takes at most 10,232 edges between 0
    // and 1, which with six classes are fewer cells than the kernel's limit.
    guard let tables = try? StratumTables(window, columns, grid: grid).strata() else {
      preconditionFailure("rows that cannot be counted")
    }
    return tables
  }

  /// Adds to the levels of an attribute what depends on the order of their rows, or on their patients.
  private func complete(_ tables: [LocalStratum], levels: [UInt8]) -> [LocalStratum] {
    let ordered = order(levels: levels, levelCount: tables.count)
    let patients = window.patients.map {
      PatientCounter(window: window, patients: $0, thresholds: thresholds, intervals: grid.intervalCount)
        .count(levels: levels, levelCount: tables.count)
    }
    let paired = pairedCounter?.count(levels: levels, levelCount: tables.count)
    return tables.indices.map { level in
      var stratum = tables[level]
      let (ranks, fit) = ordered[level]
      stratum.ranks = ranks.ranks
      stratum.clusters = patients?[level].tally.records ?? []
      stratum.distinctPatients = patients?[level].distinct ?? stratum.rows.total
      stratum.labelledPatients = patients?[level].labelled ?? ranks.ranks.positives + ranks.ranks.negatives
      stratum.averagePrecision =
        hasEnough(ranks) ? SiteAveragePrecision(ranks.averagePrecision) : .tooFewEvents
      stratum.fit = fit.map { SiteFit($0) } ?? .notEvaluable(.tooFewEvents)
      stratum.paired = paired?[level]
      return stratum
    }
  }

  private func hasEnough(_ ranks: SliceRanks) -> Bool {
    min(ranks.ranks.positives, ranks.ranks.negatives) >= minimumFitEvents
  }

  private func order(levels: [UInt8], levelCount: Int) -> [(SliceRanks, RecalibrationResult?)] {
    guard let ranks = try? window.sorted.ranks(levels: levels, levelCount: levelCount),
      let fits = try? window.sorted.recalibrations(levels: levels, ranks: ranks, isWanted: hasEnough)
    else { preconditionFailure("levels of other rows") }
    return Array(zip(ranks, fits))
  }
}
