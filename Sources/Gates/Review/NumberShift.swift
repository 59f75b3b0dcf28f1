import CanonicalJSON
package import EvaluationProtocols

/// One number of discrimination or calibration, now and at the last review.
package struct NumberShift: Equatable, Sendable {
  package let now: EvidenceHeadline
  /// Nil at a first review, and for a site that was not in it.
  package let then: EvidenceHeadline?

  /// How far the value moved; 0 without an earlier one.
  package var distance: Double { then.map { now.value.value - $0.value.value } ?? 0 }

  /// Whether the intervals have nothing in common; nil where one is missing.
  package var isApart: Bool? {
    guard let then, let lower = now.lower, let upper = now.upper, let thenLower = then.lower,
      let thenUpper = then.upper
    else { return nil }
    return lower > thenUpper || upper < thenLower
  }

  /// The number and its move in words.
  package var sentence: String {
    let start = "\(now.metric.words), \(now.place): \(now.words)"
    guard let then else { return start }
    let moved = (try? FixedDecimal(distance.magnitude, scale: 3)).map(\.text) ?? "?"
    let direction = distance > 0 ? "up \(moved)" : distance < 0 ? "down \(moved)" : "unchanged"
    let reading = isApart == true ? ", INTERVALS APART" : ""
    return "\(start), was \(then.words), \(direction)\(reading)"
  }
}

extension ReviewFacts {
  /// The sites' shifts of a metric, the largest first.
  package func siteShifts(of metric: Metric) -> [NumberShift] {
    numbers.filter { $0.now.metric == metric && $0.now.site != nil && $0.then != nil }
      .sorted { left, right in
        left.distance.magnitude == right.distance.magnitude
          ? (left.now.site ?? "").precedesInBytes(right.now.site ?? "")
          : left.distance.magnitude > right.distance.magnitude
      }
  }

  /// The shifts over all validation sites.
  package var overallShifts: [NumberShift] { numbers.filter { $0.now.site == nil } }
}

extension Metric {
  /// Whether a criterion on this metric is about calibration.
  package var isCalibration: Bool {
    switch self {
    case .observedExpectedRatio, .calibrationSlope, .calibrationInTheLarge, .calibrationIntercept: true
    default: false
    }
  }
}

extension ReviewView {
  /// The newest numbers, each beside the earlier one of the same metric, scope and site.
  func numberShifts(since basis: ReviewBasis) -> [NumberShift] {
    let before = Dictionary(
      (basis.evidence?.fact.headlines ?? []).map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
    return (state.evidence?.fact.headlines ?? []).map { NumberShift(now: $0, then: before[Key($0)]) }
  }

  /// The criteria on calibration that fail now.
  var calibrationBreaches: [CriterionOutcome] {
    guard let outcome = result?.outcome, let phase = inForce?.phase(outcome.phase) else { return [] }
    let ids = Set((phase.goCriteria + phase.stopCriteria).filter { $0.metric.isCalibration }.map(\.id))
    return (outcome.go + outcome.stop).filter { $0.verdict == .fail && ids.contains($0.id) }
  }
}

/// What a number is of.
private struct Key: Hashable {
  let metric: Metric
  let scope: Criterion.Scope
  let site: String?

  init(_ headline: EvidenceHeadline) {
    metric = headline.metric
    scope = headline.scope
    site = headline.site
  }
}
