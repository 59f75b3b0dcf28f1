import CanonicalJSON
import EvaluationProtocols
import Statistics

/// A random-effects model with what the sites of a row say of it, site by site.
struct RandomEffectsMeasure {
  let model: RandomEffectsModel
  /// Places of the sites with an estimate, in order.
  private(set) var sites: [Int] = []
  private(set) var estimates: [Double] = []
  private(set) var variances: [Double] = []

  /// A model without a site, with room for so many.
  init(_ model: RandomEffectsModel, sites count: Int) {
    self.model = model
    sites.reserveCapacity(count)
    estimates.reserveCapacity(count)
    variances.reserveCapacity(count)
  }

  /// Takes the sites out again; the room stays.
  mutating func removeAll() {
    sites.removeAll(keepingCapacity: true)
    estimates.removeAll(keepingCapacity: true)
    variances.removeAll(keepingCapacity: true)
  }

  /// Adds what a site says, if it says anything; sites come in order.
  mutating func add(_ estimate: SiteEstimate, site: Int) {
    guard estimate.exists else { return }
    sites.append(site)
    estimates.append(estimate.value)
    variances.append(estimate.variance)
  }

  /// The measure as written, with the wider of the two Hartung–Knapp intervals.
  ///
  /// - Parameters:
  ///   - contributors: places of the sites of the row that release something, in order.
  ///   - names: ids of all sites that are merged, by place.
  ///   - isDetailed: whether the parts of single sites and the other models are written too.
  ///   - multipliers: shared by all models.
  func measure(
    contributors: [Int], names: [String], isDetailed: Bool, multipliers: inout MultiplierTable
  ) -> Measure {
    Measure(
      metric: model.metric, threshold: model.threshold, estimand: .randomEffects,
      omitted: omitted(contributors).map { names[$0] },
      result: result(names: names, isDetailed: isDetailed, multipliers: &multipliers),
      twoSites: sites.count == 2 ? twoSites(names: names) : nil)
  }

  // Two sites say how far apart they are, and nothing of how much sites differ.
  private func twoSites(names: [String]) -> TwoSites? {
    guard let set = try? StudySet(estimates: estimates, variances: variances),
      let found = try? twoStudyDifference(set), let interval = found.interval,
      let difference = try? FixedDecimal(found.value, scale: ValidationMatrix.scale),
      let bounds = MeasureDetails.Bounds(interval)
    else { return nil }
    return TwoSites(first: names[sites[0]], second: names[sites[1]], difference: difference, bounds: bounds)
  }

  // Both lists ascend, and every site is a contributor.
  private func omitted(_ contributors: [Int]) -> [Int] {
    var next = 0
    return contributors.filter { contributor in
      guard next < sites.count, sites[next] == contributor else { return true }
      next += 1
      return false
    }
  }

  private func result(
    names: [String], isDetailed: Bool, multipliers: inout MultiplierTable
  ) -> MeasureResult {
    guard sites.count >= 3 else { return .notEvaluable(.tooFewSites) }
    guard let t = multipliers.of(studies: sites.count),
      let set = try? StudySet(estimates: estimates, variances: variances),
      let analysis = try? set.randomEffects(t),
      let numbers = numbers(analysis, of: set, names: isDetailed ? names : nil)
    else { return .notEvaluable(.notConverged) }
    return .written(
      model.scale.inverse(analysis.mean), carriedBack(analysis.widest), method: model.method,
      scale: Self.decimals, randomEffects: numbers)
  }

  private static let decimals = ValidationMatrix.solverScale

  // Mean and bounds go back to the natural scale; τ², I² and Q stay on the scale of the model.
  private func numbers(
    _ analysis: MetaAnalysis, of set: StudySet, names: [String]?
  ) -> RandomEffectsNumbers? {
    guard let tauSquared = written(analysis.tauSquared), let iSquared = written(analysis.iSquared),
      let iSquaredFromQ = written(analysis.iSquaredOfQ), let q = written(analysis.q),
      let qPValue = (try? analysis.qPValue()).flatMap(written),
      let prediction = bounds(analysis.predictionInterval), let hartungKnapp = bounds(analysis.hksj),
      let modified = bounds(analysis.modifiedHKSJ)
    else { return nil }
    let profile = names == nil ? nil : try? qProfileInterval(set)
    return RandomEffectsNumbers(
      sites: analysis.studies,
      contributions: names.map { contributions(analysis.weights, of: set, names: $0) } ?? [],
      tauSquared: tauSquared,
      tauSquaredBounds: profile.flatMap { MeasureDetails.Bounds($0, scale: Self.decimals) },
      iSquared: iSquared, iSquaredFromQ: iSquaredFromQ, q: q, qPValue: qPValue,
      predictionLower: prediction.lower, predictionUpper: prediction.upper, hartungKnapp: hartungKnapp,
      modified: modified, derSimonianLaird: names == nil ? nil : derSimonianLairdNumbers(set))
  }

  private func contributions(
    _ weights: [Double], of set: StudySet, names: [String]
  ) -> [RandomEffectsNumbers.SiteContribution] {
    let without = (try? leaveOneOut(set)) ?? []
    return sites.indices.compactMap { index in
      written(weights[index]).map { weight in
        RandomEffectsNumbers.SiteContribution(
          site: names[sites[index]], weight: weight,
          without: index < without.count ? self.without(without[index]) : nil)
      }
    }
  }

  private func without(
    _ analysis: LeftOutAnalysis
  ) -> RandomEffectsNumbers.SiteContribution.Without? {
    guard let value = written(model.scale.inverse(analysis.mean)), let bounds = bounds(analysis.interval),
      let tauSquared = written(analysis.tauSquared)
    else { return nil }
    return RandomEffectsNumbers.SiteContribution.Without(
      value: value, lower: bounds.lower, upper: bounds.upper, tauSquared: tauSquared)
  }

  private func derSimonianLairdNumbers(_ set: StudySet) -> RandomEffectsNumbers.DerSimonianLaird? {
    guard let analysis = try? derSimonianLaird(set), let interval = analysis.mean.interval,
      let value = written(model.scale.inverse(analysis.mean.value)), let bounds = bounds(interval),
      let tauSquared = written(analysis.tauSquared)
    else { return nil }
    return RandomEffectsNumbers.DerSimonianLaird(
      tauSquared: tauSquared, value: value, lower: bounds.lower, upper: bounds.upper)
  }

  private func written(_ value: Double) -> FixedDecimal? { try? FixedDecimal(value, scale: Self.decimals) }

  private func bounds(_ interval: Interval) -> MeasureDetails.Bounds? {
    MeasureDetails.Bounds(carriedBack(interval), scale: Self.decimals)
  }

  private func carriedBack(_ interval: Interval) -> Interval {
    Interval(lower: model.scale.inverse(interval.lower), upper: model.scale.inverse(interval.upper))
  }
}
