import Testing

@testable import TreeKernel

/// Contributions against the definition: every order in which inputs can become known.
@Suite struct ContributionTests {
  /// Small random trees that often ask the same input twice on a path.
  private static func tree(_ random: inout SplitMix, depth: Int, features: Int32) -> [DraftNode] {
    var nodes: [DraftNode] = []
    var cover = [1000.0]
    var depths = [0]
    var next = 1
    var index = 0
    while index < next {
      if depths[index] == depth || index > 0 && random.next(5) == 0 {
        nodes.append(DraftNode(leaf: Double(random.next(2001)) / 1000 - 1, cover: cover[index]))
      } else {
        // A share of nothing is allowed: no training row went there.
        let share = Double(random.next(11)) / 10
        nodes.append(
          DraftNode(
            .below(Double(random.next(5)) - 2), left: Int32(next), right: Int32(next + 1),
            feature: Int32(random.next(Int(features))), missing: .nanLeft, cover: max(cover[index], 1e-9)))
        cover += [cover[index] * share, cover[index] * (1 - share)]
        depths += [depths[index] + 1, depths[index] + 1]
        next += 2
      }
      index += 1
    }
    return nodes
  }

  /// What the tree is expected to give when only some inputs are known.
  private static func value(_ tree: [DraftNode], _ row: [Double], known: Int) -> Double {
    var sum = 0.0
    var open = [(node: 0, weight: 1.0)]
    while let (index, weight) = open.popLast() {
      let node = tree[index]
      switch node.role {
      case .leaf(let value): sum += weight * value
      case .below(let threshold):
        let (left, right) = (Int(node.left), Int(node.right))
        if known >> Int(node.feature) & 1 == 1 {
          open.append((row[Int(node.feature)] < threshold ? left : right, weight))
        } else {
          open.append((left, weight * tree[left].cover / node.cover))
          open.append((right, weight * tree[right].cover / node.cover))
        }
      case .categories: break
      }
    }
    return sum
  }

  private static func shapley(_ tree: [DraftNode], _ row: [Double]) -> [Double] {
    let count = row.count
    var factorials = [1.0]
    for number in 1...count { factorials.append(factorials[number - 1] * Double(number)) }
    let values = (0..<1 << count).map { value(tree, row, known: $0) }
    return (0..<count).map { input in
      (0..<1 << count).filter { $0 >> input & 1 == 0 }.reduce(0) { sum, known in
        let size = known.nonzeroBitCount
        return sum + factorials[size] * factorials[count - size - 1] / factorials[count]
          * (values[known | 1 << input] - values[known])
      }
    }
  }

  @Test(
    "are Shapley values of the path-dependent game", arguments: [(1, 3), (3, 3), (6, 5), (9, 8), (12, 10)])
  func areShapleyValues(depth: Int, features: Int) throws {
    var random = SplitMix(state: UInt64(depth))
    for _ in 0..<12 {
      let trees = (0..<3).map { _ in Self.tree(&random, depth: depth, features: Int32(features)) }
      var builder = try ForestBuilder(
        featureCount: features, rules: ForestRules(membersGoRight: true, readsTinyAsZero: false))
      for tree in trees { try builder.append(tree) }
      let workspace = TreeWorkspace(.double(builder, base: 0.25))
      let row = (0..<features).map { _ in Double(random.next(7)) - 3 }
      var found = [Double](repeating: .nan, count: features + 1)
      var places = found.mutableSpan
      try workspace.divide(row.span, into: &places)
      for input in 0..<features {
        let expected = trees.reduce(0) { $0 + Self.shapley($1, row)[input] }
        #expect(abs(found[input] - expected) < 1e-12, "input \(input)")
      }
      let bias = trees.reduce(0.25) { $0 + Self.value($1, row, known: 0) }
      #expect(abs(found[features] - bias) < 1e-12)
    }
  }

  @Test func workedExampleOfThePageComesOut() throws {
    var builder = try ForestBuilder(
      featureCount: 2, rules: ForestRules(membersGoRight: true, readsTinyAsZero: false))
    try builder.append([
      DraftNode(.below(0), left: 1, right: 2, feature: 0, missing: .nanLeft, cover: 10),
      DraftNode(leaf: 1, cover: 4),
      DraftNode(.below(0), left: 3, right: 4, feature: 1, missing: .nanLeft, cover: 6),
      DraftNode(leaf: 2, cover: 3), DraftNode(leaf: 5, cover: 3),
    ])
    var found = [Double](repeating: .nan, count: 3)
    var places = found.mutableSpan
    let row = [1.0, 1.0]
    try TreeWorkspace(.double(builder, base: 0)).divide(row.span, into: &places)
    #expect(zip(found, [1.3, 1.2, 2.5]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  private static func divide(covers: [Double]) throws {
    var builder = try ForestBuilder(
      featureCount: 1, rules: ForestRules(membersGoRight: true, readsTinyAsZero: false))
    try builder.append([
      DraftNode(.below(0), left: 1, right: 2, feature: 0, missing: .nanLeft, cover: covers[0]),
      DraftNode(leaf: 0, cover: covers[1]), DraftNode(leaf: 1, cover: covers[2]),
    ])
    var found = [Double](repeating: .nan, count: 2)
    var places = found.mutableSpan
    let row = [1.0]
    try TreeWorkspace(.double(builder, base: 0)).divide(row.span, into: &places)
  }

  @Test func treesWithoutTrainingCountsAreRefused() throws {
    try Self.divide(covers: [2, 1, 1])
    for covers in [[0, 0, 0], [.nan, 1, 1], [2, .nan, 1], [2, 1, -1], [.infinity, 1, 1]] {
      #expect(throws: ContributionError.coverMissing(tree: 0)) { try Self.divide(covers: covers) }
    }
    #expect(throws: ContributionError.coverInconsistent(tree: 0)) { try Self.divide(covers: [2, 4, 1]) }
  }

  @Test("points and weights are exact for polynomials", arguments: 1...32)
  func quadratureIsExact(count: Int) {
    let rule = gaussLegendre(count: count)
    for degree in 0..<2 * count {
      let found = zip(rule.points, rule.weights).reduce(0) { sum, pair in
        sum + pair.1 * (0..<degree).reduce(1.0) { power, _ in power * pair.0 }
      }
      #expect(abs(found - 1 / Double(degree + 1)) < 1e-14, "degree \(degree)")
    }
  }
}

/// A small generator with a seed.
struct SplitMix {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}
