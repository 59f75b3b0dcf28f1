import Foundation
import TestSupport
import Testing

/// Runs scripts/simulate with few runs: that everything is drawn, not what the numbers are.
@Suite(.enabled(if: Simulation.isAvailable)) struct SimulationTests {
  @Test func intervalsHoldTheTruthAboutAsOftenAsTheySay() throws {
    let content = try Simulation.json(seed: 7)
    let coverage = try #require(content["coverage"] as? [[String: Any]])
    for kind in coverage {
      let name = "\(kind["kind"] ?? "") \(kind["size"] ?? "")"
      let share = try #require(kind["coverage"] as? Double, "\(name)")
      let runs = try #require(kind["runs"] as? Int)
      // Five Monte Carlo errors of 100 runs or more; the worst kinds have a coverage near 0.86.
      #expect(runs >= 100 && share > 0.7 && share <= 1, "\(name): \(share)")
    }
    let wilson = try #require(
      coverage.first { $0["kind"] as? String == "Wilson" && $0["size"] as? Int == 1000 })
    let share = try #require(wilson["coverage"] as? Double)
    #expect(share > 0.89 && share < 0.99)
  }

  @Test func rulesForRepeatedLooksErrLessThanWilsonAtEveryLook() throws {
    let content = try Simulation.json(seed: 7)
    let rules = try #require(content["stopRules"] as? [[String: Any]])
    let errors = try rules.map { try #require($0["everFalse"] as? Double) }
    try #require(errors.count == 3)
    #expect(errors[0] > errors[1] && errors[0] > errors[2])
    let indices = try #require(content["stabilityIndex"] as? [[String: Any]])
    for index in indices {
      let ratio =
        try #require(index["quantile95"] as? Double) / (try #require(index["expected95"] as? Double))
      #expect(ratio > 0.5 && ratio < 2)
    }
  }

  @Test func theSameSeedGivesTheSameTables() throws {
    let first = try Simulation.run(["--quick", "--seed", "3"])
    #expect(first.contains("| Wilson | p = 0.1 |") && first.contains("beta-binomial"))
    let same = try Simulation.run(["--quick", "--seed", "3"]) == first
    #expect(same, "tables of one seed")
  }
}

private enum Simulation {
  /// Where the program is: built next to the tests, by whatever configuration they were.
  static let folder: String? = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let folder = tests.deletingLastPathComponent().path
    return FileManager.default.isExecutableFile(atPath: folder + "/StatisticsMeasures") ? folder : nil
  }()

  static let isAvailable = folder != nil && OtherProgram.path("python3") != nil

  static func run(_ arguments: [String]) throws -> String {
    let script = Repository.path("scripts/simulate")
    let result = try OtherProgram.run("python3", [script, "--tools", try #require(folder)] + arguments)
    try #require(result.status == 0)
    return result.output
  }

  static func json(seed: Int) throws -> [String: Any] {
    let output = try run(["--quick", "--json", "--seed", "\(seed)"])
    return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }
}
