import CountingKernel
import TestSupport
import Testing

@Suite struct RowCounterTests {
  @Test(
    "tables are those of a loop over the rows",
    arguments: [
      // Columns counted in pairs, alone, and in a table too large for a pair.
      Case(rows: 9001, classes: 2, levels: [5, 5, 3, 4], edges: tenths),
      Case(rows: 5000, classes: 3, levels: [1, 7, 2], edges: [0, 1]),
      Case(rows: 4096, classes: 6, levels: [256, 200], edges: tenths),
      Case(rows: 1, classes: 1, levels: [1], edges: [0, 0.5, 1]),
      Case(rows: 0, classes: 2, levels: [2, 2], edges: tenths),
      Case(rows: 3000, classes: 2, levels: [], edges: tenths),
      // Edges so close that scores are searched for.
      Case(rows: 8000, classes: 2, levels: [3, 3], edges: tenths[0...3] + [0.30001, 0.30002, 0.30003, 1]),
      // Two edges a 64th, and one at a bucket's start.
      Case(rows: 8000, classes: 2, levels: [3, 3], edges: [0, 0.5, 0.505, 0.51, 0.515625, 0.75, 1]),
    ])
  func tablesAreThoseOfALoop(_ example: Case) throws {
    var random = SeededNumbers(state: 11)
    let classes = random.codes(example.rows, below: example.classes)
    let columns = example.levels.map { random.codes(example.rows, below: $0) }
    let scores = (0..<example.rows).map { _ in random.score(near: example.edges) }
    let intervals = try ScoreIntervals(edges: example.edges)
    let coded = try zip(columns, example.levels).map { try CodeColumn($0, cardinality: $1) }
    let coarse = scores.map { Float($0) }
    let wide = try CountingRows(
      scores: scores, classes: CodeColumn(classes, cardinality: example.classes), columns: coded)
    let narrow = try CountingRows(
      scores: coarse, classes: CodeColumn(classes, cardinality: example.classes), columns: coded)
    for powers in [PowerPair.firstAndSecond, .thirdAndFourth] {
      let exponents = powers == .firstAndSecond ? 1 : 3
      for (rows, scores) in [(wide, scores), (narrow, coarse.map { Double($0) })] {
        let tables = try rows.count(0..<rows.count, powers: powers, by: intervals)
        #expect(tables.count == example.levels.count)
        for (column, table) in tables.enumerated() {
          let expected = naive(
            scores, classes, columns[column], example, levels: example.levels[column], exponent: exponents)
          let same = [table.rows.map { UInt64($0) }, table.lower, table.higher] == expected
          #expect(same, "column \(column)")
        }
      }
    }
  }

  @Test func partsAddToTheWhole() throws {
    var random = SeededNumbers(state: 12)
    let count = 50_000
    let rows = try CountingRows(
      scores: (0..<count).map { _ in random.score(near: tenths) },
      classes: CodeColumn(random.codes(count, below: 2), cardinality: 2),
      columns: [5, 6, 7].map { try CodeColumn(random.codes(count, below: $0), cardinality: $0) })
    let intervals = try ScoreIntervals(edges: tenths)
    let whole = try rows.count(0..<count, powers: .firstAndSecond, by: intervals)
    for cut in [0, 1, 4095, 25_000, count] {
      var sum = try rows.count(0..<cut, powers: .firstAndSecond, by: intervals)
      let rest = try rows.count(cut..<count, powers: .firstAndSecond, by: intervals)
      for column in sum.indices { try sum[column].add(rest[column]) }
      #expect(sum == whole)
    }
    #expect(throws: CountingError.lengthsDiffer) {
      var table = whole[0]
      try table.add(whole[1])
    }
  }

  @Test func theOrderOfRowsChangesNothing() throws {
    var random = SeededNumbers(state: 13)
    let scores = (0..<10_000).map { _ in random.score(near: tenths) }
    let codes = random.codes(10_000, below: 4)
    func tables(_ order: [Int]) throws -> [MomentTable] {
      let rows = try CountingRows(
        scores: order.map { scores[$0] }, classes: CodeColumn(order.map { codes[$0] % 2 }, cardinality: 2),
        columns: [CodeColumn(order.map { codes[$0] }, cardinality: 4)])
      return try rows.count(0..<rows.count, powers: .thirdAndFourth, by: ScoreIntervals(edges: tenths))
    }
    let forwards = try tables(Array(0..<10_000))
    #expect(try tables((0..<10_000).reversed()) == forwards)
  }

  @Test func sumsOfManyHighestScoresStayApartFromTheCount() throws {
    // A cell's count and lower sum share an integer: all rows in one cell, each with the largest term.
    let count = 100_000
    let rows = try CountingRows(
      scores: [Double](repeating: 1, count: count),
      classes: CodeColumn([UInt8](repeating: 0, count: count), cardinality: 1),
      columns: [CodeColumn([UInt8](repeating: 1, count: count), cardinality: 2)])
    let tables = try rows.count(0..<count, powers: .firstAndSecond, by: ScoreIntervals(edges: [0, 1]))
    let table = try #require(tables.first)
    #expect(table.rows == [0, count])
    #expect(table.lower == [0, UInt64(count) << 32] && table.higher == [0, UInt64(count) << 32])
  }

  @Test func aPlaceIsFoundByLevelAndClass() throws {
    let rows = try CountingRows(
      scores: [Float(0.05), 0.95, 0.95], classes: CodeColumn([0, 1, 1], cardinality: 2),
      columns: [CodeColumn([0, 2, 2], cardinality: 3)])
    let table = try #require(
      try rows.count(0..<3, powers: .firstAndSecond, by: ScoreIntervals(edges: tenths)).first)
    #expect(table.rows[table.places(level: 2, class: 1)].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2]))
    #expect(table.rows[table.places(level: 0, class: 0)].elementsEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    #expect(table.rows.reduce(0, +) == 3)
  }
}

private let tenths = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

struct Case {
  var rows: Int
  var classes: Int
  var levels: [Int]
  var edges: [Double]
}

/// Rows and sums of two powers, cell by cell.
private func naive(
  _ scores: [Double], _ classes: [UInt8], _ codes: [UInt8], _ example: Case, levels: Int, exponent: Int
) -> [[UInt64]] {
  let intervals = example.edges.count - 1
  var tables = Array(
    repeating: [UInt64](repeating: 0, count: levels * example.classes * intervals), count: 3)
  for row in scores.indices {
    var interval = 0
    while interval < intervals - 1 && scores[row] >= example.edges[interval + 1] { interval += 1 }
    let place = (Int(codes[row]) * example.classes + Int(classes[row])) * intervals + interval
    let (p, square) = (scores[row], scores[row] * scores[row])
    let terms = exponent == 1 ? (p, square) : (square * p, square * square)
    tables[0][place] += 1
    tables[1][place] += UInt64((terms.0 * 0x1p32).rounded(.toNearestOrEven))
    tables[2][place] += UInt64((terms.1 * 0x1p32).rounded(.toNearestOrEven))
  }
  return tables
}

extension SeededNumbers {
  mutating func codes(_ count: Int, below limit: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(next() % UInt64(limit)) }
  }

  /// Anything in 0...1; often an edge or its neighbour.
  mutating func score(near edges: [Double]) -> Double {
    let edge = edges[Int(next() % UInt64(edges.count))]
    switch next() % 8 {
    case 0: return edge
    case 1: return edge > 0 ? edge.nextDown : edge
    case 2: return edge < 1 ? edge.nextUp : edge
    default: return Double(next() >> 11) * 0x1p-53
    }
  }
}
