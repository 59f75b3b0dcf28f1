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
  /// The baseline's score, where there is one.
  var baseline: Double?
  /// The alert that was shown, where the study asks and there was one.
  var alert: TestAlert?
}

/// The cells of one alert: response, acknowledgement.
struct TestAlert {
  var response = 0
  var acknowledgement = 0
}

/// A row that was left out for want of a usable score.
struct TestUnscored {
  var patient: Int
  var window = 0
  var isInvalid = false
  var levels: [Int] = []
}

/// Counts rows in the plainest way, straight from the doc comments of `LocalAggregate`.
///
/// - Parameters:
///   - unscored: rows that left for their score.
///   - explained: the rows of the sample, by position, with what each input adds.
///   - excluded: rows that left for other reasons, with their patients, by the id of the reason.
func count(
  _ rows: [TestRow], unscored: [TestUnscored] = [], explained: [(row: Int, parts: [Double])] = [],
  excluded: [String: (rows: Int, patients: Int)] = [:], under evaluationProtocol: EvaluationProtocol
) -> LocalAggregate {
  let hasPatients = evaluationProtocol.data.patientColumn != nil
  let exclusions = ExclusionReason.all(under: evaluationProtocol).map { reason in
    switch reason {
    case .scoreMissing, .scoreInvalid:
      let ofReason = unscoredCounts(unscored, hasPatients: hasPatients)
      let counts = reason == .scoreMissing ? ofReason.missing : ofReason.invalid
      return (reason: reason, rows: counts.rows, patients: counts.patients)
    default:
      return (
        reason: reason, rows: excluded[reason.id]?.rows ?? 0, patients: excluded[reason.id]?.patients ?? 0
      )
    }
  }
  return LocalAggregate(
    site: "here", protocolDigest: evaluationProtocol.digest,
    modelDigest: evaluationProtocol.model.artifact, featuresDigest: evaluationProtocol.model.features,
    countsPatients: evaluationProtocol.data.patientColumn != nil,
    flow: LocalFlow(read: rows.count + exclusions.reduce(0) { $0 + $1.rows }, exclusions: exclusions),
    windows: evaluationProtocol.windows.ids.enumerated().map { index, id in
      var window = WindowCounting(
        rows: rows.filter { $0.window == index }, unscored: unscored.filter { $0.window == index },
        evaluationProtocol: evaluationProtocol
      )
      .count(as: id)
      guard let plan = evaluationProtocol.analysis.explanation else { return window }
      var explanation = LocalExplanation(under: plan, attributes: evaluationProtocol.attributes)
      for (row, parts) in explained where rows[row].window == index {
        explanation.add(parts, levels: rows[row].levels.map { UInt8($0) }, under: plan)
      }
      window.explanation = explanation
      return window
    })
}

private func unscoredCounts(_ unscored: [TestUnscored], hasPatients: Bool) -> LocalUnscored {
  func counts(_ members: [TestUnscored]) -> RowsAndPatients {
    RowsAndPatients(
      rows: members.count, patients: hasPatients ? Set(members.map(\.patient)).count : members.count)
  }
  return LocalUnscored(
    missing: counts(unscored.filter { !$0.isInvalid }), invalid: counts(unscored.filter(\.isInvalid)))
}

private struct WindowCounting {
  let rows: [TestRow]
  let unscored: [TestUnscored]
  let evaluationProtocol: EvaluationProtocol
  private let hasPatients: Bool
  /// Rows at which the patient is counted in a stratum.
  private let designated: Set<Int>

  init(rows: [TestRow], unscored: [TestUnscored], evaluationProtocol: EvaluationProtocol) {
    self.rows = rows
    self.unscored = unscored
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
          ([grid.interval(of: rows[$0].score), rows[$0].baselineColumn(evaluationProtocol)] + rows[$0].levels)
            .lexicographicallyPrecedes(
              [grid.interval(of: rows[$1].score), rows[$1].baselineColumn(evaluationProtocol)]
                + rows[$1].levels)
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
      intersections: evaluationProtocol.intersections.map { intersection in
        stratum(rows.indices.filter { isInside(rows[$0], intersection) })
      },
      histograms: evaluationProtocol.drift.columns.enumerated().map { index, plan in
        histogram(plan.column, cells: plan.values.count + 2, of: rows.map { ($0, $0.cells[index]) })
      },
      unscored: countUnscored(unscored),
      unscoredLevels: evaluationProtocol.attributes.enumerated().map { index, attribute in
        attribute.levelIDs.indices.map { level in
          countUnscored(unscored.filter { $0.levels[index] == level })
        }
      },
      cusum: evaluationProtocol.analysis.cusum.map { plan in
        rows.filter { $0.rowClass != .unlabelled }
          .reduce(0) { $0 + cusumTerm($1.score, oddsRatio: plan.oddsRatio.value) }
      },
      operations: evaluationProtocol.operations.map(operations))
  }

  private func countUnscored(_ members: [TestUnscored]) -> LocalUnscored {
    unscoredCounts(members, hasPatients: hasPatients)
  }

  private func isInside(_ row: TestRow, _ intersection: Intersection) -> Bool {
    intersection.levels.allSatisfy { slice in
      zip(evaluationProtocol.attributes, row.levels).contains { attribute, level in
        attribute.id == slice.attribute && attribute.levelIDs[level] == slice.level
      }
    }
  }

  private func operations(_ plan: OperationsPlan) -> LocalOperations {
    func counts(_ members: [TestRow]) -> RowsAndPatients {
      RowsAndPatients(
        rows: members.count, patients: hasPatients ? Set(members.map(\.patient)).count : members.count)
    }
    func both(_ members: [TestRow]) -> OperationsCount {
      OperationsCount(
        labelled: counts(members.filter { $0.rowClass != .unlabelled }), all: counts(members))
    }
    let alerts = rows.compactMap { row in row.alert.map { (row, $0) } }
    return LocalOperations(
      alerts: both(alerts.map(\.0)), spared: both(rows.filter { $0.alert == nil }),
      responses: plan.override.map {
        histogram($0.column, cells: 2, of: alerts.map { ($0, $1.response) })
      },
      acknowledgement: plan.acknowledgement.map {
        histogram($0.column, cells: $0.edges.count + 2, of: alerts.map { ($0, $1.acknowledgement) })
      })
  }

  private func histogram(_ column: String, cells: Int, of entries: [(row: TestRow, cell: Int)])
    -> LocalHistogram
  {
    var histogram = LocalHistogram(column: column, cells: cells)
    for (row, cell) in entries {
      if row.rowClass == .unlabelled {
        histogram.unlabelled[cell] += 1
      } else {
        histogram.labelled[cell] += 1
      }
    }
    histogram.labelledPatients = histogram.labelled
    histogram.unlabelledPatients = histogram.unlabelled
    if hasPatients { countPatients(in: &histogram, of: entries) }
    return histogram
  }

  // A patient counts at the lowest cell of the labelled rows, or of the others where there is none.
  private func countPatients(in histogram: inout LocalHistogram, of entries: [(row: TestRow, cell: Int)]) {
    histogram.labelledPatients = histogram.labelled.map { _ in 0 }
    histogram.unlabelledPatients = histogram.labelledPatients
    for group in Dictionary(grouping: entries, by: \.row.patient).values {
      if let cell = group.filter({ $0.row.rowClass != .unlabelled }).map(\.cell).min() {
        histogram.labelledPatients[cell] += 1
      } else if let cell = group.map(\.cell).min() {
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
    stratum.labelledPatients = hasPatients ? Set(labelled.map(\.patient)).count : labelled.count
    if min(stratum.ranks.positives, stratum.ranks.negatives)
      >= evaluationProtocol.disclosure.minimumFitEvents
    {
      stratum.averagePrecision = SiteAveragePrecision(sortedGroups: counted)
      stratum.fit = fit(
        zip(groups, counted).map {
          (score: $0.key, positives: $1.positives, negatives: $1.negatives)
        })
    }
    if hasPatients { stratum.clusters = clusters(labelled) }
    stratum.paired = countPaired(
      members.map { (rows[$0], designated.contains($0)) }, under: evaluationProtocol)
    return stratum
  }

  private func fit(_ groups: [(score: Double, positives: Int, negatives: Int)]) -> SiteFit {
    do {
      let fit = try recalibrate(scores: groups)
      func estimate(_ value: Double) throws -> FixedDecimal {
        try FixedDecimal(value, scale: SiteFit.Values.scale)
      }
      func variance(_ value: Double) throws -> FixedDecimal {
        try FixedDecimal(value, scale: SiteFit.Values.varianceScale)
      }
      return .fitted(
        SiteFit.Values(
          calibrationInTheLarge: try estimate(fit.calibrationInTheLarge),
          calibrationInTheLargeError: try variance(fit.calibrationInTheLargeSE),
          intercept: try estimate(fit.intercept), slope: try estimate(fit.slope),
          interceptVariance: try variance(fit.varianceIntercept), covariance: try variance(fit.covariance),
          slopeVariance: try variance(fit.varianceSlope)))
    } catch StatisticsError.constantScore {
      return .notEvaluable(.constantScore)
    } catch StatisticsError.separation {
      return .notEvaluable(.separation)
    } catch {
      return .notEvaluable(.tooFewEvents)
    }
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
