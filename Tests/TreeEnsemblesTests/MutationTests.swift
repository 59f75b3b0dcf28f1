import Testing
import TreeEnsembles

/// Seeded damage: a reader either refuses, or gives a model that scores.
@Suite struct MutationTests {
  @Test(
    "damaged files are refused or score, and never trap",
    arguments: [
      ("xgboost-3.2.0-categories.json", TreeFormat.xgboostJSON),
      ("xgboost-3.2.0-categories.ubj", .xgboostUBJSON),
      ("xgboost-3.2.0-deep.ubj", .xgboostUBJSON), ("xgboost-3.2.0-leaves.json", .xgboostJSON),
      ("xgboost-3.2.0-leaves.ubj", .xgboostUBJSON), ("lightgbm-4.7.0-categories.txt", .lightGBMText),
      ("lightgbm-4.7.0-leaves.txt", .lightGBMText),
    ])
  func damageIsHarmless(file: String, format: TreeFormat) throws {
    let bytes = try ReferenceTable.bytes(file)
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let spice = Array("0123456789-+.eE,:[]{}\"\n =$#LlUidDSTF".utf8)
    var scored = 0
    for _ in 0..<1500 {
      var damaged = bytes
      for _ in 0...next(3) {
        let place = next(damaged.count)
        switch next(5) {
        case 0: damaged[place] = UInt8(next(256))
        case 1: damaged[place] ^= 1 << UInt8(next(8))
        case 2: damaged[place] = spice[next(spice.count)]
        case 3: damaged.remove(at: place)
        default: damaged.insert(spice[next(spice.count)], at: place)
        }
      }
      guard let ensemble = try? TreeEnsemble.parse(damaged, as: format) else { continue }
      let rows: [[Double]] = [0, .nan, 1, -3.5, 1e300, .infinity, 16_777_215].map {
        [Double](repeating: $0, count: ensemble.featureCount)
      }
      let evaluator = ensemble.makeEvaluator()
      #expect(evaluator.probabilities(rows).allSatisfy { (0...1).contains($0) })
      _ = try? evaluator.contributions(rows)
      scored += 1
    }
    // Damage to what has no effect on a score must leave models to run, or this test tests nothing.
    #expect(scored >= 5, "\(scored)")
  }
}
