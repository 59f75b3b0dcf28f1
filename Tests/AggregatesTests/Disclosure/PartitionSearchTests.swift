import CanonicalJSON
import EvaluationProtocols
import Testing

@testable import Aggregates

/// The search against every division there is.
@Suite struct PartitionSearchTests {
  private static let decimals = (1...9).map { "0.\($0)" }

  @Test func theBestDivisionIsTheOneThatTryingAllOfThemFinds() throws {
    var found = 0
    for seed in 1...3000 {
      var random = SeededGenerator(seed: seed)
      let inner = random.pick(0..<9)
      // Each inner edge gets a kind; both lists ascend, as a protocol's do.
      var lists: [[ExactDecimal]] = [[], [], []]
      for edge in Self.decimals.prefix(inner) {
        lists[random.pick(0..<3)].append(try ExactDecimal(parsing: edge))
      }
      let grid = try ScoreGrid(thresholds: lists[0], calibration: lists[1], fine: lists[2])
      let constraints = (0..<random.pick(1..<4)).map { _ in
        ConstrainedCounts(
          counts: (0..<grid.intervalCount).map { _ in random.pick([0, 0, 1, 2, 3, 5, 9]) },
          floor: random.pick(1..<6))
      }
      let allowed = grid.edges.indices.filter { edge in
        grid.kinds[edge] == .boundary || random.pick(0..<4) > 0
      }
      let expected = bestByTryingAll(grid: grid, allowed: allowed, constraints: constraints)
      let partition = bestPartition(of: grid, allowed: allowed, constraints: constraints)
      #expect(partition?.edges == expected, "seed \(seed)")
      if expected != nil { found += 1 }
    }
    #expect(found > 1000 && found < 2999)
  }

  @Test func amongEqualsTheDivisionWhoseLastDifferingEdgeIsTheLowestWins() throws {
    let fine = try ["0.2", "0.4", "0.6", "0.8"].map { try ExactDecimal(parsing: $0) }
    let grid = try ScoreGrid(thresholds: [], calibration: [], fine: fine)
    // Two runs of at least 3: an edge at 0.6 or at 0.8 keeps as much.
    let counts = ConstrainedCounts(counts: [1, 1, 1, 0, 3], floor: 3)
    #expect(bestPartition(of: grid, allowed: [0, 1, 2, 3, 4, 5], constraints: [counts])?.edges == [0, 3, 5])
  }

  @Test func aThresholdOutweighsAnyNumberOfLesserEdges() throws {
    let edges = try ["0.2", "0.4", "0.5", "0.6"].map { try ExactDecimal(parsing: $0) }
    let grid = try ScoreGrid(
      thresholds: [edges[2]], calibration: [edges[0], edges[1]], fine: [edges[3]])
    // 0.5 leaves room for nothing else; without it, two calibration edges would fit.
    let counts = ConstrainedCounts(counts: [2, 2, 0, 1, 3], floor: 4)
    #expect(bestPartition(of: grid, allowed: [0, 1, 2, 3, 4, 5], constraints: [counts])?.edges == [0, 3, 5])
  }

  // Thresholds, calibration edges, fine edges; then the lower edge at the last place that differs.
  private func bestByTryingAll(
    grid: ScoreGrid, allowed: [Int], constraints: [ConstrainedCounts]
  ) -> [Int]? {
    let inner = allowed.dropFirst().dropLast()
    var best: (rank: [Int], edges: [Int])?
    for subset in 0..<(1 << inner.count) {
      let chosen = inner.enumerated().filter { subset & (1 << $0.offset) != 0 }.map(\.element)
      let edges = [0] + chosen + [grid.intervalCount]
      let isAllowed = constraints.allSatisfy { constraint in
        zip(edges, edges.dropFirst()).allSatisfy {
          constraint.counts[$0..<$1].reduce(0, +) >= constraint.floor
        }
      }
      guard isAllowed else { continue }
      let kinds: [ScoreGrid.EdgeKind] = [.threshold, .calibration, .fine]
      let rank = kinds.map { kind in chosen.count { grid.kinds[$0] == kind } } + edges.reversed().map { -$0 }
      if let current = best, !current.rank.lexicographicallyPrecedes(rank) { continue }
      best = (rank, edges)
    }
    return best?.edges
  }
}
