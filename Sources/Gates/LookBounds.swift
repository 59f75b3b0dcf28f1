import CanonicalJSON
import EvaluationProtocols
import Statistics
import Synthesis

/// The interval of a proportion at one of several looks at growing data: `protocols/verdicts.md`, section 7.
struct LookBounds {
  /// Decimals of a multiplier: fewer than any way of computing it gets right, so that all agree.
  static let multiplierScale = 9

  let looks: Criterion.Looks
  /// From 1.
  let look: Int
  /// The normal multiplier of this look, where the method has one.
  let multiplier: FixedDecimal?

  /// The bounds of look number `look`; `multipliers` are those of each number of planned looks.
  init(looks: Criterion.Looks, look: Int, multipliers: [Int: [FixedDecimal]]) {
    self.looks = looks
    self.look = look
    if case .alphaSpending(let planned) = looks, let list = multipliers[planned], look <= list.count {
      multiplier = list[look - 1]
    } else {
      multiplier = nil
    }
  }

  /// The multipliers of planned looks as they are used; none where they cannot be computed.
  static func multipliers(planned: Int) -> [FixedDecimal] {
    guard let values = try? alphaSpendingMultipliers(planned: planned) else { return [] }
    return values.compactMap { try? FixedDecimal($0, scale: multiplierScale) }
  }

  /// Whether more looks were taken than the method has error for.
  var isSpent: Bool {
    guard case .alphaSpending(let planned) = looks else { return false }
    return look > planned
  }

  /// Which look it is and by which method.
  var words: String { looks.words(look: look) }

  /// The number of planned looks in running text.
  var plannedWords: String {
    guard case .alphaSpending(let planned) = looks else { return "" }
    return String(planned)
  }

  /// What stands in the place of 1.96, for people.
  var multiplierWords: String {
    multiplier.map { ", with \($0.rounded(to: 3).text) in the place of 1.960" } ?? ""
  }

  /// The interval of a written proportion; nil where it has no counts or no interval.
  func bounds(of numbers: MeasureNumbers) -> (lower: FixedDecimal, upper: FixedDecimal)? {
    guard let successes = numbers.successes, let trials = numbers.trials else { return nil }
    let interval: Interval?
    if numbers.isOnEffectiveTrials {
      interval = LookBounds.effectiveTrials(of: numbers, successes, trials).flatMap {
        self.interval(proportion: Double(successes) / Double(trials), effectiveTrials: $0)
      }
    } else {
      interval = self.interval(successes, trials)
    }
    guard let interval, let lower = try? FixedDecimal(interval.lower, scale: ValidationMatrix.scale),
      let upper = try? FixedDecimal(interval.upper, scale: ValidationMatrix.scale)
    else { return nil }
    return (lower, upper)
  }

  private func interval(_ successes: Int, _ trials: Int) -> Interval? {
    switch looks {
    case .alwaysValid: try? confidenceSequence(successes: successes, trials: trials)
    case .alphaSpending:
      multiplier.flatMap { try? wilsonInterval(successes: successes, trials: trials, z: $0.value) }
    }
  }

  private func interval(proportion: Double, effectiveTrials: Double) -> Interval? {
    switch looks {
    case .alwaysValid: try? confidenceSequence(proportion: proportion, effectiveTrials: effectiveTrials)
    case .alphaSpending:
      multiplier.flatMap {
        try? wilsonInterval(proportion: proportion, effectiveTrials: effectiveTrials, z: $0.value)
      }
    }
  }

  // Rows of one patient tell less than as many patients. The matrix has the interval on the effective number
  // of trials but not the number, which follows from the width w of Wilson's interval: with u = z²/n,
  // (1 − w²) u² + 2 (2p(1−p) − w²) u − w² = 0.
  private static func effectiveTrials(
    of numbers: MeasureNumbers, _ successes: Int, _ trials: Int
  ) -> Double? {
    guard let lower = numbers.lower, let upper = numbers.upper, trials > 0 else { return nil }
    let width = upper.value - lower.value
    guard width > 0, width < 1 else { return nil }
    let proportion = Double(successes) / Double(trials)
    let square = width * width
    let half = 2 * proportion * (1 - proportion) - square
    let u = square / (half + (half * half + (1 - square) * square).squareRoot())
    // The written decimals may be off by half of the last one; no design effect is below 1.
    return min(Double(trials), standardNormal975 * standardNormal975 / u)
  }
}
