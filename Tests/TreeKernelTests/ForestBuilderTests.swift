import Testing

@testable import TreeKernel

@Suite struct ForestBuilderTests {
  private static let rules = ForestRules(membersGoRight: true, readsTinyAsZero: false)

  private static func split(
    _ left: Int32, _ right: Int32, feature: Int32 = 0, below threshold: Double = 0
  ) -> DraftNode {
    DraftNode(.below(threshold), left: left, right: right, feature: feature, missing: .nanLeft, cover: 1)
  }

  private static func leaf(_ value: Double = 1) -> DraftNode { DraftNode(leaf: value, cover: 1) }

  private static func build(_ trees: [DraftNode]..., features: Int = 2) throws(ForestError) -> TreeForest {
    var builder = try ForestBuilder(featureCount: features, rules: rules)
    for tree in trees { try builder.append(tree) }
    return .double(builder, base: 0)
  }

  private static func sums(_ forest: TreeForest, _ rows: [Double]) -> [Double] {
    var sums = [Double](repeating: .nan, count: rows.count / forest.featureCount)
    var places = sums.mutableSpan
    TreeWorkspace(forest).sum(rows.span, into: &places)
    return sums
  }

  @Test func nodesInAnyOrderScore() throws {
    // Children before parents, and one node that nothing reaches.
    let tree = [
      Self.split(4, 3, feature: 1, below: 5), Self.leaf(10), Self.leaf(20), Self.split(1, 2), Self.leaf(30),
      Self.split(5, 5),
    ]
    let forest = try Self.build(tree)
    #expect(forest.nodeCount == 5)
    #expect(Self.sums(forest, [-1, 5, 0, 5, 0, 4, .nan, 6]) == [10, 20, 30, 10])
  }

  @Test func cycleIsRefused() {
    #expect(throws: ForestError.reachedTwice(tree: 0, node: 0)) {
      try Self.build([Self.split(1, 2), Self.split(0, 2), Self.leaf()])
    }
    #expect(throws: ForestError.reachedTwice(tree: 0, node: 1)) {
      try Self.build([Self.split(1, 2), Self.split(1, 3), Self.leaf(), Self.leaf()])
    }
  }

  @Test func nodeWithTwoParentsIsRefused() {
    #expect(throws: ForestError.reachedTwice(tree: 1, node: 3)) {
      try Self.build(
        [Self.leaf()], [Self.split(1, 2), Self.split(3, 4), Self.split(3, 4), Self.leaf(), Self.leaf()])
    }
    #expect(throws: ForestError.reachedTwice(tree: 0, node: 1)) {
      try Self.build([Self.split(1, 1), Self.leaf()])
    }
  }

  @Test(arguments: [2, -1, Int32.max, Int32.min])
  func childOutsideIsRefused(child: Int32) {
    #expect(throws: ForestError.childOutside(tree: 0, node: 0, child: Int(child))) {
      try Self.build([Self.split(1, child), Self.leaf()])
    }
  }

  @Test(arguments: [64, 65])
  func depthIsBounded(depth: Int) throws {
    var tree: [DraftNode] = []
    for level in 0..<Int32(depth) {
      tree += [Self.split(2 * level + 2, 2 * level + 1), Self.leaf(Double(level))]
    }
    // Odd places are leaves: put the next split before the leaf that its parent names.
    tree.append(Self.leaf(99))
    if depth == 64 {
      #expect(Self.sums(try Self.build(tree, features: 1), [-1, 1]) == [99, 0])
    } else {
      #expect(throws: ForestError.tooDeep(tree: 0, limit: 64)) { try Self.build(tree) }
    }
  }

  @Test func chainOfAMillionSplitsIsRefusedWithoutRecursion() {
    let tree = (0..<499_999).flatMap { [Self.split(2 * $0 + 2, 2 * $0 + 1), Self.leaf()] } + [Self.leaf()]
    #expect(throws: ForestError.tooDeep(tree: 0, limit: 64)) { try Self.build(tree) }
  }

  @Test(arguments: [Double.nan, -.infinity])
  func numberThatIsNotFiniteIsRefused(number: Double) {
    #expect(throws: ForestError.notFinite(tree: 0, node: 0)) {
      try Self.build([Self.split(1, 2, below: number), Self.leaf(), Self.leaf()])
    }
    #expect(throws: ForestError.notFinite(tree: 0, node: 2)) {
      try Self.build([Self.split(1, 2), Self.leaf(), Self.leaf(number)])
    }
  }

  @Test(arguments: [2, -1, Int32.max])
  func featureOutsideIsRefused(feature: Int32) {
    #expect(throws: ForestError.featureOutside(tree: 0, node: 0, feature: Int(feature))) {
      try Self.build([Self.split(1, 2, feature: feature), Self.leaf(), Self.leaf()])
    }
  }

  @Test func sizesAreBounded() throws {
    #expect(throws: ForestError.tooManyFeatures(0, limit: 10_000)) { try Self.build(features: 0) }
    #expect(throws: ForestError.tooManyFeatures(10_001, limit: 10_000)) { try Self.build(features: 10_001) }
    #expect(throws: ForestError.emptyTree(0)) { try Self.build([]) }
    var builder = try ForestBuilder(featureCount: 10_000, rules: Self.rules)
    for _ in 0..<10_000 { try builder.append([Self.leaf(0.5)]) }
    #expect(throws: ForestError.tooManyTrees(limit: 10_000)) { try builder.append([Self.leaf()]) }
    #expect(Self.sums(.double(builder, base: 1), [Double](repeating: 0, count: 10_000)) == [5001])
    let large = [DraftNode](repeating: Self.leaf(), count: 600_000)
    // Only what a row can reach is kept, and counts for the sum over trees; one tree is bounded as it stands.
    #expect(throws: ForestError.tooManyNodes(limit: 1_000_000)) { try Self.build(large + large) }
    #expect(try Self.build(large, large).nodeCount == 2)
  }

  @Test func setsAreBounded() throws {
    var builder = try ForestBuilder(featureCount: 1, rules: Self.rules)
    #expect(throws: ForestError.tooManyCategories(limit: 4_194_304)) {
      try builder.append(set: repeatElement(UInt32(1), count: 524_289))
    }
    for number in 0..<8 {
      #expect(try builder.append(set: repeatElement(UInt32(1), count: 524_288)) == number)
    }
    #expect(throws: ForestError.tooManyCategories(limit: 4_194_304)) { try builder.append(set: [1]) }
    let tree = [
      DraftNode(.categories(8), left: 1, right: 2, feature: 0, missing: .nanLeft, cover: 1), Self.leaf(),
      Self.leaf(),
    ]
    #expect(throws: ForestError.setOutside(tree: 0, node: 0)) { try builder.append(tree) }
  }

  @Test func everyErrorHasTextAndRemedy() {
    let errors: [ForestError] = [
      .tooManyTrees(limit: 1), .tooManyNodes(limit: 1), .tooManyFeatures(2, limit: 1),
      .tooManyCategories(limit: 1), .emptyTree(0), .tooDeep(tree: 0, limit: 1),
      .childOutside(tree: 0, node: 0, child: 0), .reachedTwice(tree: 0, node: 0),
      .notFinite(tree: 0, node: 0), .featureOutside(tree: 0, node: 0, feature: 0),
      .setOutside(tree: 0, node: 0),
    ]
    #expect(Set(errors.map(\.description)).count == errors.count)
    #expect(errors.allSatisfy { !$0.remedy.isEmpty })
  }
}
