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
  func bounds(of numbers: MeasureNumbers) -> JudgedInterval? {
    guard let successes = numbers.successes, let trials = numbers.trials, trials > 0,
      let effectiveTrials = numbers.effectiveTrials
    else { return nil }
    let interval =
      numbers.isOnEffectiveTrials
      ? self.interval(proportion: Double(successes) / Double(trials), effectiveTrials: effectiveTrials)
      : self.interval(successes, trials)
    return interval.flatMap(JudgedInterval.init(writing:))
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
}
