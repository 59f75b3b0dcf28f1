import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Testing

/// An attacker who solves equations over the cells that nobody sees: levels × score interval × interval of the
/// baseline. Counts of the slices, of the levels and of all joint tables are equations; whatever set of cells follows
/// from them holds enough rows of a class, or no row of either.
@Suite struct PairedLinearAttackTests {
  @Test func noCombinationOfJointTablesIntervalsAndLevelsIsOfFewRows() throws {
    let found = try attack(hospitals: 300, attributes: 1, intervals: 0..<3, columns: 3)
    #expect(found.derived > 5000 && found.withTables > 100, "\(found)")
  }

  @Test func noCombinationOfTwoAttributesIsOfFewRows() throws {
    let found = try attack(hospitals: 150, attributes: 2, intervals: 0..<2, columns: 2)
    #expect(found.derived > 5000 && found.withTables > 50, "\(found)")
  }

  // Whatever counts an attacker derives from made-up hospitals, none is of few rows.
  private func attack(
    hospitals: Int, attributes: Int, intervals: Range<Int>, columns: Int
  ) throws -> (derived: Int, withTables: Int) {
    var known = KnownSets()
    var (derived, withTables) = (0, 0)
    for seed in 1...hospitals {
      let hospital = try Self.hospital(seed: seed, attributes: attributes)
      let attacker = PairedAttacker(
        window: try Reader(hospital.released.bytes).windows[0], under: hospital.evaluationProtocol,
        intervals: intervals, columns: columns)
      for counts in attacker.derivableCounts(of: hospital.rows, &known) {
        #expect(
          counts == [0, 0] || counts.allSatisfy { $0 >= hospital.policy.minimumCell },
          "seed \(seed): \(counts) rows")
        derived += 1
      }
      withTables += attacker.levelsWithTables
    }
    return (derived, withTables)
  }

  @Test func sumsOfTwoAttributesDoNotCloseARing() throws {
    // With (i, a, c, b) the score interval below 0.5, the level of each attribute and the column, rows stand in the
    // eight combinations that a ring of sums leaves out, and one in the eight that it counts.
    var rows: [TestRow] = []
    func add(_ count: Int, _ i: Int, _ a: Int, _ c: Int, _ b: Int) {
      for rowClass in [RowClass.positive, .negative] {
        for _ in 0..<count {
          rows.append(
            TestRow(
              patient: 0, rowClass: rowClass, score: i == 0 ? 0.1 : 0.4, levels: [a, b],
              baseline: c == 0 ? 0 : 20))
        }
      }
    }
    for (i, a, c, b) in [
      (0, 1, 0, 0), (0, 0, 1, 0), (1, 0, 1, 0), (0, 1, 1, 0), (1, 0, 0, 1), (0, 1, 0, 1), (1, 1, 0, 1),
      (1, 0, 1, 1),
    ] { add(6, i, a, c, b) }
    add(1, 0, 0, 0, 0)
    for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      for rowClass in [RowClass.positive, .negative] {
        rows += (0..<6).map { _ in
          TestRow(patient: 0, rowClass: rowClass, score: 0.9, levels: [a, b], baseline: 20)
        }
      }
    }
    let window = try Reader(MadeUpHospital(Self.study(attributes: 2), rows: rows).released.bytes).windows[0]
    #expect(window.overall.counts?.edges == [0, 0.25, 0.5, 1] && window.overall.counts?.paired != nil)
    let tables = window.attributes.map { attribute in attribute.levels.map { $0.counts?.paired?.positive } }
    #expect(tables[0].prefix(2).allSatisfy { $0 != nil })
    #expect(tables[1].allSatisfy { $0 == nil } && window.attributes[1].levels[0].counts != nil)
  }

  @Test func theAttackerFindsWhatAnUnprotectedReleaseGivesAway() throws {
    // One positive row of the second level has a low score and a high baseline.
    let overall = Reader.Paired(
      thresholds: [0.5], positive: [9, 5, 0, 5, 9, 0], negative: [9, 5, 0, 5, 9, 0], unlabelled: nil,
      compared: nil)
    let level = Reader.Paired(
      thresholds: [0.5], positive: [5, 4, 0, 3, 6, 0], negative: [5, 4, 0, 3, 6, 0], unlabelled: nil,
      compared: nil)
    func counts(_ count: Int, _ paired: Reader.Paired) -> Reader.Slice {
      .counts(
        Reader.Counts(
          edges: [0, 0.5, 1], positive: [count, count], negative: [count, count], unlabelled: nil,
          paired: paired))
    }
    let attacker = PairedAttacker(
      window: Reader.Window(
        overall: counts(14, overall),
        attributes: [Reader.Attribute(levels: [counts(9, level), .withheld, .empty])],
        histogramsCountAll: false, histograms: []),
      under: try Self.study(attributes: 1).parse(), intervals: 0..<3, columns: 3)
    let row = TestRow(patient: 0, rowClass: .positive, score: 0.1, levels: [1], baseline: 20)
    var known = KnownSets()
    #expect(attacker.derivableCounts(of: [row], &known).contains([1, 0]))
  }

  /// Grid 0, 0.25, 0.5, 1 with the threshold 0.5.
  private static func study(attributes: Int) -> SmallStudy {
    SmallStudy(
      thresholds: ["0.5"], calibration: [], fine: ["0.25"],
      attributes: Array(repeating: 2, count: attributes),
      minimumCell: 3, minimumFitEvents: 3, baseline: ["10"])
  }

  /// Two levels, three score intervals, a baseline that is low, high or not there; combinations may be empty.
  private static func hospital(seed: Int, attributes: Int) throws -> MadeUpHospital {
    var random = SeededGenerator(seed: seed)
    var study = study(attributes: attributes)
    study.minimumCell = random.pick([2, 3])
    let columns: [Double?] = attributes == 1 ? random.pick([[0, 20], [0, 20], [0, 20, nil]]) : [0, 20]
    let choices = random.pick([[0, 0, 4, 9], [1, 3, 5, 9], [3, 5, 9]])
    var rows: [TestRow] = []
    for levels in attributes == 1 ? [[0], [1]] : [[0, 0], [0, 1], [1, 0], [1, 1]] {
      for baseline in columns {
        for score in [0.1, 0.4, 0.9] {
          let isOccupied = random.pick(choices) > 0
          for rowClass in [RowClass.positive, .negative] where isOccupied {
            for _ in 0..<random.pick(choices) {
              rows.append(
                TestRow(patient: 0, rowClass: rowClass, score: score, levels: levels, baseline: baseline))
            }
          }
        }
      }
    }
    return try MadeUpHospital(study, rows: rows)
  }
}

/// Sets that follow from equations, kept because many hospitals release the same shape.
private struct KnownSets {
  private var found: [[Set<Int>]: [Int]] = [:]

  mutating func sets(unknowns: Int, equations: [Set<Int>]) -> [Int] {
    // An equation over nothing that is marked with the number of unknowns tells shapes of other sizes apart.
    let key = equations + [[-unknowns]]
    if let sets = found[key] { return sets }
    let sets = DerivableSets(unknowns: unknowns, equations: equations).all()
    found[key] = sets
    return sets
  }
}

/// Decides which sets of cells follow from the counts of one class in a release under a protocol with one threshold.
private struct PairedAttacker {
  /// One cell that no release shows.
  private struct Cell: Hashable {
    let levels: [Int]
    let interval: Int
    /// Below the baseline's threshold, from it on, or without a baseline score.
    let column: Int
  }

  private(set) var levelsWithTables = 0
  private let edges: [Double]
  private let baseline: Double
  private var cells: [Cell] = []
  private var equations: [Set<Int>] = []

  /// - Parameters:
  ///   - intervals: the score intervals of the grid that are looked at.
  ///   - columns: 2 where everybody is known to have a baseline score, else 3.
  init(
    window: Reader.Window, under evaluationProtocol: EvaluationProtocol, intervals: Range<Int>,
    columns: Int
  ) {
    edges = evaluationProtocol.grid.edges.map(\.value)
    baseline = evaluationProtocol.baseline?.thresholds.first?.value ?? 0
    // Levels without rows are known to be empty, and columns in which overall has none.
    let occupied = window.attributes.map { attribute in
      attribute.levels.indices.filter { if case .empty = attribute.levels[$0] { false } else { true } }
    }
    let combinations = occupied.reduce([[]]) { lists, levels in
      lists.flatMap { list in levels.map { list + [$0] } }
    }
    let columns = (0..<columns).filter { column in
      guard let paired = window.overall.counts?.paired else { return true }
      return [column, column + 3].contains { paired.positive[$0] + paired.negative[$0] > 0 }
    }
    cells = combinations.flatMap { levels in
      intervals.flatMap { interval in
        columns.map { Cell(levels: levels, interval: interval, column: $0) }
      }
    }
    let (lowest, highest) = (edges[intervals.lowerBound], edges[intervals.upperBound])
    add(window.overall.counts, columns: columns, from: lowest, to: highest) { _ in true }
    for (attribute, levels) in occupied.enumerated() {
      for level in levels {
        let counts = window.attributes[attribute].levels[level].counts
        if counts?.paired != nil { levelsWithTables += 1 }
        add(counts, columns: columns, from: lowest, to: highest) { $0.levels[attribute] == level }
      }
    }
  }

  private mutating func add(
    _ counts: Reader.Counts?, columns: [Int], from lowest: Double, to highest: Double,
    where isMember: (Cell) -> Bool
  ) {
    guard let counts else { return }
    func add(_ lower: Double, _ upper: Double, column: Int?) {
      guard lower >= lowest, upper <= highest else { return }
      equations.append(
        Set(
          cells.indices.filter { index in
            let cell = cells[index]
            return isMember(cell) && edges[cell.interval] >= lower && edges[cell.interval] < upper
              && (column.map { $0 == cell.column } ?? true)
          }))
    }
    for (lower, upper) in zip(counts.edges, counts.edges.dropFirst()) { add(lower, upper, column: nil) }
    guard let threshold = counts.paired?.thresholds.first else { return }
    for column in columns {
      add(0, threshold, column: column)
      add(threshold, 1, column: column)
    }
  }

  /// Positive and negative rows of every set of cells that follows.
  func derivableCounts(of rows: [TestRow], _ known: inout KnownSets) -> [[Int]] {
    guard !equations.isEmpty, cells.count <= 18 else { return [] }
    let places = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($0.element, $0.offset) })
    var positive = Array(repeating: 0, count: cells.count)
    var negative = positive
    for row in rows {
      guard let place = places[cell(of: row)] else { continue }
      if row.rowClass == .positive { positive[place] += 1 } else { negative[place] += 1 }
    }
    return known.sets(unknowns: cells.count, equations: equations).map { set in
      var sums = [0, 0]
      for place in positive.indices where set & (1 << place) != 0 {
        sums[0] += positive[place]
        sums[1] += negative[place]
      }
      return sums
    }
  }

  private func cell(of row: TestRow) -> Cell {
    Cell(
      levels: row.levels, interval: edges.dropFirst().dropLast().count { $0 <= row.score },
      column: row.baseline.map { $0 >= baseline ? 1 : 0 } ?? 2)
  }
}
