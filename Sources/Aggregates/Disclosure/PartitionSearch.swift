import EvaluationProtocols

/// A list of counts that has to be at least `floor` on every interval of a division.
struct ConstrainedCounts {
  let counts: [Int]
  let floor: Int
}

/// Finds the division of the grid that keeps the most, among those on which every count is large enough.
///
/// "Most" is, in this order: thresholds, calibration edges, fine edges; among equals, the division whose
/// last differing edge is the lowest. The search is exact and takes time linear in edges × constraints:
/// an interval that is wide enough stays so when it is widened, so the best beginning of a division is a
/// running maximum. Specified in `protocols/disclosure.md`, "Search order".
///
/// - Parameter allowed: positions of the edges that may be used, first and last included.
/// - Returns: `nil` when even the whole range is too small.
func bestPartition(
  of grid: ScoreGrid, allowed: [Int], constraints: [ConstrainedCounts]
) -> Partition? {
  let prefixes = constraints.map { prefixSums($0.counts) }
  let floors = constraints.map(\.floor)
  func isWideEnough(from lower: Int, to upper: Int) -> Bool {
    zip(prefixes, floors).allSatisfy { sums, floor in sums[upper] - sums[lower] >= floor }
  }

  // best[j]: value of the best division of everything below allowed[j]; nil where there is none.
  var best: [EdgeTally?] = Array(repeating: nil, count: allowed.count)
  var previous = Array(repeating: -1, count: allowed.count)
  best[0] = EdgeTally()
  var candidate = -1  // the best beginning seen so far
  var next = 0  // the first beginning not yet looked at
  for j in allowed.indices.dropFirst() {
    while next < j, isWideEnough(from: allowed[next], to: allowed[j]) {
      if let value = best[next], candidate < 0 || best[candidate].map({ $0 < value }) ?? true {
        candidate = next
      }
      next += 1
    }
    guard candidate >= 0, let beginning = best[candidate] else { continue }
    best[j] = beginning.adding(grid.kinds[allowed[j]])
    previous[j] = candidate
  }

  guard let last = allowed.indices.last, last > 0, best[last] != nil else { return nil }
  var edges: [Int] = []
  var position = last
  while position >= 0 {
    edges.append(allowed[position])
    position = previous[position]
  }
  return Partition(edges: edges.reversed())
}

/// Running totals: entry i is the sum of everything before i.
private func prefixSums(_ counts: [Int]) -> [Int] {
  var sums = [0]
  sums.reserveCapacity(counts.count + 1)
  var total = 0
  for count in counts {
    total += count
    sums.append(total)
  }
  return sums
}

/// How many edges of each kind a division keeps; compared by the strongest kind first.
private struct EdgeTally: Comparable {
  var thresholds = 0
  var calibration = 0
  var fine = 0

  func adding(_ kind: ScoreGrid.EdgeKind) -> EdgeTally {
    var sum = self
    switch kind {
    case .threshold: sum.thresholds += 1
    case .calibration: sum.calibration += 1
    case .fine: sum.fine += 1
    case .boundary: break
    }
    return sum
  }

  static func < (left: EdgeTally, right: EdgeTally) -> Bool {
    (left.thresholds, left.calibration, left.fine) < (right.thresholds, right.calibration, right.fine)
  }
}
