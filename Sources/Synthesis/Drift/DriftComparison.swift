import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Compares the windows of a site with the protocol's reference profiles (statistics.md §9).
struct DriftComparison {
  let windows: [ReleasedWindow]
  let evaluationProtocol: EvaluationProtocol

  /// Windows in order, profiles in protocol order within.
  func rows() -> [DriftRow] {
    windows.flatMap { window in
      evaluationProtocol.drift.profiles.map { row(window, $0) }
    }
  }

  private func row(_ window: ReleasedWindow, _ profile: DriftProfile) -> DriftRow {
    // Nothing is withheld where there is nothing.
    let cells =
      window.overall == .empty ? nil : window.cells(of: profile, on: evaluationProtocol.grid)
    let result: DriftRow.Result =
      window.overall == .empty ? .notEvaluable : cells.map(compare) ?? .withheld
    var isScore = false
    if case .score = profile.source { isScore = true }
    return DriftRow(
      window: window.id, profile: profile.id, result: result,
      missing: cells.flatMap { $0.lastIsMissing ? shift($0, at: $0.current.count - 1) : nil },
      outside: cells.flatMap { cells in cells.outside.flatMap { shift(cells, at: $0) } },
      outsideLimit: cells.flatMap(outsideLimit),
      priorShift: isScore ? priorShift(window) : nil,
      unlabelledPrevalence: isScore ? unlabelledPrevalence(window) : nil)
  }

  private func compare(_ cells: ProfileCells) -> DriftRow.Result {
    guard cells.current.count > 1, cells.current.contains(where: { $0 > 0 }),
      let stability = try? populationStabilityIndex(current: cells.current, reference: cells.reference),
      let index = written(stability.index),
      let noise = written(stability.noiseQuantile99, scale: ValidationMatrix.solverScale),
      let kl = (try? kullbackLeiblerDivergence(current: cells.current, reference: cells.reference))
        .flatMap({ written($0) }),
      let js = (try? jensenShannonDivergence(current: cells.current, reference: cells.reference))
        .flatMap({ written($0.divergence) })
    else { return .notEvaluable }
    return .compared(
      DriftNumbers(
        rows: cells.current.reduce(0, +), cells: cells.current.count, stabilityIndex: index, noise: noise,
        assessment: assessment(cells), klDivergence: kl, jsDivergence: js, chiSquared: chiSquared(cells),
        ks: ks(cells), wasserstein: wasserstein(cells)))
  }

  // All profiles of a window share one error of 5 %.
  private func assessment(_ cells: ProfileCells) -> DriftNumbers.Assessment? {
    guard let limit = evaluationProtocol.drift.stabilityLimit,
      let found = try? assessDrift(
        .populationStability, current: cells.current, reference: cells.reference,
        practicalLimit: limit.value, tests: evaluationProtocol.drift.profiles.count),
      let pValue = written(found.pValue),
      let upperLimit = written(found.upperLimit, scale: ValidationMatrix.solverScale)
    else { return nil }
    return DriftNumbers.Assessment(
      pValue: pValue, upperLimit: upperLimit, verdict: DriftVerdictWord(found.verdict))
  }

  private func chiSquared(_ cells: ProfileCells) -> DriftNumbers.ChiSquared? {
    guard let test = try? homogeneityTest(current: cells.current, reference: cells.reference),
      let statistic = written(test.chiSquared), let pValue = written(test.chiSquaredP),
      let g = written(test.g), let cramersV = written(test.cramersV)
    else { return nil }
    return DriftNumbers.ChiSquared(
      statistic: statistic, degreesOfFreedom: test.cells - 1, pValue: pValue, g: g, cramersV: cramersV)
  }

  private func ks(_ cells: ProfileCells) -> MeasureDetails.Bounds? {
    guard cells.ascending.count > 1 else { return nil }
    return
      (try? kolmogorovSmirnovBounds(
        current: Array(cells.current[cells.ascending]), reference: Array(cells.reference[cells.ascending])))
      .flatMap { MeasureDetails.Bounds($0) }
  }

  private func wasserstein(_ cells: ProfileCells) -> MeasureDetails.Bounds? {
    guard let edges = cells.edges else { return nil }
    return
      (try? wassersteinDistance(current: cells.current, reference: cells.reference, edges: edges).bounds)
      .flatMap { MeasureDetails.Bounds($0) }
  }

  // The share of one cell now and in the reference.
  private func shift(_ cells: ProfileCells, at place: Int) -> DriftRow.ShareShift? {
    let rows = cells.current.reduce(0, +)
    let referenceRows = cells.reference.reduce(0, +)
    guard cells.current.count > 1, rows > 0, referenceRows > 0,
      let change = try? newcombeDifference(
        successes1: cells.current[place], trials1: rows, successes2: cells.reference[place],
        trials2: referenceRows, z: standardNormal975),
      let share = written(Double(cells.current[place]) / Double(rows)),
      let reference = written(Double(cells.reference[place]) / Double(referenceRows)),
      let difference = written(change.difference), let bounds = MeasureDetails.Bounds(change.interval)
    else { return nil }
    return DriftRow.ShareShift(
      share: share, reference: reference, difference: difference, lower: bounds.lower, upper: bounds.upper)
  }

  private func outsideLimit(_ cells: ProfileCells) -> FixedDecimal? {
    guard let place = cells.outside, cells.current.count > 1 else { return nil }
    let found = try? rangeViolationShare(
      violations: cells.current[place], rows: cells.current.reduce(0, +))
    return found.flatMap { written($0.upperLimit) }
  }

  // What the scores of rows without a label say of their prevalence, if only the prevalence has changed.
  private func unlabelledPrevalence(_ window: ReleasedWindow) -> FixedDecimal? {
    guard let stratum = window.overall.stratum, let unlabelled = stratum.unlabelled.value,
      let estimate = try? prevalenceByLikelihood(
        current: unlabelled,
        reference: ClassHistograms(positives: stratum.positive, negatives: stratum.negative))
    else { return nil }
    return written(estimate.value, scale: ValidationMatrix.solverScale)
  }

  private func priorShift(_ window: ReleasedWindow) -> PriorShift? {
    guard let first = windows.first(where: { $0.overall.stratum != nil }), first.id != window.id,
      let before = first.overall.stratum, let stratum = window.overall.stratum,
      let partition = window.partition
    else { return nil }
    let grid = evaluationProtocol.grid
    var intervals = IntervalTotals(edges: grid.edges.count)
    intervals.add(stratum, on: partition, of: grid)
    func prevalence(_ stratum: ReleasedStratum) -> Double {
      Double(stratum.events) / Double(stratum.labelled)
    }
    guard
      let split = try? priorShiftSplit(
        intervals.calibrationBins(of: grid), referencePrevalence: prevalence(before),
        currentPrevalence: prevalence(stratum)),
      let explained = written(split.priorShift), let remainder = written(split.remainder)
    else { return nil }
    return PriorShift(explained: explained, remainder: remainder)
  }

  private func written(_ value: Double, scale: Int = ValidationMatrix.scale) -> FixedDecimal? {
    try? FixedDecimal(value, scale: scale)
  }
}

extension DriftVerdictWord {
  fileprivate init(_ verdict: DriftVerdict) {
    self =
      switch verdict {
      case .drift: .drift
      case .stable: .stable
      case .underpowered: .underpowered
      }
  }
}
