/// Which sets of unknown counts are a combination of known sums, whatever the combination.
///
/// A set follows from the equations exactly if its 0/1 vector is orthogonal to everything that the equations leave
/// open. Arithmetic modulo a prime: entries are 0 and 1 and there are at most two dozen unknowns, so no minor reaches
/// the prime, and a combination exists here exactly where it exists among the fractions.
struct DerivableSets {
  private static let prime = 2_147_483_647
  let unknowns: Int
  /// Spans what the equations leave open.
  private let open: [[Int]]

  /// - Parameter equations: for each known sum, the unknowns in it.
  init(unknowns: Int, equations: [Set<Int>]) {
    self.unknowns = unknowns
    var rows = equations.map { equation in (0..<unknowns).map { equation.contains($0) ? 1 : 0 } }
    var pivots: [Int] = []
    for column in 0..<unknowns {
      guard let found = rows.indices.dropFirst(pivots.count).first(where: { rows[$0][column] != 0 }) else {
        continue
      }
      rows.swapAt(pivots.count, found)
      let inverse = Self.power(rows[pivots.count][column], Self.prime - 2)
      let pivot = rows[pivots.count].map { $0 * inverse % Self.prime }
      rows[pivots.count] = pivot
      for other in rows.indices where other != pivots.count && rows[other][column] != 0 {
        let factor = Self.prime - rows[other][column]
        rows[other] = zip(rows[other], pivot).map { ($0 + factor * $1) % Self.prime }
      }
      pivots.append(column)
    }
    open = (0..<unknowns).filter { !pivots.contains($0) }.map { free in
      var vector = Array(repeating: 0, count: unknowns)
      vector[free] = 1
      for (row, pivot) in pivots.enumerated() { vector[pivot] = (Self.prime - rows[row][free]) % Self.prime }
      return vector
    }
  }

  /// Every set that follows, a bit an unknown, found by trying all of them; each differs from the one before in one
  /// unknown.
  func all() -> [Int] {
    var sums = Array(repeating: 0, count: open.count)
    var members = 0
    var found: [Int] = []
    for step in 1..<max(1 << unknowns, 2) {
      let flipped = step.trailingZeroBitCount
      members ^= 1 << flipped
      let isMember = members & (1 << flipped) != 0
      for index in open.indices {
        let entry = open[index][flipped]
        sums[index] = (sums[index] + (isMember ? entry : Self.prime - entry)) % Self.prime
      }
      if sums.allSatisfy({ $0 == 0 }) { found.append(members) }
    }
    return found
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
