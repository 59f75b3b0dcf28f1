import Foundation
import Testing
import TreeEnsembles
import TreeKernel

/// One valid model in JSON, changed in one place at a time.
@Suite struct XGBoostRefusalTests {
  /// Two inputs, one tree of three nodes; keys as XGBoost 3.2 writes them.
  private static let model = """
    {"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":[],"gradient_booster":{"model":{\
    "cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},\
    "gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1"},"iteration_indptr":[0,1],"tree_info":[0],\
    "trees":[{"base_weights":[0,1,2],"categories":[],"categories_nodes":[],"categories_segments":[],\
    "categories_sizes":[],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[1,0,0],\
    "parents":[2147483647,0,0],"right_children":[2,-1,-1],"split_conditions":[1.5E0,-2E0,2E0],\
    "split_indices":[1,0,0],"split_type":[0,0,0],"sum_hessian":[3E0,1E0,2E0],\
    "tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"3","size_leaf_vector":"1"}}]},\
    "name":"gbtree"},"learner_model_param":{"base_score":"[5E-1]","boost_from_average":"1","num_class":"0",\
    "num_feature":"2","num_target":"1"},"objective":{"name":"binary:logistic",\
    "reg_loss_param":{"scale_pos_weight":"1"}}},"version":[3,2,0]}
    """

  private static func parse(_ text: String) throws(TreeEnsembleError) -> TreeEnsemble {
    try TreeEnsemble.parse(Array(text.utf8), as: .xgboostJSON)
  }

  private static func parse(_ old: String, _ new: String) throws -> TreeEnsemble {
    try #require(model.components(separatedBy: old).count == 2, "\(old) stands once")
    return try parse(model.replacingOccurrences(of: old, with: new))
  }

  @Test func theModelScores() throws {
    let evaluator = try Self.parse(Self.model).makeEvaluator()
    #expect(evaluator.margins([[0, 1], [0, 1.5], [0, .nan]]) == [-2, 2, -2])
  }

  @Test(
    "the base score may be a text, a number or a list of one, and means the same",
    arguments: ["\"2.5E-1\"", "0.25", "\"[2.5E-1]\"", "\"0.25\""])
  func baseScoreHasThreeForms(form: String) throws {
    let evaluator = try Self.parse("\"[5E-1]\"", form).makeEvaluator()
    #expect(evaluator.margins([[0, 1]])[0] == Double(Float(-2) - Float(1.0986123)))
  }

  @Test(
    "a base score that is no single probability is refused",
    arguments: [
      "\"[]\"", "\"[1E-1,2E-1]\"", "\"0\"", "\"1\"", "\"-1E-1\"", "\"x\"", "\"\"", "[0.5]", "null", "\"nan\"",
      "NaN",
    ])
  func baseScoreIsOneProbability(form: String) {
    let error = #expect(throws: TreeEnsembleError.self) { try Self.parse("\"[5E-1]\"", form) }
    #expect(error?.description.contains("base_score") == true)
  }

  @Test(
    "names what it does not read",
    arguments: [
      ("[3,2,0]", "[1,6,2]", TreeEnsembleError.unknownVersion("1.6.2 of XGBoost")),
      ("[3,2,0]", "[4,0,0]", .unknownVersion("4.0.0 of XGBoost")),
      ("[3,2,0]", "[3,2]", .unknownVersion("3.2 of XGBoost")),
      ("binary:logistic", "binary:logitraw", .unknownObjective("binary:logitraw")),
      ("binary:logistic", "multi:softprob", .unknownObjective("multi:softprob")),
      ("\"name\":\"gbtree\"", "\"name\":\"gblinear\"", .unsupportedBooster("gblinear")),
      ("\"name\":\"gbtree\"", "\"gbtree\":{},\"name\":\"dart\"", .unsupportedBooster("dart")),
      ("\"cats\":{\"enc\":[]", "\"weights\":[],\"cats\":{\"enc\":[]", .unsupportedBooster("gblinear")),
      ("\"num_target\":\"1\"", "\"num_target\":\"2\"", .severalOutputs),
      ("\"num_class\":\"0\"", "\"num_class\":\"3\"", .severalOutputs),
      ("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"2\"", .severalOutputs),
      ("\"base_weights\"", "\"leaf_weights\":[],\"base_weights\"", .severalOutputs),
      ("\"enc\":[]", "\"enc\":[{\"offsets\":[0]}]", .categoryTable),
      (
        "\"attributes\":{}", "\"attributes\":{\"best_iteration\":\"4\"}",
        .earlierIteration(best: 4, iterations: 1)
      ),
      ("\"version\":", "\"config\":{},\"version\":", .unknownField("config of the model")),
      ("\"feature_types\":[]", "\"scale\":2,\"feature_types\":[]", .unknownField("scale of learner")),
      ("\"id\":0", "\"id\":0,\"leaf_scale\":[1]", .unknownField("leaf_scale of tree 0")),
      ("\"num_deleted\":\"0\"", "\"shrink\":\"0\"", .unknownField("shrink of tree_param")),
      ("\"scale_pos_weight\"", "\"threshold\"", .unknownField("threshold of reg_loss_param")),
    ])
  func unknownIsNamed(old: String, new: String, expected: TreeEnsembleError) {
    #expect(throws: expected) { try Self.parse(old, new) }
  }

  @Test(
    "lists that do not belong together are refused",
    arguments: [
      (
        "\"num_nodes\":\"3\"", "\"num_nodes\":\"1000000000\"",
        TreeEnsembleError.wrongLength("left_children", expected: 1_000_000_000, found: 3)
      ),
      (
        "\"num_trees\":\"1\"", "\"num_trees\":\"1000000000\"",
        .wrongLength("trees", expected: 1_000_000_000, found: 1)
      ),
      ("\"tree_info\":[0]", "\"tree_info\":[0,0]", .wrongLength("tree_info", expected: 1, found: 2)),
      ("\"tree_info\":[0]", "\"tree_info\":[1]", .wrongValue("tree_info", expected: "in its range")),
      (
        "[0,1],\"tree_info\"", "[0,2],\"tree_info\"",
        .wrongValue("iteration_indptr", expected: "a division of the trees")
      ),
      ("[\"a\",\"b\"]", "[\"a\"]", .wrongLength("feature_names", expected: 2, found: 1)),
      (
        "\"default_left\":[1,0,0]", "\"default_left\":[1,0]",
        .wrongLength("default_left", expected: 3, found: 2)
      ),
      ("[3E0,1E0,2E0]", "[3E0,1E0,2E0,1E0]", .wrongLength("sum_hessian", expected: 3, found: 4)),
      (
        "\"default_left\":[1,0,0]", "\"default_left\":[2,0,0]",
        .wrongValue("default_left", expected: "of 0 and 1")
      ),
      ("\"split_type\":[0,0,0]", "\"split_type\":[2,0,0]", .wrongValue("split_type", expected: "of 0 and 1")),
      (
        "\"num_feature\":\"2\",\"num_nodes\"", "\"num_feature\":\"3\",\"num_nodes\"",
        .wrongValue("num_feature", expected: "that of every tree")
      ),
      (
        "\"split_indices\":[1,0,0]", "\"split_indices\":[9999999999,0,0]",
        .wrongValue("split_indices", expected: "of 32-bit numbers")
      ),
    ])
  func lengthsAgree(old: String, new: String, expected: TreeEnsembleError) {
    #expect(throws: expected) { try Self.parse(old, new) }
  }

  @Test(
    "a tree that could lead a row astray is refused",
    arguments: [
      (
        "\"left_children\":[1,-1,-1]", "\"left_children\":[0,-1,-1]",
        ForestError.reachedTwice(tree: 0, node: 0)
      ),
      (
        "\"left_children\":[1,-1,-1]", "\"left_children\":[3,-1,-1]",
        .childOutside(tree: 0, node: 0, child: 3)
      ),
      (
        "\"right_children\":[2,-1,-1]", "\"right_children\":[-1,-1,-1]",
        .childOutside(tree: 0, node: 0, child: -1)
      ),
      (
        "\"split_indices\":[1,0,0]", "\"split_indices\":[2,0,0]",
        .featureOutside(tree: 0, node: 0, feature: 2)
      ),
      ("[1.5E0,-2E0,2E0]", "[NaN,-2E0,2E0]", .notFinite(tree: 0, node: 0)),
      ("[1.5E0,-2E0,2E0]", "[Infinity,-2E0,2E0]", .notFinite(tree: 0, node: 0)),
      ("[1.5E0,-2E0,2E0]", "[1.5E0,1E39,2E0]", .notFinite(tree: 0, node: 1)),
      ("\"split_type\":[0,0,0]", "\"split_type\":[1,0,0]", .setOutside(tree: 0, node: 0)),
    ])
  func unsafeTreeIsRefused(old: String, new: String, expected: ForestError) {
    #expect(throws: TreeEnsembleError.trees(expected)) { try Self.parse(old, new) }
  }

  @Test(
    "sets of categories stay in their lists",
    arguments: [
      ("[0],\"categories_segments\":[0],\"categories_sizes\":[3]", "categories_segments"),
      ("[0],\"categories_segments\":[-1],\"categories_sizes\":[1]", "categories_segments"),
      ("[3],\"categories_segments\":[0],\"categories_sizes\":[2]", "categories_nodes"),
      ("[1],\"categories_segments\":[0],\"categories_sizes\":[2]", "categories_nodes"),
      ("[0,0],\"categories_segments\":[0,0],\"categories_sizes\":[1,1]", "categories_nodes"),
      ("[0],\"categories_segments\":[],\"categories_sizes\":[2]", "categories_segments"),
    ])
  func setsAreInside(lists: String, field: String) throws {
    let categorical = Self.model.replacingOccurrences(
      of: "\"split_type\":[0,0,0]", with: "\"split_type\":[1,0,0]")
    let old = "\"categories\":[],\"categories_nodes\":[],\"categories_segments\":[],\"categories_sizes\":[]"
    let start = "\"categories\":[1,40],\"categories_nodes\":"
    let valid = categorical.replacingOccurrences(
      of: old, with: start + "[0],\"categories_segments\":[0],\"categories_sizes\":[2]")
    let evaluator = try Self.parse(valid).makeEvaluator()
    // Rounded to binary32 before it is truncated, a number just below 1 is 1.
    let margins = evaluator.margins([
      [0, 1], [0, 40], [0, 0.999_999_999_9], [0, 41], [0, -1], [0, .nan],
    ])
    #expect(margins == [2, 2, 2, -2, -2, -2])
    let error = #expect(throws: TreeEnsembleError.self) {
      try Self.parse(categorical.replacingOccurrences(of: old, with: start + lists))
    }
    #expect(error?.description.contains(field) == true, "\(String(describing: error))")
    #expect(throws: TreeEnsembleError.wrongValue("categories", expected: "of numbers below 2^24")) {
      try Self.parse(valid.replacingOccurrences(of: "[1,40]", with: "[1,16777216]"))
    }
  }

  @Test("JSON that is not whole, or more than that, is refused")
  func jsonIsStrict() {
    let bytes = Array(Self.model.utf8)
    for count in [0, 1, 2, 20, 400, bytes.count - 1] {
      #expect(throws: TreeEnsembleError.self, "\(count) bytes") {
        try TreeEnsemble.parse(Array(bytes.prefix(count)), as: .xgboostJSON)
      }
    }
    for (old, new) in [
      ("[1.5E0,", "[01.5E0,"), ("[1.5E0,", "[1.5E0,,"), ("[1.5E0,", "[1.,"), ("[1.5E0,", "[.5,"),
      ("[1.5E0,", "[+1,"), ("[1.5E0,", "[nan,"), ("[1.5E0,", "[0x1,"), ("[1.5E0,", "[\"1\","),
      ("[0,1],\"tree_info\"", "[0,1,],\"tree_info\""), ("[\"a\",", "[\"\u{0}a\","),
      ("[\"a\",", "[\"\\u0000\","), ("[\"a\",", "[\"\\ud800\","), ("[\"a\",", "[\"\\x\","),
      ("\"attributes\":{}", "\"attributes\":{\"a\":\"1\",\"a\":\"1\"}"),
      ("\"attributes\":{}", "\"attributes\":[]"),
      ("\"id\":0", "\"id\":0,\"id\":0"), ("\"id\":0", "\"id\":tru"),
      ("\"num_nodes\":\"3\"", "\"num_nodes\":3"),
      ("\"split_type\":[0,0,0],", ""), ("\"base_score\":\"[5E-1]\",", ""), ("\"version\":[3,2,0]", "\"v\":1"),
    ] {
      #expect(throws: TreeEnsembleError.self, "\(new)") { try Self.parse(old, new) }
    }
    #expect(throws: TreeEnsembleError.bytesAfterEnd(.xgboostJSON, at: bytes.count)) {
      try Self.parse(Self.model + "{}")
    }
    #expect((try? Self.parse(" \n" + Self.model + "\n")) != nil)
    #expect((try? Self.parse("[\"a\",", "[\"\\u00e9\\ud83d\\ude00\\n\","))?.featureNames.first == "é😀\n")
  }

  @Test("values nested a million deep are refused without recursion")
  func nestingIsBounded() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let deep = String(repeating: open, count: 1_000_000) + "1" + String(repeating: close, count: 1_000_000)
      let error = #expect(throws: TreeEnsembleError.self) { try Self.parse("\"id\":0", "\"id\":" + deep) }
      guard case .nestedTooDeep = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    #expect((try? Self.parse("\"id\":0", "\"id\":[[{\"a\":[true,null,\"x\",1]}]]")) != nil)
  }

  @Test func fileOfMoreThan64MiBIsRefused() {
    let bytes = [UInt8](repeating: 0x20, count: TreeEnsemble.fileLimit + 1)
    for format in TreeFormat.allCases {
      #expect(throws: TreeEnsembleError.fileTooLarge(limit: 67_108_864)) {
        try TreeEnsemble.parse(bytes, as: format)
      }
    }
  }
}
