internal import TreeKernel

/// The lists of one tree of a LightGBM model. Splits and leaves are numbered apart: a child below zero is leaf
/// `~child`.
struct LightGBMTree {
  typealias Failure = TreeEnsembleError

  private var leafCount = 0
  private var setCount = 0
  private var features: [Int64] = []
  private var thresholds: [Double] = []
  private var decisions: [Int64] = []
  private var left: [Int64] = []
  private var right: [Int64] = []
  private var leafValues: [Double] = []
  private var leafCovers: [Double] = []
  private var covers: [Double] = []
  private var setEnds: [Int64] = []
  private var setWords: [Int64] = []

  /// Reads the fields up to an empty line.
  mutating func read(from lines: inout LightGBMLines) throws(Failure) {
    self = LightGBMTree()
    var seen: Set<String> = []
    while true {
      let line = try lines.next()
      if line.isEmpty { break }
      let (key, value) = LightGBMLines.field(line)
      guard seen.insert(key).inserted else { throw .repeatedField(TreeEnsembleError.shown(key)) }
      try read(key, value)
    }
    var required = ["num_leaves", "num_cat", "leaf_value"]
    if leafCount > 1 {
      required += ["split_feature", "threshold", "decision_type", "left_child", "right_child"]
    }
    if setCount > 0 { required += ["cat_boundaries", "cat_threshold"] }
    for field in required where !seen.contains(field) { throw .missingField(field) }
    try checkLengths()
  }

  private mutating func read(_ key: String, _ value: LightGBMLines.Line) throws(Failure) {
    switch key {
    case "num_leaves": leafCount = try count(key, value)
    case "num_cat": setCount = try count(key, value)
    case "split_feature": features = try LightGBMLines.integers(key, value)
    // A split of what is missing from what is not has an infinite threshold.
    case "threshold": thresholds = try LightGBMLines.numbers(key, value, isEndlessAllowed: true)
    case "decision_type": decisions = try LightGBMLines.integers(key, value)
    case "left_child": left = try LightGBMLines.integers(key, value)
    case "right_child": right = try LightGBMLines.integers(key, value)
    case "leaf_value": leafValues = try LightGBMLines.numbers(key, value)
    case "leaf_count": leafCovers = try LightGBMLines.numbers(key, value)
    case "internal_count": covers = try LightGBMLines.numbers(key, value)
    case "cat_boundaries": setEnds = try LightGBMLines.integers(key, value)
    case "cat_threshold": setWords = try LightGBMLines.integers(key, value)
    case "is_linear": if try count(key, value) != 0 { throw .linearTrees }
    // How the tree was grown; the shrinkage is in the leaf values already.
    case "split_gain", "leaf_weight", "internal_value", "internal_weight", "shrinkage": break
    case "leaf_const", "num_features", "leaf_features", "leaf_coeff": throw .linearTrees
    default: throw .unknownField("\(TreeEnsembleError.shown(key)) of a tree")
    }
  }

  private func count(_ field: String, _ value: LightGBMLines.Line) throws(Failure) -> Int {
    let numbers = try LightGBMLines.integers(field, value)
    guard numbers.count == 1, let number = numbers.first, (0...0x7FFF_FFFF).contains(number) else {
      throw .wrongValue(field, expected: "a count")
    }
    return Int(number)
  }

  private func checkLengths() throws(Failure) {
    guard leafCount > 0 else { throw .wrongValue("num_leaves", expected: "above zero") }
    guard leafValues.count == leafCount else {
      throw .wrongLength("leaf_value", expected: leafCount, found: leafValues.count)
    }
    let splits = [
      ("split_feature", features.count), ("threshold", thresholds.count), ("decision_type", decisions.count),
      ("left_child", left.count), ("right_child", right.count),
    ]
    for (name, count) in splits where count != leafCount - 1 {
      throw .wrongLength(name, expected: leafCount - 1, found: count)
    }
    // Counts may be left out: they explain scores and do not make them.
    guard covers.isEmpty || covers.count == leafCount - 1 else {
      throw .wrongLength("internal_count", expected: leafCount - 1, found: covers.count)
    }
    guard leafCovers.isEmpty || leafCovers.count == leafCount else {
      throw .wrongLength("leaf_count", expected: leafCount, found: leafCovers.count)
    }
    // Where there is no set, there are no ends and no words either.
    let ends = setCount > 0 ? setCount + 1 : 0
    guard setEnds.count == ends else {
      throw .wrongLength("cat_boundaries", expected: ends, found: setEnds.count)
    }
    guard setCount > 0 else {
      guard setWords.isEmpty else { throw .wrongLength("cat_threshold", expected: 0, found: setWords.count) }
      return
    }
    guard setEnds.first == 0, setEnds.last == Int64(setWords.count),
      zip(setEnds, setEnds.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .wrongValue("cat_boundaries", expected: "a division of cat_threshold") }
    guard setWords.allSatisfy({ (0...0xFFFF_FFFF).contains($0) }) else {
      throw .wrongValue("cat_threshold", expected: "of words of 32 bits")
    }
  }

  /// The sets of categories, 32 a word.
  var categorySets: [[UInt32]] {
    zip(setEnds, setEnds.dropFirst()).map { start, end in
      setWords[Int(start)..<Int(end)].map { UInt32(truncatingIfNeeded: $0) }
    }
  }

  /// Splits in the file's order, then leaves; `firstSet` is the number of the tree's first set.
  func draft(firstSet: Int) throws(Failure) -> [DraftNode] {
    let splitCount = leafCount - 1
    // A tree of one leaf has no split, and its leaf is the root.
    func index(_ child: Int64) -> Int32 {
      let node = child < 0 ? Int64(splitCount) + ~child : child
      let isThere = child < 0 ? ~child < leafCount : child < splitCount
      return isThere ? Int32(node) : Int32.max
    }
    var nodes: [DraftNode] = []
    nodes.reserveCapacity(splitCount + leafCount)
    for split in 0..<splitCount {
      let (role, missing) = try decision(split, firstSet: firstSet)
      nodes.append(
        DraftNode(
          role, left: index(left[split]), right: index(right[split]),
          feature: Int32(exactly: features[split]) ?? -1, missing: missing,
          cover: covers.isEmpty ? .nan : covers[split]))
    }
    for leaf in 0..<leafCount {
      nodes.append(DraftNode(leaf: leafValues[leaf], cover: leafCovers.isEmpty ? .nan : leafCovers[leaf]))
    }
    return nodes
  }

  /// Bit 0 of a decision says that it asks a set, bit 1 that missing goes left, bits 2 and 3 what is missing.
  private func decision(
    _ split: Int, firstSet: Int
  ) throws(Failure) -> (DraftNode.Role, MissingRule) {
    let decision = decisions[split]
    guard (0..<12).contains(decision) else {
      throw .wrongValue("decision_type", expected: "of known decisions")
    }
    if decision & 1 == 1 {
      // A set takes no missing value: it goes right, whatever the other bits say.
      guard let set = Int(exactly: thresholds[split]), (0..<setCount).contains(set) else {
        throw .wrongValue("threshold", expected: "of sets that are there")
      }
      return (.categories(firstSet + set), .nanRight)
    }
    // At most the threshold is the same as below the next number.
    let role = DraftNode.Role.below(thresholds[split].nextUp)
    let goesLeft = decision & 2 == 2
    switch decision >> 2 {
    case 0: return (role, .nanIsZero)
    case 1: return (role, goesLeft ? .zeroLeft : .zeroRight)
    default: return (role, goesLeft ? .nanLeft : .nanRight)
    }
  }
}

extension ForestBuilder {
  /// Keeps a tree of LightGBM with its sets.
  mutating func append(from tree: LightGBMTree) throws {
    var first = 0
    for (index, words) in tree.categorySets.enumerated() {
      let number = try append(set: words)
      if index == 0 { first = number }
    }
    try append(tree.draft(firstSet: first))
  }
}
