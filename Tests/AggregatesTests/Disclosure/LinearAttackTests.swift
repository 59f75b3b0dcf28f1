import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Testing

/// An attacker who solves equations: each released count is one equation over the cells that nobody sees (level
/// of one attribute × level of another × score interval). Every set of cells whose size follows from the
/// equations, by whatever combination, has to hold enough rows.
@Suite struct LinearAttackTests {
  @Test func noCombinationOfReleasedCountsIsOfFewRows() throws {
    var derived = 0
    for seed in 1...250 {
      let hospital = try Self.hospital(seed: seed)
      let window = try Reader(hospital.released.bytes).windows[0]
      let attacker = Attacker(window: window, edges: hospital.evaluationProtocol.grid.edges.map(\.value))
      for set in attacker.derivableSets() {
        let rows = hospital.rows.count { row in
          row.rowClass == .positive && set.contains(attacker.cell(of: row))
        }
        #expect(rows >= hospital.policy.minimumCell, "seed \(seed): \(rows) rows in \(set)")
        derived += 1
      }
    }
    #expect(derived > 1000)
  }

  @Test func theAttackerFindsWhatAnUnprotectedReleaseGivesAway() throws {
    // The same counts without the rule: overall [5, 5, 5] and a level of [4, 4, 4] leave one row an interval.
    let overall = Reader.Counts(
      edges: [0, 0.3, 0.6, 1], positive: [5, 5, 5], negative: [5, 5, 5], unlabelled: nil)
    let level = Reader.Counts(
      edges: [0, 0.3, 0.6, 1], positive: [4, 4, 4], negative: [4, 4, 4], unlabelled: nil)
    let attacker = Attacker(
      window: Reader.Window(
        overall: .counts(overall),
        attributes: [
          Reader.Attribute(levels: [.counts(level), .withheld, .empty]),
          Reader.Attribute(levels: [.withheld, .withheld, .empty]),
        ], histogramsCountAll: false, histograms: []),
      edges: [0, 0.3, 0.6, 1])
    let rest = Set(
      [0, 1].map { Attacker.Cell(first: 1, second: $0, interval: 0) })
    #expect(attacker.derivableSets().contains(rest))
  }

  /// Two attributes of two levels, three score intervals; each event has a twin without one, so that the
  /// negative class is never what decides.
  private static func hospital(seed: Int) throws -> MadeUpHospital {
    var random = SeededGenerator(seed: seed)
    let study = SmallStudy(
      thresholds: ["0.3"], calibration: [], fine: ["0.6"], attributes: [2, 2],
      minimumCell: random.pick([2, 3, 4]), minimumFitEvents: 4)
    var rows: [TestRow] = []
    for first in 0..<2 {
      for second in 0..<2 {
        for score in [0.1, 0.4, 0.9] {
          for _ in 0..<random.pick([0, 1, 2, 3, 5, 9]) {
            for rowClass in [RowClass.positive, .negative] {
              rows.append(TestRow(patient: 0, rowClass: rowClass, score: score, levels: [first, second]))
            }
          }
        }
      }
    }
    return try MadeUpHospital(study, rows: rows)
  }
}

/// Decides which sets of cells follow from the released counts of events.
struct Attacker {
  /// One cell that no release shows.
  struct Cell: Hashable {
    let first: Int
    let second: Int
    let interval: Int
  }

  private let edges: [Double]
  private let cells: [Cell]
  private let equations: [[Int]]

  init(window: Reader.Window, edges: [Double]) {
    self.edges = edges
    // Levels without rows are known to be empty, so their cells are no unknowns.
    func occupied(_ attribute: Int) -> [Int] {
      window.attributes[attribute].levels.indices.filter {
        if case .empty = window.attributes[attribute].levels[$0] { false } else { true }
      }
    }
    let intervals = edges.indices.dropLast()
    let cells = occupied(0).flatMap { first in
      occupied(1).flatMap { second in
        intervals.map { Cell(first: first, second: second, interval: $0) }
      }
    }
    var equations: [[Int]] = []
    func add(_ counts: Reader.Counts?, where isMember: (Cell) -> Bool) {
      guard let counts else { return }
      for (lower, upper) in zip(counts.edges, counts.edges.dropFirst()) {
        equations.append(
          cells.map { cell in
            isMember(cell) && edges[cell.interval] >= lower && edges[cell.interval] < upper ? 1 : 0
          })
      }
    }
    add(window.overall.counts) { _ in true }
    for (level, slice) in window.attributes[0].levels.enumerated() { add(slice.counts) { $0.first == level } }
    for (level, slice) in window.attributes[1].levels.enumerated() {
      add(slice.counts) { $0.second == level }
    }
    self.cells = cells
    self.equations = Self.reduce(equations)
  }

  func cell(of row: TestRow) -> Cell {
    let interval = edges.dropFirst().dropLast().count { $0 <= row.score }
    return Cell(first: row.levels[0], second: row.levels[1], interval: interval)
  }

  /// Every set of cells that is a combination of the equations, found by trying all sets.
  func derivableSets() -> [Set<Cell>] {
    guard !equations.isEmpty, cells.count <= 12 else { return [] }
    return (1..<(1 << cells.count)).compactMap { subset in
      let vector = cells.indices.map { (subset >> $0) & 1 }
      guard Self.residual(of: vector, after: equations).allSatisfy({ $0 == 0 }) else { return nil }
      return Set(zip(cells, vector).filter { $0.1 == 1 }.map(\.0))
    }
  }

  // Arithmetic modulo a prime: entries are 0 and 1 and there are a dozen columns, so every minor is far
  // smaller than the prime, and a combination exists here exactly where it exists among the fractions.
  private static let prime = 2_147_483_647

  /// Rows in echelon form, each with a leading 1.
  private static func reduce(_ rows: [[Int]]) -> [[Int]] {
    var reduced: [[Int]] = []
    for row in rows {
      let rest = residual(of: row, after: reduced)
      guard let pivot = rest.firstIndex(where: { $0 != 0 }) else { continue }
      let inverse = power(rest[pivot], prime - 2)
      reduced.append(rest.map { $0 * inverse % prime })
    }
    return reduced
  }

  private static func residual(of vector: [Int], after rows: [[Int]]) -> [Int] {
    var rest = vector
    for row in rows {
      guard let pivot = row.firstIndex(where: { $0 != 0 }), rest[pivot] != 0 else { continue }
      let factor = rest[pivot]
      for column in rest.indices { rest[column] = (rest[column] + (prime - factor) * row[column]) % prime }
    }
    return rest
  }

  private static func power(_ base: Int, _ exponent: Int) -> Int {
    var (result, base, exponent) = (1, base, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result * base % prime }
      base = base * base % prime
      exponent >>= 1
    }
    return result
  }
}
