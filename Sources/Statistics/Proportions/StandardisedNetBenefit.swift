/// Net benefit as a share of the most it could be, the prevalence.
///
/// Shape: a table and a threshold in (0, 1) in, an estimate ≤ 1 with its Wald interval out. Units: a
/// fraction; 1 is every positive found without a false alarm. It is a ratio of two means over the same
/// rows, NB = Σv/n with row values v ∈ {1, −w, 0} and π = Σy/n, whose multinomial variances are Var NB =
/// (Σv²/n − NB²)/n, Var π = π(1 − π)/n, Cov = (TP/n − NB·π)/n. The delta method joins them to Var(NB/π) =
/// [TP(1 − r)² + w²FP + r²FN] / P² with r = NB/π.
///
/// - Throws: `StatisticsError.noEvents` without a positive row; otherwise as `netBenefit`.
/// - Source: Kerr, Brown, Zhu & Janes (2016), J. Clin. Oncol. 34, 2534–2540 (the measure).
package func standardisedNetBenefit(
  _ table: ConfusionTable, threshold: Double, z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  let weight = try checkedWeight(threshold)
  try checkMultiplier(z)
  let margins = try table.margins()
  guard margins.rows > 0 else { throw .noTrials }
  guard margins.positives > 0 else { throw .noEvents }
  let positives = Double(margins.positives)
  let found = Double(table.truePositives) / positives
  let missed = Double(table.falseNegatives) / positives
  let alarms = Double(table.falsePositives) / positives
  let ratio = found - weight * alarms
  // 1 − r from its own parts, since r can be near 1.
  let lost = missed + weight * alarms
  let variance = (found * lost * lost + weight * weight * alarms + missed * ratio * ratio) / positives
  return Estimate(value: ratio, variance: variance, z: z)
}

/// Interventions the model avoids in 100 rows, compared with treating everybody, at no loss of true
/// positives.
///
/// Shape: a table and a threshold in (0, 1) in, an estimate with its Wald interval out. Units: per 100
/// rows. It is 100/w times the gain in net benefit over treat-all, and so are its standard error and
/// interval.
///
/// - Throws: as `netBenefit`, and `StatisticsError.invalidArgument` for a threshold below 1e-100.
/// - Source: Vickers & Elkin (2006), Med. Decis. Making 26, 565–574.
package func interventionsAvoided(
  _ table: ConfusionTable, threshold: Double, z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  let weight = try checkedWeight(threshold)
  guard threshold >= 1e-100 else { throw .invalidArgument("threshold below 1e-100") }
  let gain = try netBenefit(
    truePositives: table.truePositives, falsePositives: table.falsePositives,
    falseNegatives: table.falseNegatives, trueNegatives: table.trueNegatives, threshold: threshold, z: z
  ).gainOverTreatAll
  let scale = 100 / weight
  guard let error = gain.standardError else { return Estimate(value: scale * gain.value) }
  return Estimate(value: scale * gain.value, variance: scale * error * (scale * error), z: z)
}

/// The harm of a false positive in units of the good of a true one.
private func checkedWeight(_ threshold: Double) throws(StatisticsError) -> Double {
  guard threshold > 0, threshold < 1 else { throw .invalidArgument("threshold not between 0 and 1") }
  return threshold / (1 - threshold)
}
