import CanonicalJSON
import Statistics
import Synthesis

extension MeasureNumbers {
  /// Trials that tell as much as the counted ones: fewer, where rows of a patient are alike; nil where the
  /// matrix does not say how many.
  var effectiveTrials: Double? {
    guard let trials else { return nil }
    guard isOnEffectiveTrials else { return Double(trials) }
    guard let effect = details.designEffect?.value, effect >= 1 else { return nil }
    return Double(trials) / effect
  }

  /// Clopper and Pearson's interval of the written counts; nil where there are none.
  var exactBounds: JudgedInterval? {
    guard let successes, let trials, trials > 0, let effectiveTrials else { return nil }
    let interval =
      isOnEffectiveTrials
      ? try? clopperPearson(
        proportion: Double(successes) / Double(trials), effectiveTrials: effectiveTrials)
      : try? clopperPearson(successes: successes, trials: trials)
    return interval.flatMap(JudgedInterval.init(writing:))
  }
}
