internal import Glibc
internal import TreeKernel

/// Reads an XGBoost model (`models.md`, section "XGBoost") from either of its encodings.
///
/// Every field is either read, or listed as one that has no effect on a score; any other ends the reading.
struct XGBoostReader<Cursor: FieldCursor> {
  typealias Failure = TreeEnsembleError

  private var cursor: Cursor
  private var tree = XGBoostTree()
  private var builder: ForestBuilder?
  private var featureCount: Int?
  private var baseScore: Float?
  private var names: [String] = []
  private var version: [Int64] = []
  private var objective: String?
  private var booster: String?
  private var trees = TreeCounts()
  private var bestIteration: Int?

  /// What a file says about how many trees it has.
  private struct TreeCounts {
    var read = 0
    var claimed: Int?
    var parallel: Int?
    var groups = 0
    var featureCount: Int?
    var iterationEnds: [Int64]?
  }

  init(_ cursor: Cursor) { self.cursor = cursor }

  mutating func read() throws(Failure) -> TreeEnsemble {
    try object("the model", ["learner", "version"]) { (reader, key) throws(Failure) in
      switch key {
      case "learner": try reader.learner()
      case "version": reader.version = try reader.integers("version", limit: 3)
      default: return false
      }
      return true
    }
    try cursor.end()
    return try finish()
  }

  // MARK: Objects

  private mutating func learner() throws(Failure) {
    let required = ["gradient_booster", "learner_model_param", "objective"]
    try object("learner", required) { (reader, key) throws(Failure) in
      switch key {
      case "attributes": try reader.attributes()
      case "feature_names": reader.names = try reader.strings("feature_names")
      case "feature_types": _ = try reader.strings("feature_types")
      case "gradient_booster": try reader.gradientBooster()
      case "learner_model_param": try reader.modelParameters()
      case "objective": try reader.readObjective()
      default: return false
      }
      return true
    }
  }

  private mutating func attributes() throws(Failure) {
    try object("attributes", []) { (reader, key) throws(Failure) in
      let value = try reader.cursor.string()
      if key == "best_iteration" { reader.bestIteration = Int(value) }
      return true
    }
  }

  private mutating func gradientBooster() throws(Failure) {
    try object("gradient_booster", ["model", "name"]) { (reader, key) throws(Failure) in
      switch key {
      case "model": try reader.boosterModel()
      case "name": reader.booster = try reader.cursor.string()
      case "gbtree", "weight_drop": throw .unsupportedBooster("dart")
      default: return false
      }
      return true
    }
    if let booster, booster != "gbtree" {
      throw .unsupportedBooster(TreeEnsembleError.shown(booster))
    }
  }

  private mutating func boosterModel() throws(Failure) {
    try object("model", ["gbtree_model_param", "tree_info", "trees"]) { (reader, key) throws(Failure) in
      switch key {
      case "gbtree_model_param": try reader.treeParameters()
      case "tree_info":
        reader.trees.groups = try reader.integers("tree_info", limit: ForestLimits.trees) { $0 == 0 }.count
      case "iteration_indptr":
        reader.trees.iterationEnds = try reader.integers("iteration_indptr", limit: ForestLimits.trees + 1)
      case "trees": try reader.readTrees()
      case "cats": try reader.emptyTable()
      case "boosted_rounds", "weights": throw .unsupportedBooster("gblinear")
      default: return false
      }
      return true
    }
  }

  /// Since 3.1: texts that the library turns into category numbers. Only the empty table has no effect.
  private mutating func emptyTable() throws(Failure) {
    try object("cats", []) { (reader, key) throws(Failure) in
      guard ["enc", "feature_segments", "sorted_idx"].contains(key) else { return false }
      try reader.cursor.beginArray()
      if try reader.cursor.nextElement() { throw .categoryTable }
      return true
    }
  }

  private mutating func treeParameters() throws(Failure) {
    try object("gbtree_model_param", ["num_trees"]) { (reader, key) throws(Failure) in
      switch key {
      case "num_trees": reader.trees.claimed = try reader.count(key)
      case "num_parallel_tree": reader.trees.parallel = try reader.count(key)
      case "size_leaf_vector": if try reader.count(key) > 1 { throw .severalOutputs }
      default: return false
      }
      return true
    }
  }

  private mutating func modelParameters() throws(Failure) {
    let required = ["base_score", "num_class", "num_feature"]
    try object("learner_model_param", required) { (reader, key) throws(Failure) in
      switch key {
      case "base_score": reader.baseScore = try reader.readBaseScore()
      case "num_class", "num_target": if try reader.count(key) > 1 { throw .severalOutputs }
      case "num_feature": reader.featureCount = try reader.count(key)
      case "boost_from_average": _ = try reader.cursor.string()
      default: return false
      }
      return true
    }
  }

  private mutating func readObjective() throws(Failure) {
    try object("objective", ["name"]) { (reader, key) throws(Failure) in
      switch key {
      case "name":
        let name = try reader.cursor.string()
        guard ["binary:logistic", "reg:logistic"].contains(name) else {
          throw .unknownObjective(TreeEnsembleError.shown(name))
        }
        reader.objective = name
      case "reg_loss_param":
        // `scale_pos_weight` weighed the training rows.
        try reader.object(key, []) { (reader, key) throws(Failure) in
          guard key == "scale_pos_weight" else { return false }
          _ = try reader.cursor.string()
          return true
        }
      default: return false
      }
      return true
    }
  }

  /// A probability: a text or number, or, since 3.1, a text that is a list of one.
  private mutating func readBaseScore() throws(Failure) -> Float {
    var text: Substring
    switch try cursor.peek() {
    case .number: return try cursor.float()
    case .string: text = Substring(try cursor.string())
    default: throw .wrongValue("base_score", expected: "a probability")
    }
    if text.first == "[", text.last == "]" { text = text.dropFirst().dropLast() }
    var copy = Array(text.utf8)
    guard let score = copy.withUnsafeMutableBufferPointer({ DecimalText.float(UnsafeBufferPointer($0)) })
    else {
      throw .wrongValue("base_score", expected: "one probability")
    }
    return score
  }

  // MARK: Trees

  private mutating func readTrees() throws(Failure) {
    try cursor.beginArray()
    while try cursor.nextElement() {
      guard trees.read < ForestLimits.trees else {
        throw .trees(.tooManyTrees(limit: ForestLimits.trees))
      }
      tree.clear()
      try object("tree \(trees.read)", XGBoostTree.required) { (reader, key) throws(Failure) in
        try reader.tree.read(key, from: &reader.cursor)
      }
      try keepTree()
      trees.read += 1
    }
  }

  private mutating func keepTree() throws(Failure) {
    // The number of inputs of the model may stand after the trees.
    if let known = trees.featureCount, known != tree.featureCount { throw Self.otherFeatureCount }
    trees.featureCount = tree.featureCount
    do {
      if builder == nil { builder = try Self.builder(featureCount: tree.featureCount) }
      try builder?.append(from: tree)
    } catch let error as ForestError {
      throw .trees(error)
    } catch let error as TreeEnsembleError {
      throw error
    } catch {
      throw .missingField("trees")
    }
  }

  private static var otherFeatureCount: Failure { .wrongValue("num_feature", expected: "that of every tree") }

  private static func builder(featureCount: Int) throws(ForestError) -> ForestBuilder {
    try ForestBuilder(
      featureCount: featureCount, rules: ForestRules(membersGoRight: true, readsTinyAsZero: false))
  }

  private func finish() throws(Failure) -> TreeEnsemble {
    let shownVersion = version.map(String.init).joined(separator: ".")
    guard version.count == 3, version[0] == 1 && version[1] >= 7 || version[0] == 2 || version[0] == 3 else {
      throw .unknownVersion("\(shownVersion) of XGBoost")
    }
    guard trees.claimed == trees.read else {
      throw .wrongLength("trees", expected: trees.claimed ?? 0, found: trees.read)
    }
    guard trees.groups == trees.read else {
      throw .wrongLength("tree_info", expected: trees.read, found: trees.groups)
    }
    try checkIterations()
    guard let featureCount, let baseScore else { throw .missingField("learner_model_param") }
    guard trees.featureCount ?? featureCount == featureCount else { throw Self.otherFeatureCount }
    guard baseScore.isFinite, baseScore > 0, baseScore < 1 else {
      throw .wrongValue("base_score", expected: "a probability above 0 and below 1")
    }
    guard names.isEmpty || names.count == featureCount else {
      throw .wrongLength("feature_names", expected: featureCount, found: names.count)
    }
    // As the library computes it, step by step in binary32.
    let base = -logf(1 / baseScore - 1)
    let forest: ForestBuilder
    do {
      if let builder { forest = builder } else { forest = try Self.builder(featureCount: featureCount) }
    } catch { throw .trees(error) }
    return TreeEnsemble(
      forest: .single(forest, base: base), link: .single, featureNames: names,
      writer: "XGBoost \(shownVersion)")
  }

  /// Rows are scored with all trees; a file that marks fewer as the best could be meant otherwise.
  private func checkIterations() throws(Failure) {
    if let ends = trees.iterationEnds {
      let isAscending = zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 }
      guard ends.first == 0, ends.last == Int64(trees.read), isAscending else {
        throw .wrongValue("iteration_indptr", expected: "a division of the trees")
      }
    }
    let iterations =
      trees.iterationEnds.map { $0.count - 1 } ?? trees.read / max(1, trees.parallel ?? 1)
    if let bestIteration, bestIteration != iterations - 1 {
      throw .earlierIteration(best: bestIteration, iterations: iterations)
    }
  }

  // MARK: Values

  /// Reads an object field by field; `read` says whether it knows a key.
  private mutating func object(
    _ name: String, _ required: [String], _ read: (inout Self, String) throws(Failure) -> Bool
  ) throws(Failure) {
    try cursor.beginObject()
    var seen: Set<String> = []
    while let key = try cursor.nextKey() {
      guard seen.insert(key).inserted else { throw .repeatedField(TreeEnsembleError.shown(key)) }
      guard try read(&self, key) else {
        throw .unknownField("\(TreeEnsembleError.shown(key)) of \(name)")
      }
    }
    for field in required where !seen.contains(field) { throw .missingField("\(field) of \(name)") }
  }

  private mutating func strings(_ field: String) throws(Failure) -> [String] {
    var strings: [String] = []
    try cursor.beginArray()
    while try cursor.nextElement() {
      guard strings.count < ForestLimits.features else {
        throw .trees(.tooManyFeatures(strings.count + 1, limit: ForestLimits.features))
      }
      strings.append(try cursor.string())
    }
    return strings
  }

  private mutating func integers(
    _ field: String, limit: Int, _ isAllowed: (Int64) -> Bool = { $0 >= 0 }
  ) throws(Failure) -> [Int64] {
    var values: [Int64] = []
    try cursor.beginArray()
    while try cursor.nextElement() {
      let value = try cursor.integer()
      guard isAllowed(value) else { throw .wrongValue(field, expected: "in its range") }
      guard values.count < limit else {
        throw .wrongLength(field, expected: limit, found: values.count + 1)
      }
      values.append(value)
    }
    return values
  }

  private mutating func count(_ field: String) throws(Failure) -> Int {
    try Self.count(field, from: &cursor)
  }

  /// A count that XGBoost writes as a text.
  static func count(_ field: String, from cursor: inout Cursor) throws(Failure) -> Int {
    let text = try cursor.string()
    guard text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text)
    else { throw .wrongValue(field, expected: "a count") }
    return value
  }
}
