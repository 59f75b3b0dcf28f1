import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Counts made-up rows into a `LocalAggregate`, plainly: no order, no memory and no speed to care for.
struct RowCounter {
  let site: String
  let rows: [Row]
  let evaluationProtocol: EvaluationProtocol

  func aggregate() throws -> LocalAggregate {
    LocalAggregate(
      site: site, protocolDigest: evaluationProtocol.digest, modelDigest: evaluationProtocol.model.artifact,
      featuresDigest: nil, countsPatients: evaluationProtocol.data.patientColumn != nil,
      flow: LocalFlow(
        read: rows.count,
        exclusions: ExclusionReason.all(under: evaluationProtocol).map { (reason: $0, rows: 0, patients: 0) }),
      windows: try evaluationProtocol.windows.ids.enumerated().map { index, id in
        let inWindow = rows.filter { $0.window == index }
        return LocalWindow(
          id: id, overall: try stratum(inWindow),
          attributes: [
            try (0..<3).map { level in try stratum(inWindow.filter { $0.level.rawValue == level }) }
          ],
          histograms: [histogram(inWindow)])
      })
  }

  private func stratum(_ rows: [Row]) throws -> LocalStratum {
    let grid = evaluationProtocol.grid
    var stratum = LocalStratum(intervals: grid.intervalCount)
    for row in rows {
      let interval = grid.interval(of: row.score)
      stratum.rows[rowClass(row)][interval] += 1
      guard let isEvent = row.isEvent else { continue }
      let powers = [1, 2, 3, 4].map { Int128(fixedPoint(power(row.score, $0))) }
      let sums = ScoreSums(first: powers[0], second: powers[1])
      if isEvent {
        stratum.positiveSums[interval] += sums
        stratum.positivePowers.add(powers)
      } else {
        stratum.negativeSums[interval] += sums
        stratum.negativePowers.add(powers)
      }
    }
    stratum.patients = patientTable(rows, intervals: grid.intervalCount)
    stratum.distinctPatients = Set(rows.map(\.patient)).count
    let labelled = rows.filter { $0.isEvent != nil }
    stratum.labelledPatients =
      evaluationProtocol.data.patientColumn == nil ? labelled.count : Set(labelled.map(\.patient)).count
    let groups = scoreGroups(rows)
    stratum.averagePrecision = SiteAveragePrecision(
      sortedGroups: groups.map { (positives: $0.positives, negatives: $0.negatives) })
    stratum.ranks = try rankIntegers(
      sortedGroups: groups.map { (positives: $0.positives, negatives: $0.negatives) })
    stratum.fit = try fit(groups)
    stratum.clusters = clusters(rows.filter { $0.isEvent != nil })
    return stratum
  }

  private func rowClass(_ row: Row) -> RowClass {
    switch row.isEvent {
    case true?: .positive
    case false?: .negative
    case nil: .unlabelled
    }
  }

  private func power(_ x: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { y, _ in y * x } }

  // Each patient at the first of the rows in a class; without patients a row is one.
  private func patientTable(_ rows: [Row], intervals: Int) -> ClassTable {
    var table = ClassTable(intervals: intervals)
    for entry in RowClass.allCases {
      var seen: Set<Int> = []
      for row in rows where rowClass(row) == entry {
        if let patient = row.patient, !seen.insert(patient).inserted { continue }
        table[entry][evaluationProtocol.grid.interval(of: row.score)] += 1
      }
    }
    return table
  }

  private typealias ScoreGroup = (score: Double, positives: Int, negatives: Int)

  private func scoreGroups(_ rows: [Row]) -> [ScoreGroup] {
    let labelled = rows.filter { $0.isEvent != nil }
    return Set(labelled.map(\.score)).sorted().map { score in
      let tied = labelled.filter { $0.score == score }
      return (score, tied.count { $0.isEvent == true }, tied.count { $0.isEvent == false })
    }
  }

  private func fit(_ groups: [ScoreGroup]) throws -> SiteFit {
    guard let fit = try? recalibrate(scores: groups) else { return .notEvaluable(.tooFewEvents) }
    func written(_ value: Double) throws -> FixedDecimal {
      try FixedDecimal(value, scale: SiteFit.Values.scale)
    }
    func variance(_ value: Double) throws -> FixedDecimal {
      try FixedDecimal(value, scale: SiteFit.Values.varianceScale)
    }
    return .fitted(
      SiteFit.Values(
        calibrationInTheLarge: try written(fit.calibrationInTheLarge),
        calibrationInTheLargeError: try variance(fit.calibrationInTheLargeSE),
        intercept: try written(fit.intercept), slope: try written(fit.slope),
        interceptVariance: try variance(fit.varianceIntercept), covariance: try variance(fit.covariance),
        slopeVariance: try variance(fit.varianceSlope)))
  }

  private func clusters(_ rows: [Row]) -> [ClusterRecord] {
    guard evaluationProtocol.data.patientColumn != nil else { return [] }
    let byPatient = Dictionary(grouping: rows) { $0.patient ?? -1 }
    return evaluationProtocol.model.thresholds.flatMap { threshold in
      ClusterMeasure.allCases.compactMap { measure in
        var sums = (clusters: 0, x: 0, k: 0, xx: 0, xk: 0, kk: 0)
        for patient in byPatient.values {
          let outcomes = patient.compactMap { success(of: $0, threshold.value.value, measure) }
          let (x, k) = (outcomes.count { $0 }, outcomes.count)
          if k == 0 { continue }
          sums.clusters += 1
          sums.x += x
          sums.k += k
          sums.xx += x * x
          sums.xk += x * k
          sums.kk += k * k
        }
        if sums.k == 0 { return nil }
        return ClusterRecord(
          threshold: threshold.value, measure: measure,
          sums: ClusterSums(
            clusters: sums.clusters, sumSuccesses: sums.x, sumTrials: sums.k, sumSquaredSuccesses: sums.xx,
            sumProducts: sums.xk, sumSquaredTrials: sums.kk))
      }
    }
  }

  // Whether a row counts as a success of a ratio; nil when it is not one of its trials.
  private func success(of row: Row, _ threshold: Double, _ measure: ClusterMeasure) -> Bool? {
    let isFlagged = row.score >= threshold
    let isEvent = row.isEvent == true
    switch measure {
    case .sensitivity: return isEvent ? isFlagged : nil
    case .specificity: return isEvent ? nil : !isFlagged
    case .positivePredictiveValue: return isFlagged ? isEvent : nil
    case .negativePredictiveValue: return isFlagged ? nil : !isEvent
    case .flagRate: return isFlagged
    }
  }

  private func histogram(_ rows: [Row]) -> LocalHistogram {
    var histogram = LocalHistogram(column: "ward", cells: 5)
    for row in rows {
      if row.isEvent != nil {
        histogram.labelled[row.ward] += 1
        histogram.labelledPatients[row.ward] += 1
      } else {
        histogram.unlabelled[row.ward] += 1
        histogram.unlabelledPatients[row.ward] += 1
      }
    }
    return histogram
  }
}

extension PowerTotals {
  fileprivate mutating func add(_ powers: [Int128]) {
    first += powers[0]
    second += powers[1]
    third += powers[2]
    fourth += powers[3]
  }
}
