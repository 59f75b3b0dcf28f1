import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Synthesis
import Testing

/// What has to hold of every matrix, whoever the hospitals are.
@Suite struct IdentityTests {
  private static let windows = ["january", "february", "march"]

  @Test(arguments: 0..<12) func everyMatrixHoldsTogether(_ seed: Int) throws {
    let study = try SmallStudy(windows: Self.windows)
    var hospitals = MadeUpRows(seed: UInt64(seed))
    let rows = ["alpha", "beta", "gamma"].map {
      (site: $0, rows: hospitals.next(windows: Self.windows.count))
    }
    let matrix = try merge(
      rows.map { try study.release($0.site, $0.rows) }, under: study.evaluationProtocol)
    for row in matrix.pooled.rows + matrix.sites.flatMap(\.rows) where row.status == .released {
      try checkShares(row)
      try checkCalibration(row)
      for measure in row.measures { try checkBounds(measure) }
    }
    try checkTruth(matrix, rows: rows.flatMap(\.rows))
  }

  // More is flagged at the lower threshold, so more events are found and fewer others are spared.
  private func checkShares(_ row: MatrixRow) throws {
    let (look, act) = (ExactDecimal.look, ExactDecimal.act)
    for estimand in [Estimand.site, .pooledRows] {
      guard let found = row.measure(.sensitivity, at: look, estimand), found.omitted.isEmpty,
        let later = row.measure(.sensitivity, at: act, estimand), later.omitted.isEmpty
      else { continue }
      if let low = found.estimate, let high = later.estimate {
        #expect(low.value >= high.value)
        #expect(low.trials == row.events && high.trials == row.events)
      }
      let low = row.measure(.specificity, at: look, estimand)?.estimate
      let high = row.measure(.specificity, at: act, estimand)?.estimate
      if let low, let high { #expect(low.value <= high.value) }
    }
    let intervals = row.distribution
    if !intervals.isEmpty {
      #expect(intervals.reduce(0) { $0 + $1.events } == row.events)
      #expect(intervals.reduce(0) { $0 + $1.events + $1.nonEvents } == row.labelled)
    }
  }

  // The five terms are the Brier score, of written decimals.
  private func checkCalibration(_ row: MatrixRow) throws {
    guard let terms = row.decomposition else { return }
    let whole =
      terms.reliability.value - terms.resolution.value + terms.uncertainty.value
      + terms.varianceWithinBins.value - terms.covarianceWithinBins.value
    for estimand in [Estimand.site, .pooledRows] {
      guard let score = row.measure(.brierScore, at: nil, estimand)?.estimate else { continue }
      #expect(abs(score.value.value - whole) < 1e-9)
    }
  }

  private func checkBounds(_ measure: Measure) throws {
    switch measure.result {
    case .bounded(let lower, let upper): #expect(lower <= upper)
    case .estimated(let numbers):
      if let lower = numbers.lower, let upper = numbers.upper {
        #expect(lower <= numbers.value && numbers.value <= upper, "\(measure.metric)")
      }
      // The number without the withheld counts may lie outside: only the truth has to be within.
      if let bounds = numbers.details.withheldBounds { #expect(bounds.lower <= bounds.upper) }
      if let labels = numbers.details.missingLabels {
        #expect(labels.lowest.value <= numbers.value && numbers.value <= labels.highest.value)
      }
      if let spread = numbers.randomEffects {
        #expect(spread.predictionLower <= numbers.value && numbers.value <= spread.predictionUpper)
        #expect(spread.iSquared.value >= 0 && spread.iSquared.value <= 1)
        let weights = spread.contributions.reduce(0) { $0 + $1.weight.value }
        #expect(spread.contributions.isEmpty || abs(weights - 1) < 1e-6)
      }
    case .withheld, .notEvaluable: break
    }
  }

  // What all rows give lies where the withheld counts allow, and between the guaranteed bounds.
  private func checkTruth(_ matrix: ValidationMatrix, rows: [Row]) throws {
    let labelled = rows.filter { $0.isEvent != nil }
    let events = labelled.filter { $0.isEvent == true }
    for (slice, level) in [(SliceID.overall, Row.Level?.none), (.female, .female), (.male, .male)] {
      let row = try matrix.pooled.rows.row(slice, window: WindowPlan.allID)
      for (threshold, value) in [(ExactDecimal.look, 0.2), (ExactDecimal.act, 0.5)] {
        guard let numbers = row.measure(.sensitivity, at: threshold, .pooledRows)?.estimate else { continue }
        let mine = events.filter { level == nil || $0.level == level }
        let truth = Double(mine.count { $0.score >= value }) / Double(mine.count)
        if let bounds = numbers.details.withheldBounds {
          #expect(bounds.lower.value - 1e-11 <= truth && truth <= bounds.upper.value + 1e-11)
        } else {
          #expect(abs(numbers.value.value - truth) < 1e-11)
        }
      }
    }
    let whole = try matrix.pooled.rows.row(window: WindowPlan.allID)
    guard whole.withheld.isEmpty,
      case .bounded(let lower, let upper)? = whole.measure(.auroc, at: nil, .pooledRows)?
        .result
    else { return }
    let others = labelled.filter { $0.isEvent == false }
    let doubled = events.reduce(0) { sum, event in
      sum + others.reduce(0) { $0 + ($1.score < event.score ? 2 : $1.score == event.score ? 1 : 0) }
    }
    let truth = Double(doubled) / Double(2 * events.count * others.count)
    #expect(lower.value - 1e-11 <= truth && truth <= upper.value + 1e-11)
  }

  // Opposite errors of two hospitals cancel in the pool, so it never looks worse than they do on average.
  @Test func poolingNeverAddsCalibrationError() throws {
    let study = try SmallStudy()
    for seed in 0..<12 {
      var hospitals = MadeUpRows(seed: UInt64(100 + seed))
      let matrix = try merge(
        ["alpha", "beta"].map { try study.release($0, hospitals.next(windows: 1)) },
        under: study.evaluationProtocol)
      let pooled = try matrix.pooled.rows.row()
      let own = try matrix.sites.map { try $0.rows.row() }
      // On the same bins only.
      guard own.allSatisfy({ $0.reliability.map(\.lower) == pooled.reliability.map(\.lower) }),
        let error = pooled.measure(.expectedCalibrationError, at: nil, .pooledRows)?.estimate
      else { continue }
      let mean = own.reduce(0.0) { sum, row in
        let value = row.measure(.expectedCalibrationError, at: nil, .site)?.estimate?.value.value ?? 0
        return sum + value * Double(row.labelled) / Double(pooled.labelled)
      }
      #expect(error.value.value <= mean + 1e-11)
    }
  }

  @Test func gapsOfTwoLevelsAreEachOthersOpposite() throws {
    let study = try SmallStudy()
    let matrix = try merge(
      [
        study.release("alpha", Hospital.alpha), study.release("beta", Hospital.beta),
        study.release("gamma", Hospital.gamma),
      ], under: study.evaluationProtocol)
    var compared = 0
    for gap in matrix.pooled.gaps where gap.slice == .female {
      guard
        let other = matrix.pooled.gaps.first(where: {
          $0.slice == .male && $0.metric == gap.metric && $0.threshold == gap.threshold
            && $0.estimand == gap.estimand
        }), case .estimated(let mine) = gap.result, case .estimated(let theirs) = other.result
      else { continue }
      compared += 1
      #expect(abs(mine.difference.value + theirs.difference.value) < 2e-12)
      #expect(mine.pValue == theirs.pValue)
    }
    #expect(compared > 10)
  }
}

/// Made-up hospitals: any number of rows from none to a few hundred, all of one class now and then.
private struct MadeUpRows {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  private mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }

  mutating func next(windows: Int) -> [Row] {
    (0..<windows).flatMap { window -> [Row] in
      [Row.Level.female, .male].flatMap { level -> [Row] in
        let size = next(4) == 0 ? 3 : 30
        return Row.spread(
          events: (0..<5).map { next(size * ($0 + 1) / 3 + 1) },
          nonEvents: (0..<5).map { next(size * (5 - $0) / 3 + 1) },
          unlabelled: next(3) == 0 ? (0..<5).map { _ in next(6) } : [], level: level, window: window)
      }
    }
  }
}
