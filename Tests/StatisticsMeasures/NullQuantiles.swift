import Statistics

/// Quantiles of the population stability index where nothing drifts, beside (1/n + 1/m) χ².
///
/// Ten bins of equal probability; n current rows, m of the reference, both drawn.
func stabilityIndexQuantiles(seed: UInt64, runs: Int) throws -> [String] {
  let bins = 10
  let probabilities = Array(repeating: 1 / Double(bins), count: bins)
  return try [(100, 5000), (200, 5000), (1000, 5000)].map { rows, reference in
    var generator = SplitMix(seed: seed, for: "stability index \(rows)")
    let indices = try (0..<runs).map { _ in
      let known = generator.multinomial(reference, probabilities)
      let current = generator.multinomial(rows, probabilities)
      return try populationStabilityIndex(current: current, reference: known).index
    }.sorted()
    let scale = 1 / Double(rows) + 1 / Double(reference)
    func found(_ p: Double) -> Double { indices[min(indices.count - 1, Int(p * Double(indices.count)))] }
    func expected(_ p: Double) throws -> Double {
      scale * (try chiSquaredQuantile(p, degreesOfFreedom: Double(bins - 1)))
    }
    return """
      {"bins": \(bins), "rows": \(rows), "referenceRows": \(reference), "runs": \(runs), \
      "quantile95": \(found(0.95)), "expected95": \(try expected(0.95)), \
      "quantile99": \(found(0.99)), "expected99": \(try expected(0.99))}
      """
  }
}
