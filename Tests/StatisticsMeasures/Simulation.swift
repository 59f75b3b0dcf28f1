/// Runs everything and returns one JSON object; the same seed and scale give the same bytes.
///
/// Scale 1 takes about half a minute on one core; numbers of runs go with it.
func simulate(seed: UInt64, scale: Double) throws -> String {
  func runs(_ atScaleOne: Int) -> Int { max(100, Int(Double(atScaleOne) * min(scale, 1000))) }
  var coverage: [String] = []
  for kind in intervalKinds {
    for size in kind.sizes {
      coverage.append(Coverage(kind, size: size, runs: runs(kind.runs), seed: seed).json(kind, size: size))
    }
  }
  func list(_ items: [String]) -> String { "[\n  " + items.joined(separator: ",\n  ") + "]" }
  return """
    {"seed": \(seed), "scale": \(scale),
    "coverage": \(list(coverage)),
    "stopRules": \(list(try falseStops(seed: seed, runs: runs(20_000)))),
    "stabilityIndex": \(list(try stabilityIndexQuantiles(seed: seed, runs: runs(20_000))))}
    """
}
