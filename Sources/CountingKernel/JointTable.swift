/// Cells by the levels of two columns, or of one, and by class and interval.
struct JointTable {
  private let first: Int
  private let second: Int?
  private let firstLevels: Int
  private let secondLevels: Int
  private let cells: Int
  /// Rows and the lower power's sum in one integer, the higher power's sum in the other.
  private var sums: [SIMD2<UInt64>]
  /// Rows and the lower power's sum, once they were taken apart.
  private var settled: [SIMD2<UInt64>]

  /// One row, above the sums: 2¹⁵ rows of at most 2³² units each stay below it.
  static let oneRow: UInt64 = 1 << 48
  /// The most rows that may be added before `settle`.
  static let mostRows = 1 << 15

  /// A table for the columns at two positions, or at one.
  init(_ first: Int, _ second: Int?, levels: Int, _ secondLevels: Int, cells: Int) {
    self.first = first
    self.second = second
    firstLevels = levels
    self.secondLevels = secondLevels
    self.cells = cells
    sums = Array(repeating: .zero, count: levels * secondLevels * cells)
    settled = sums
  }

  /// Adds a chunk of rows.
  mutating func add(
    _ columns: [CodeColumn], from start: Int, count: Int, places: Span<UInt16>, terms: Span<SIMD2<UInt64>>
  ) {
    let firstColumn = columns[first].codes
    let firstCodes = firstColumn.span
    let cellStride = UInt32(truncatingIfNeeded: cells)
    let levelStride = cellStride &* UInt32(truncatingIfNeeded: secondLevels)
    let second = second
    var sums = sums.mutableSpan
    guard let second else {
      for row in 0..<count {
        let place = Int(UInt32(firstCodes[start &+ row]) &* cellStride &+ UInt32(places[row]))
        sums[place] &+= terms[row]
      }
      return
    }
    let secondColumn = columns[second].codes
    let secondCodes = secondColumn.span
    for row in 0..<count {
      let place =
        UInt32(firstCodes[start &+ row]) &* levelStride
        &+ UInt32(secondCodes[start &+ row]) &* cellStride &+ UInt32(places[row])
      sums[Int(place)] &+= terms[row]
    }
  }

  /// Makes room for `mostRows` more.
  mutating func settle() { Self.settle(&sums, into: &settled) }

  private static func settle(_ sums: inout [SIMD2<UInt64>], into settled: inout [SIMD2<UInt64>]) {
    var sums = sums.mutableSpan
    var settled = settled.mutableSpan
    for place in sums.indices {
      let packed = sums[place].x
      settled[place] &+= SIMD2(packed / oneRow, packed & (oneRow &- 1))
      sums[place].x = 0
    }
  }

  /// Adds what was counted to the tables of the columns.
  mutating func finish(into tables: inout [MomentTable]) {
    settle()
    for level in 0..<firstLevels {
      for other in 0..<secondLevels {
        let base = (level * secondLevels + other) * cells
        for cell in 0..<cells {
          let counted = Cell(
            rows: settled[base + cell].x, lower: settled[base + cell].y, higher: sums[base + cell].y)
          tables[first].add(counted, at: level * cells + cell)
          if let second { tables[second].add(counted, at: other * cells + cell) }
        }
      }
    }
  }
}
