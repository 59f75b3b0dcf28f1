import Statistics

/// Quantiles of Student's t by the number of sites. They cost more than a model: each is computed once.
struct MultiplierTable {
  private var known: [Int: StudentMultipliers] = [:]

  /// Those of a number of sites; nil for fewer than three.
  mutating func of(studies: Int) -> StudentMultipliers? {
    if let found = known[studies] { return found }
    let found = try? StudentMultipliers(studies: studies)
    known[studies] = found
    return found
  }
}
