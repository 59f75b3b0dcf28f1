internal import TreeKernel

/// The lists of one tree of an XGBoost model, as they stand in the file.
struct XGBoostTree {
  typealias Failure = TreeEnsembleError

  static let required = [
    "categories", "categories_nodes", "categories_segments", "categories_sizes", "default_left",
    "left_children", "right_children", "split_conditions", "split_indices", "split_type", "sum_hessian",
    "tree_param",
  ]

  private(set) var featureCount = 0
  private var nodeCount = 0
  private var left: [Int32] = []
  private var right: [Int32] = []
  private var features: [Int32] = []
  private var defaultsLeft: [Int32] = []
  private var splitTypes: [Int32] = []
  private var conditions: [Float] = []
  private var covers: [Float] = []
  private var categories: [Int32] = []
  private var setNodes: [Int32] = []
  private var setStarts: [Int32] = []
  private var setSizes: [Int32] = []

  mutating func clear() {
    for list in [
      \Self.left, \.right, \.features, \.defaultsLeft, \.splitTypes, \.categories, \.setNodes, \.setStarts,
      \.setSizes,
    ] {
      self[keyPath: list].removeAll(keepingCapacity: true)
    }
    conditions.removeAll(keepingCapacity: true)
    covers.removeAll(keepingCapacity: true)
  }

  /// Reads the value of a field; `false` for a field that is not known.
  mutating func read<Cursor: FieldCursor>(
    _ key: String, from cursor: inout Cursor
  ) throws(Failure) -> Bool {
    switch key {
    case "left_children": try integers(key, into: \.left, from: &cursor)
    case "right_children": try integers(key, into: \.right, from: &cursor)
    case "split_indices": try integers(key, into: \.features, from: &cursor)
    case "default_left": try integers(key, into: \.defaultsLeft, from: &cursor)
    case "split_type": try integers(key, into: \.splitTypes, from: &cursor)
    case "categories": try integers(key, into: \.categories, from: &cursor)
    case "categories_nodes": try integers(key, into: \.setNodes, from: &cursor)
    case "categories_segments": try integers(key, into: \.setStarts, from: &cursor)
    case "categories_sizes": try integers(key, into: \.setSizes, from: &cursor)
    case "split_conditions": try floats(into: \.conditions, from: &cursor)
    case "sum_hessian": try floats(into: \.covers, from: &cursor)
    case "tree_param": try parameters(from: &cursor)
    // Parents follow from children; the rest is how the tree was grown.
    case "parents", "base_weights", "loss_changes", "id": try cursor.skip()
    case "leaf_weights": throw .severalOutputs
    default: return false
    }
    return true
  }

  private mutating func parameters<Cursor: FieldCursor>(from cursor: inout Cursor) throws(Failure) {
    var seen: Set<String> = []
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      guard seen.insert(key).inserted else { throw .repeatedField(TreeEnsembleError.shown(key)) }
      let value = try XGBoostReader<Cursor>.count(TreeEnsembleError.shown(key), from: &cursor)
      switch key {
      case "num_nodes": nodeCount = value
      case "num_feature": featureCount = value
      case "size_leaf_vector": if value > 1 { throw .severalOutputs }
      case "num_deleted": break
      default: throw .unknownField("\(TreeEnsembleError.shown(key)) of tree_param")
      }
    }
    for field in ["num_nodes", "num_feature"] where !seen.contains(field) {
      throw .missingField("\(field) of tree_param")
    }
  }

  private mutating func integers<Cursor: FieldCursor>(
    _ field: String, into list: WritableKeyPath<Self, [Int32]>, from cursor: inout Cursor
  ) throws(Failure) {
    // Taken out while it grows, so that it is not copied.
    var values: [Int32] = []
    swap(&values, &self[keyPath: list])
    try cursor.beginArray()
    while try cursor.nextElement() {
      guard let value = Int32(exactly: try cursor.integer()) else {
        throw .wrongValue(field, expected: "of 32-bit numbers")
      }
      values.append(value)
    }
    swap(&values, &self[keyPath: list])
  }

  private mutating func floats<Cursor: FieldCursor>(
    into list: WritableKeyPath<Self, [Float]>, from cursor: inout Cursor
  ) throws(Failure) {
    var values: [Float] = []
    swap(&values, &self[keyPath: list])
    try cursor.beginArray()
    while try cursor.nextElement() { values.append(try cursor.float()) }
    swap(&values, &self[keyPath: list])
  }

  /// Checks that the lists belong together.
  func checkLengths() throws(Failure) {
    let lists = [
      ("left_children", left.count), ("right_children", right.count), ("split_indices", features.count),
      ("default_left", defaultsLeft.count), ("split_type", splitTypes.count),
      ("split_conditions", conditions.count), ("sum_hessian", covers.count),
    ]
    for (name, count) in lists where count != nodeCount {
      throw .wrongLength(name, expected: nodeCount, found: count)
    }
    for (name, list) in [("categories_segments", setStarts), ("categories_sizes", setSizes)]
    where list.count != setNodes.count {
      throw .wrongLength(name, expected: setNodes.count, found: list.count)
    }
    for (name, list) in [("split_type", splitTypes), ("default_left", defaultsLeft)] {
      guard list.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw .wrongValue(name, expected: "of 0 and 1") }
    }
  }

  /// The nodes in the file's own order; `sets` has the number of each node's set.
  func draft(sets: [Int32: Int]) -> [DraftNode] {
    (0..<nodeCount).map { node in
      let cover = Double(covers[node])
      if left[node] == -1, right[node] == -1 {
        return DraftNode(leaf: Double(conditions[node]), cover: cover)
      }
      // What cannot be, a set that is not there or an infinite threshold, is refused where a row can reach it.
      let threshold = conditions[node].isFinite ? Double(conditions[node]) : .nan
      let role: DraftNode.Role =
        splitTypes[node] == 1 ? .categories(sets[Int32(node)] ?? -1) : .below(threshold)
      return DraftNode(
        role, left: left[node], right: right[node], feature: features[node],
        missing: defaultsLeft[node] == 1 ? .nanLeft : .nanRight, cover: cover)
    }
  }

  /// The sets of categories, with the nodes that they belong to.
  func categorySets() throws(Failure) -> [(node: Int32, words: [UInt32])] {
    var sets: [(node: Int32, words: [UInt32])] = []
    for ((node, start), size) in zip(zip(setNodes, setStarts), setSizes) {
      guard start >= 0, size >= 0, Int(start) + Int(size) <= categories.count else {
        throw .wrongValue("categories_segments", expected: "within the categories")
      }
      guard node >= 0, node < nodeCount, splitTypes[Int(node)] == 1 else {
        throw .wrongValue("categories_nodes", expected: "of splits by category")
      }
      let members = categories[Int(start)..<Int(start) + Int(size)]
      guard members.allSatisfy({ (0..<16_777_216).contains($0) }) else {
        throw .wrongValue("categories", expected: "of numbers below 2^24")
      }
      var words = [UInt32](repeating: 0, count: Int(members.max() ?? -1) / 32 + 1)
      for member in members { words[Int(member >> 5)] |= 1 << UInt32(member & 31) }
      sets.append((node, words))
    }
    return sets
  }
}

extension ForestBuilder {
  /// Keeps a tree of XGBoost with its sets.
  mutating func append(from tree: XGBoostTree) throws {
    try tree.checkLengths()
    var numbers: [Int32: Int] = [:]
    for (node, words) in try tree.categorySets() {
      guard numbers.updateValue(try append(set: words), forKey: node) == nil else {
        throw TreeEnsembleError.wrongValue("categories_nodes", expected: "of different nodes")
      }
    }
    try append(tree.draft(sets: numbers))
  }
}
