import CanonicalJSON
import Aggregates
import EvaluationProtocols
import Statistics

/// One row of a made-up hospital.
struct TestRow {
  var patient: Int
  var window = 0
  var rowClass: RowClass
  var score: Double
  /// One level an attribute, by position; the number of levels stands for `missing`.
  var levels: [Int] = []
  /// One cell a counted column.
  var cells: [Int] = []
}

/// Counts rows in the plainest way, straight from the doc comments of `LocalAggregate`.
///
/// - Parameter excluded: rows that left, with their patients, by the id of the reason.
func count(
  _ rows: [TestRow], excluded: [String: (rows: Int, patients: Int)] = [:],
  under evaluationProtocol: EvaluationProtocol
) -> LocalAggregate {
  let exclusions = ExclusionReason.all(under: evaluationProtocol).map { reason in
    (reason: reason, rows: excluded[reason.id]?.rows ?? 0, patients: excluded[reason.id]?.patients ?? 0)
  }
  return LocalAggregate(
    site: "here", protocolDigest: evaluationProtocol.digest,
    modelDigest: evaluationProtocol.model.artifact, featuresDigest: nil,
    countsPatients: evaluationProtocol.data.patientColumn != nil,
    flow: LocalFlow(read: rows.count + exclusions.reduce(0) { $0 + $1.rows }, exclusions: exclusions),
    windows: evaluationProtocol.windows.ids.enumerated().map { index, id in
      WindowCounting(rows: rows.filter { $0.window == index }, evaluationProtocol: evaluationProtocol)
        .count(as: id)
    })
}

private struct WindowCounting {
  let rows: [TestRow]
  let evaluationProtocol: EvaluationProtocol
  private let hasPatients: Bool
  /// Rows at which the patient is counted in a stratum.
  private let designated: Set<Int>

  init(rows: [TestRow], evaluationProtocol: EvaluationProtocol) {
    self.rows = rows
    self.evaluationProtocol = evaluationProtocol
    hasPatients = evaluationProtocol.data.patientColumn != nil
    guard hasPatients else {
      designated = Set(rows.indices)
      return
    }
    let grid = evaluationProtocol.grid
    let groups = Dictionary(grouping: rows.indices) { [rows[$0].patient, rows[$0].rowClass.rawValue] }
    designated = Set(
      groups.values.compactMap { group in
        group.min {
          ([grid.interval(of: rows[$0].score)] + rows[$0].levels)
            .lexicographicallyPrecedes([grid.interval(of: rows[$1].score)] + rows[$1].levels)
        }
      })
  }

  func count(as id: String) -> LocalWindow {
    LocalWindow(
      id: id, overall: stratum(Array(rows.indices)),
      attributes: evaluationProtocol.attributes.enumerated().map { index, attribute in
        attribute.levelIDs.indices.map { level in
          stratum(rows.indices.filter { rows[$0].levels[index] == level })
        }
      },
      histograms: evaluationProtocol.drift.columns.enumerated().map { index, plan in
        var histogram = LocalHistogram(column: plan.column, cells: plan.values.count + 2)
        for row in rows {
          if row.rowClass == .unlabelled {
            histogram.unlabelled[row.cells[index]] += 1
          } else {
            histogram.labelled[row.cells[index]] += 1
          }
        }
        histogram.labelledPatients = histogram.labelled
        histogram.unlabelledPatients = histogram.unlabelled
        if hasPatients { countPatients(in: &histogram, at: index) }
        return histogram
      })
  }

  // A patient counts at the lowest cell of the labelled rows, or of the others where there is none.
  private func countPatients(in histogram: inout LocalHistogram, at index: Int) {
    histogram.labelledPatients = histogram.labelled.map { _ in 0 }
    histogram.unlabelledPatients = histogram.labelledPatients
    for group in Dictionary(grouping: rows, by: \.patient).values {
      if let cell = group.filter({ $0.rowClass != .unlabelled }).map({ $0.cells[index] }).min() {
        histogram.labelledPatients[cell] += 1
      } else if let cell = group.map({ $0.cells[index] }).min() {
        histogram.unlabelledPatients[cell] += 1
      }
    }
  }

  private func stratum(_ members: [Int]) -> LocalStratum {
    let grid = evaluationProtocol.grid
    var stratum = LocalStratum(intervals: grid.intervalCount)
    for position in members {
      let row = rows[position]
      let interval = grid.interval(of: row.score)
      stratum.rows[row.rowClass][interval] += 1
      if designated.contains(position) { stratum.patients[row.rowClass][interval] += 1 }
      let sums = ScoreSums(
        first: Int128(fixedPoint(row.score)), second: Int128(fixedPoint(row.score * row.score)))
      switch row.rowClass {
      case .positive:
        stratum.positiveSums[interval] = stratum.positiveSums[interval] + sums
        stratum.positivePowers.add(row.score)
      case .negative:
        stratum.negativeSums[interval] = stratum.negativeSums[interval] + sums
        stratum.negativePowers.add(row.score)
      case .unlabelled: break
      }
    }
    let labelled = members.map { rows[$0] }.filter { $0.rowClass != .unlabelled }
    let groups = Dictionary(grouping: labelled, by: \.score).sorted { $0.key < $1.key }
    let counted = groups.map { _, rows in
      (
        positives: rows.count { $0.rowClass == .positive },
        negatives: rows.count { $0.rowClass == .negative }
      )
    }
    if let ranks = try? rankIntegers(sortedGroups: counted) { stratum.ranks = ranks }
    stratum.distinctPatients = Set(members.map { hasPatients ? rows[$0].patient : $0 }).count
    if hasPatients { stratum.clusters = clusters(labelled) }
    return stratum
  }

  private func clusters(_ labelled: [TestRow]) -> [ClusterRecord] {
    let patients = Dictionary(grouping: labelled, by: \.patient).values
    return evaluationProtocol.model.thresholds.flatMap { threshold in
      ClusterMeasure.allCases.map { measure in
        let sums = patients.map { rows in
          let trials = rows.filter { measure.isTrial($0, at: threshold.value.value) }
          return (trials.count { measure.isSuccess($0, at: threshold.value.value) }, trials.count)
        }.filter { $0.1 > 0 }
        return ClusterRecord(
          threshold: threshold.value, measure: measure,
          sums: ClusterSums(
            clusters: sums.count, sumSuccesses: sums.reduce(0) { $0 + $1.0 },
            sumTrials: sums.reduce(0) { $0 + $1.1 }, sumSquaredSuccesses: sums.reduce(0) { $0 + $1.0 * $1.0 },
            sumProducts: sums.reduce(0) { $0 + $1.0 * $1.1 },
            sumSquaredTrials: sums.reduce(0) { $0 + $1.1 * $1.1 }))
      }
    }
  }
}

extension ClusterMeasure {
  fileprivate func isTrial(_ row: TestRow, at threshold: Double) -> Bool {
    switch self {
    case .sensitivity: row.rowClass == .positive
    case .specificity: row.rowClass == .negative
    case .positivePredictiveValue: row.score >= threshold
    case .negativePredictiveValue: row.score < threshold
    case .flagRate: true
    }
  }

  fileprivate func isSuccess(_ row: TestRow, at threshold: Double) -> Bool {
    switch self {
    case .sensitivity, .flagRate: row.score >= threshold
    case .specificity: row.score < threshold
    case .positivePredictiveValue: row.rowClass == .positive
    case .negativePredictiveValue: row.rowClass == .negative
    }
  }
}

extension PowerTotals {
  fileprivate mutating func add(_ score: Double) {
    first += Int128(fixedPoint(score))
    second += Int128(fixedPoint(score * score))
    third += Int128(fixedPoint(score * score * score))
    fourth += Int128(fixedPoint((score * score) * (score * score)))
  }
}
