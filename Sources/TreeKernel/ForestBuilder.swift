/// Takes trees as files give them, one after the other, and refuses whatever could lead a row astray.
///
/// A tree is renumbered breadth first while it is checked, with a mark on every node that was reached: what is
/// reached twice is a cycle or has two parents. What is never reached (XGBoost keeps pruned nodes) is left out.
/// Nothing here recurses.
package struct ForestBuilder {
  let featureCount: Int
  let rules: ForestRules
  private(set) var trees: [Tree] = []
  private(set) var covers: [Double] = []
  private(set) var features: [Int32] = []
  private(set) var slots: [Slot] = [Slot(feature: 0, form: .leaf)]
  /// One for each node, from the first tree that asks a set.
  private(set) var tests: [SetTest] = []
  /// The first word is that of nodes that ask no set.
  private(set) var words: [UInt32] = [0]
  /// As in the forest, with thresholds wide enough for both kinds.
  private(set) var nodes: [Node<Double>] = []
  private var slotNumbers: [Slot: Int] = [:]
  private var sets: [[UInt32]] = []
  private var setWordCount = 0
  /// Draft index of each node of the tree at hand in its new order, its depth, and the marks.
  private var order: [Int32] = []
  private var depths: [UInt8] = []
  private var isReached: [Bool] = []

  package init(featureCount: Int, rules: ForestRules) throws(ForestError) {
    guard (1...ForestLimits.features).contains(featureCount) else {
      throw .tooManyFeatures(featureCount, limit: ForestLimits.features)
    }
    self.featureCount = featureCount
    self.rules = rules
  }

  /// Trees so far.
  package var treeCount: Int { trees.count }

  /// Keeps a set of categories, 32 a word, and gives its number.
  package mutating func append<Words: Collection<UInt32>>(set: Words) throws(ForestError) -> Int {
    guard set.count <= 524_288, setWordCount + set.count <= ForestLimits.setWords else {
      throw .tooManyCategories(limit: ForestLimits.setWords)
    }
    setWordCount += set.count
    sets.append(Array(set))
    return sets.count - 1
  }

  /// Checks a tree whose root is the first node of the draft, and keeps it.
  package mutating func append(_ draft: [DraftNode]) throws(ForestError) {
    let tree = trees.count
    guard tree < ForestLimits.trees else { throw .tooManyTrees(limit: ForestLimits.trees) }
    guard !draft.isEmpty else { throw .emptyTree(tree) }
    let root = nodes.count
    guard draft.count <= ForestLimits.nodes, root <= ForestLimits.nodes - draft.count else {
      throw .tooManyNodes(limit: ForestLimits.nodes)
    }
    order.removeAll(keepingCapacity: true)
    depths.removeAll(keepingCapacity: true)
    isReached.removeAll(keepingCapacity: true)
    isReached.append(contentsOf: repeatElement(false, count: draft.count))
    order.append(0)
    depths.append(0)
    isReached[0] = true
    var kept = Tree(root: root, count: 0, depth: 0, nearestLeaf: .max, asksSets: false)
    var position = 0
    while position < order.count {
      let index = Int(order[position])
      let node = draft[index]
      let depth = Int(depths[position])
      if case .leaf(let value) = node.role {
        guard value.isFinite else { throw .notFinite(tree: tree, node: index) }
        nodes.append(Node(threshold: value, column: 0, right: UInt32(root + position)))
        features.append(0)
        kept.depth = max(kept.depth, depth)
        kept.nearestLeaf = min(kept.nearestLeaf, depth)
      } else {
        guard depth < ForestLimits.depth else { throw .tooDeep(tree: tree, limit: ForestLimits.depth) }
        for child in [node.left, node.right] {
          try reach(child, of: index, in: tree, count: draft.count, depth: depth + 1)
        }
        nodes.append(try split(node, index, tree, right: root + order.count - 1))
        features.append(node.feature)
        if case .categories(let set) = node.role {
          try keep(sets[set], missing: node.missing)
          kept.asksSets = true
        }
      }
      if !tests.isEmpty, tests.count < nodes.count { tests.append(SetTest()) }
      covers.append(node.cover)
      position += 1
    }
    kept.count = position
    trees.append(kept)
  }

  private mutating func reach(
    _ child: Int32, of index: Int, in tree: Int, count: Int, depth: Int
  ) throws(ForestError) {
    guard child >= 0, child < count else {
      throw .childOutside(tree: tree, node: index, child: Int(child))
    }
    guard !isReached[Int(child)] else { throw .reachedTwice(tree: tree, node: Int(child)) }
    isReached[Int(child)] = true
    order.append(child)
    depths.append(UInt8(depth))
  }

  private mutating func split(
    _ node: DraftNode, _ index: Int, _ tree: Int, right: Int
  ) throws(ForestError) -> Node<Double> {
    guard node.feature >= 0, node.feature < featureCount else {
      throw .featureOutside(tree: tree, node: index, feature: Int(node.feature))
    }
    switch node.role {
    case .leaf(let threshold), .below(let threshold):
      // Everything finite is below an infinite threshold, and LightGBM has such splits.
      guard threshold.isFinite || threshold == .infinity else { throw .notFinite(tree: tree, node: index) }
      let form: Slot.Form =
        switch node.missing {
        case .nanLeft: .nanLow
        case .nanRight: .nanHigh
        case .zeroLeft: .zeroLow
        case .zeroRight: .zeroHigh
        case .nanIsZero: .nanIsZero
        }
      return Node(threshold: threshold, column: column(node.feature, form), right: UInt32(right))
    case .categories(let set):
      guard sets.indices.contains(set) else { throw .setOutside(tree: tree, node: index) }
      return Node(threshold: .infinity, column: column(node.feature, .category), right: UInt32(right))
    }
  }

  /// Keeps the words of the set of the newest node.
  private mutating func keep(_ set: [UInt32], missing: MissingRule) throws(ForestError) {
    guard words.count + set.count + 2 <= ForestLimits.setWords else {
      throw .tooManyCategories(limit: ForestLimits.setWords)
    }
    while tests.count < nodes.count - 1 { tests.append(SetTest()) }
    tests.append(SetTest(first: UInt32(words.count), last: UInt32(set.count + 1)))
    words.append(missing == .nanLeft ? 0 : .max)
    if rules.membersGoRight { words += set } else { words += set.map { ~$0 } }
    words.append(rules.membersGoRight ? 0 : .max)
  }

  /// Offset of the column of an input in a form.
  private mutating func column(_ feature: Int32, _ form: Slot.Form) -> UInt32 {
    let slot = Slot(feature: Int(feature), form: form)
    let number = slotNumbers[slot] ?? slots.count
    if number == slots.count {
      slotNumbers[slot] = number
      slots.append(slot)
    }
    return UInt32(number * Slot.rows)
  }
}
