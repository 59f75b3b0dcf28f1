import Glibc
import Statistics

/// Every kind of interval whose coverage is measured; a new kind is one more element.
let intervalKinds: [IntervalKind] = [
  IntervalKind(name: "Wilson", data: "p = 0.1", sizes: [20, 100, 1000]) { generator, n in
    (try wilsonInterval(successes: generator.binomial(n, 0.1), trials: n), 0.1)
  },
  IntervalKind(name: "Clopper–Pearson", data: "p = 0.1", sizes: [20, 100, 1000]) { generator, n in
    (try clopperPearson(successes: generator.binomial(n, 0.1), trials: n), 0.1)
  },
  IntervalKind(name: "Newcombe difference", data: "p = 0.3 and 0.2, n each", sizes: [20, 100, 1000]) {
    generator, n in
    let (x1, x2) = (generator.binomial(n, 0.3), generator.binomial(n, 0.2))
    return (try newcombeDifference(successes1: x1, trials1: n, successes2: x2, trials2: n).interval, 0.1)
  },
  IntervalKind(name: "ratio, Katz", data: "p = 0.3 and 0.2, n each", sizes: [20, 100, 1000]) {
    generator, n in
    let (x1, x2) = (generator.binomial(n, 0.3), generator.binomial(n, 0.2))
    return (try katzRatio(successes1: x1, trials1: n, successes2: x2, trials2: n).interval, 1.5)
  },
  IntervalKind(name: "ratio, Koopman", data: "p = 0.3 and 0.2, n each", sizes: [20, 100, 1000], runs: 10_000)
  {
    generator, n in
    let (x1, x2) = (generator.binomial(n, 0.3), generator.binomial(n, 0.2))
    return (try koopmanRatio(successes1: x1, trials1: n, successes2: x2, trials2: n).interval, 1.5)
  },
  paired("paired difference, Newcombe 10") { table in try newcombePairedInterval(table) },
  paired("paired difference, Tango") { table in try tangoInterval(table) },
  IntervalKind(name: "rate, Garwood", data: "so many events expected", sizes: [2, 10, 50]) {
    generator, events in
    let exposure = Double(events) * 4
    return (try garwoodRate(events: generator.poisson(Double(events)), exposure: exposure).interval, 0.25)
  },
  IntervalKind(
    name: "AUROC, DeLong logit", data: "binormal, AUROC 0.8, 20 % positive", sizes: [50, 200, 1000],
    runs: 20_000
  ) { generator, n in
    let result = try auroc(binormalRanks(&generator, rows: n, area: 0.8))
    return (result.method == .logitDeLong ? result.interval : nil, 0.8)
  },
  IntervalKind(
    name: "AUROC, Newcombe 5", data: "binormal, AUROC 0.8, 20 % positive", sizes: [50, 200, 1000],
    runs: 20_000
  ) { generator, n in
    let ranks = try binormalRanks(&generator, rows: n, area: 0.8)
    return (try newcombe5Interval(ranks), 0.8)
  },
  IntervalKind(
    name: "net benefit, Wald", data: "prevalence 0.2, sens 0.7, spec 0.8, t = 0.2", sizes: [50, 200, 1000]
  ) { generator, n in
    let table = generator.multinomial(n, [0.14, 0.06, 0.16, 0.64])
    let result = try netBenefit(
      truePositives: table[0], falsePositives: table[2], falseNegatives: table[1], trueNegatives: table[3],
      threshold: 0.2)
    return (result.netBenefit.interval, 0.14 - 0.25 * 0.16)
  },
  IntervalKind(name: "O:E, log", data: "calibrated scores, uniform in 0.05...0.35", sizes: [50, 200, 1000]) {
    generator, n in
    let rows = try calibratedRows(&generator, rows: n)
    return (
      try observedExpectedRatio(
        observed: rows.positive.count, trials: n,
        expected: Double(rows.positive.m1 + rows.negative.m1) / fixedPointScale
      ).interval, 1
    )
  },
  IntervalKind(
    name: "Brier, Wald", data: "calibrated scores, uniform in 0.05...0.35", sizes: [50, 200, 1000]
  ) {
    generator, n in
    let rows = try calibratedRows(&generator, rows: n)
    // E p(1 − p) of a uniform p with mean 0.2 and variance 0.3²/12.
    return (try brierScore(positive: rows.positive, negative: rows.negative).interval, 0.2 - 0.04 - 0.0075)
  },
  meta("mean, DL with normal z") { set, _, _ in (try derSimonianLaird(set).mean.interval, 1.3) },
  meta("mean, HKSJ") { set, t, _ in (try set.randomEffects(t).hksj, 1.3) },
  meta("mean, modified HKSJ") { set, t, _ in (try set.randomEffects(t).modifiedHKSJ, 1.3) },
  meta("mean, wider of the two") { set, t, _ in (try set.randomEffects(t).widest, 1.3) },
  meta("new site, t with K − 2") { set, t, new in (try set.randomEffects(t).predictionInterval, new) },
  meta("new site, t with K − 1 (metafor)") { set, t, new in
    (try set.randomEffects(t).metaforPredictionInterval, new)
  },
  meta("τ², Q-profile") { set, _, _ in (try qProfileInterval(set), betweenSiteVariance) },
]

private let betweenSiteVariance = 0.02

/// A kind that compares two models on the same rows.
private func paired(
  _ name: String, _ interval: @escaping @Sendable (PairedTable) throws -> Interval
) -> IntervalKind {
  IntervalKind(
    name: name, data: "0.5 both right, 0.2 and 0.1 one, n rows", sizes: [20, 100, 1000], runs: 10_000
  ) { generator, n in
    let cells = generator.multinomial(n, [0.5, 0.2, 0.1, 0.2])
    let table = PairedTable(
      both: cells[0], candidateOnly: cells[1], baselineOnly: cells[2], neither: cells[3])
    return (try interval(table), 0.1)
  }
}

/// A kind that is computed from K sites; `truth` takes the set, multipliers of t and the true value at a new
/// site.
private func meta(
  _ name: String,
  _ result: @escaping @Sendable (StudySet, StudentMultipliers, Double) throws -> (Interval?, Double)
) -> IntervalKind {
  let data = "mean 1.3, τ² = 0.02, v uniform in 0.005...0.05"
  let sizes = [5, 10, 30]
  let multipliers = sizes.map { try? StudentMultipliers(studies: $0) }
  return IntervalKind(name: name, data: data, sizes: sizes) { generator, sites in
    var estimates: [Double] = []
    var variances: [Double] = []
    for _ in 0..<sites {
      let variance = generator.uniform(0.005, 0.05)
      estimates.append(1.3 + generator.normal() * (variance + betweenSiteVariance).squareRoot())
      variances.append(variance)
    }
    let new = 1.3 + generator.normal() * betweenSiteVariance.squareRoot()
    guard let place = sizes.firstIndex(of: sites), let t = multipliers[place] else { return (nil, 0) }
    return try result(StudySet(estimates: estimates, variances: variances), t, new)
  }
}

private func binormalRanks(
  _ generator: inout SplitMix, rows: Int, area: Double
) throws -> RankIntegers {
  let shift = normalQuantile(area) * 2.0.squareRoot()
  let positives = rows / 5
  let scores = (0..<rows).map { row in
    (score: generator.normal() + (row < positives ? shift : 0), isPositive: row < positives)
  }
  return try rankIntegers(
    sortedGroups: scores.sorted { $0.score < $1.score }.map {
      (positives: $0.isPositive ? 1 : 0, negatives: $0.isPositive ? 0 : 1)
    })
}

private func calibratedRows(
  _ generator: inout SplitMix, rows: Int
) throws -> (positive: PowerSums, negative: PowerSums) {
  var positive = PowerSums()
  var negative = PowerSums()
  for _ in 0..<rows {
    let score = generator.uniform(0.05, 0.35)
    if generator.happens(score) { try positive.add(score) } else { try negative.add(score) }
  }
  return (positive, negative)
}
