import Foundation
import Testing
import TreeEnsembles
import TreeKernel

/// One valid model as text, changed in one place at a time.
@Suite struct LightGBMRefusalTests {
  private static let model = """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    label_index=0
    max_feature_idx=1
    objective=binary sigmoid:2
    feature_names=a b
    feature_infos=[0:1] 0:1:2
    tree_sizes=400

    Tree=0
    num_leaves=3
    num_cat=1
    split_feature=0 1
    split_gain=3 1
    threshold=1.5 0
    decision_type=10 1
    left_child=-1 -2
    right_child=1 -3
    leaf_value=1 2 4
    leaf_weight=1 1 1
    leaf_count=5 6 7
    internal_value=0 0
    internal_weight=0 0
    internal_count=18 13
    cat_boundaries=0 2
    cat_threshold=2 1
    is_linear=0
    shrinkage=0.1


    end of trees

    feature_importances:
    a=1

    parameters:
    [boosting: gbdt]
    [linear_tree: 0]

    end of parameters

    pandas_categorical:null

    """

  private static func parse(_ text: String) throws(TreeEnsembleError) -> TreeEnsemble {
    try TreeEnsemble.parse(Array(text.utf8), as: .lightGBMText)
  }

  private static func parse(_ old: String, _ new: String) throws -> TreeEnsemble {
    try #require(model.components(separatedBy: old).count == 2, "\(old) stands once")
    return try parse(model.replacingOccurrences(of: old, with: new))
  }

  /// The number of sets says how many there are, not whether the rest is looked at.
  @Test func treeWithoutSetsHasNoPartsOfSets() {
    let model = Self.model.replacingOccurrences(of: "num_cat=1", with: "num_cat=0")
    for ends in ["72 24 151", "0", "-1 5", "4294967296 -4294967296"] {
      let count = ends.split(separator: " ").count
      #expect(throws: TreeEnsembleError.wrongLength("cat_boundaries", expected: 0, found: count)) {
        try Self.parse(model.replacingOccurrences(of: "cat_boundaries=0 2", with: "cat_boundaries=\(ends)"))
      }
    }
    #expect(throws: TreeEnsembleError.wrongLength("cat_threshold", expected: 0, found: 2)) {
      try Self.parse(model.replacingOccurrences(of: "cat_boundaries=0 2\n", with: ""))
    }
  }

  @Test func theModelScores() throws {
    let evaluator = try Self.parse(Self.model).makeEvaluator()
    // Categories 1 and 32 are in the set; nothing, a negative number and other categories are not.
    let rows: [[Double]] = [
      [1.5, 9], [.nan, 9], [2, 1], [2, 32], [2, 0], [2, -1], [2, .nan], [2, 1e30], [2, 1.9],
    ]
    #expect(evaluator.margins(rows) == [1, 1, 2, 2, 4, 4, 4, 4, 2])
    #expect(evaluator.probabilities([[0, 0]]) == [1 / (1 + exp(-2))])
  }

  @Test(
    "what may be left out or repeated without effect is taken",
    arguments: [
      ("version=v4", "version=v3"), ("leaf_count=5 6 7\n", ""), ("is_linear=0\n", ""),
      ("pandas_categorical:null", "pandas_categorical:[]"), ("pandas_categorical:null\n", ""),
      ("label_index=0", "label_index=0\nmonotone_constraints=0 1"), ("a=1\n", ""),
      ("threshold=1.5 0", "threshold=inf 0"),
    ])
  func effectlessIsTaken(old: String, new: String) throws {
    #expect(try Self.parse(old, new).treeCount == 1)
  }

  @Test("without counts a model scores and cannot be explained")
  func countsAreOptional() throws {
    let evaluator = try Self.parse("internal_count=18 13\n", "").makeEvaluator()
    #expect(evaluator.margins([[2, 1]]) == [2])
    #expect(throws: ContributionError.coverMissing(tree: 0)) { try evaluator.contributions([[2, 1]]) }
  }

  @Test(
    "names what it does not read",
    arguments: [
      ("version=v4", "version=v2", TreeEnsembleError.unknownVersion("v2 of LightGBM's format")),
      ("objective=binary sigmoid:2", "objective=regression", .unknownObjective("regression")),
      ("objective=binary sigmoid:2", "objective=cross_entropy", .unknownObjective("cross_entropy")),
      (
        "objective=binary sigmoid:2", "objective=binary",
        .wrongValue("objective", expected: "\"binary sigmoid:\" and a number")
      ),
      ("sigmoid:2", "sigmoid:0", .wrongValue("objective", expected: "of a slope above zero")),
      ("sigmoid:2", "sigmoid:nan", .notFinite("objective")),
      ("num_class=1", "num_class=3", .severalOutputs),
      ("num_tree_per_iteration=1", "num_tree_per_iteration=3", .severalOutputs),
      ("label_index=0", "label_index=0\naverage_output", .averagedTrees),
      ("is_linear=0", "is_linear=1", .linearTrees),
      ("shrinkage=0.1", "leaf_const=1 2 3\nshrinkage=0.1", .linearTrees),
      ("pandas_categorical:null", "pandas_categorical:[[\"x\"]]", .categoryTable),
      ("label_index=0", "label_index=0\nnew_link=1", .unknownField("new_link")),
      ("shrinkage=0.1", "shrinkage=0.1\nleaf_scale=2", .unknownField("leaf_scale of a tree")),
      ("label_index=0", "label_index=0\nlabel_index=0", .repeatedField("label_index")),
      ("shrinkage=0.1", "shrinkage=0.1\nshrinkage=0.1", .repeatedField("shrinkage")),
      ("num_class=1\n", "", .missingField("num_class")),
      ("leaf_value=1 2 4\n", "", .missingField("leaf_value")),
      ("cat_threshold=2 1\n", "", .missingField("cat_threshold")),
    ])
  func unknownIsNamed(old: String, new: String, expected: TreeEnsembleError) {
    #expect(throws: expected) { try Self.parse(old, new) }
  }

  @Test(
    "lists that do not belong together are refused",
    arguments: [
      (
        "num_leaves=3", "num_leaves=1000000000",
        TreeEnsembleError.wrongLength("leaf_value", expected: 1_000_000_000, found: 3)
      ),
      ("num_leaves=3", "num_leaves=0", .wrongValue("num_leaves", expected: "above zero")),
      ("split_feature=0 1", "split_feature=0", .wrongLength("split_feature", expected: 2, found: 1)),
      ("internal_count=18 13", "internal_count=18", .wrongLength("internal_count", expected: 2, found: 1)),
      ("leaf_count=5 6 7", "leaf_count=5 6", .wrongLength("leaf_count", expected: 3, found: 2)),
      ("feature_names=a b", "feature_names=a", .wrongLength("feature_names", expected: 2, found: 1)),
      ("tree_sizes=400", "tree_sizes=400 400", .wrongLength("tree_sizes", expected: 1, found: 2)),
      (
        "cat_boundaries=0 2", "cat_boundaries=0 3",
        .wrongValue("cat_boundaries", expected: "a division of cat_threshold")
      ),
      ("cat_boundaries=0 2", "cat_boundaries=0 1 2", .wrongLength("cat_boundaries", expected: 2, found: 3)),
      ("num_cat=1", "num_cat=0", .wrongLength("cat_boundaries", expected: 0, found: 2)),
      (
        "cat_threshold=2 1", "cat_threshold=2 4294967296",
        .wrongValue("cat_threshold", expected: "of words of 32 bits")
      ),
      ("threshold=1.5 0", "threshold=1.5 1", .wrongValue("threshold", expected: "of sets that are there")),
      ("threshold=1.5 0", "threshold=1.5 0.5", .wrongValue("threshold", expected: "of sets that are there")),
      ("threshold=1.5 0", "threshold=nan 0", .notFinite("threshold")),
      ("threshold=1.5 0", "threshold=1e999 0", .notFinite("threshold")),
      ("leaf_value=1 2 4", "leaf_value=1 inf 4", .notFinite("leaf_value")),
      ("leaf_value=1 2 4", "leaf_value=1 0x2 4", .wrongValue("leaf_value", expected: "a list of numbers")),
      (
        "decision_type=10 1", "decision_type=14 1",
        .wrongValue("decision_type", expected: "of known decisions")
      ),
      (
        "decision_type=10 1", "decision_type=16 1",
        .wrongValue("decision_type", expected: "of known decisions")
      ),
      ("left_child=-1 -2", "left_child=-1 2", .trees(.childOutside(tree: 0, node: 1, child: 2_147_483_647))),
      ("left_child=-1 -2", "left_child=-1 -4", .trees(.childOutside(tree: 0, node: 1, child: 2_147_483_647))),
      ("left_child=-1 -2", "left_child=-1 0", .trees(.reachedTwice(tree: 0, node: 0))),
      ("left_child=-1 -2", "left_child=-1 -1", .trees(.reachedTwice(tree: 0, node: 2))),
      ("split_feature=0 1", "split_feature=0 2", .trees(.featureOutside(tree: 0, node: 1, feature: 2))),
      (
        "max_feature_idx=1", "max_feature_idx=99999999",
        .wrongLength("feature_names", expected: 100_000_000, found: 2)
      ),
    ])
  func listsBelongTogether(old: String, new: String, expected: TreeEnsembleError) {
    #expect(throws: expected) { try Self.parse(old, new) }
  }

  @Test("text that is not whole, or more than that, is refused")
  func textIsStrict() throws {
    let end = try #require(Self.model.range(of: "end of trees")).lowerBound
    for count in 0..<Self.model.distance(from: Self.model.startIndex, to: end) {
      #expect(throws: TreeEnsembleError.self) { try Self.parse(String(Self.model.prefix(count))) }
    }
    for (old, new) in [
      ("tree\nversion", "Tree\nversion"), ("Tree=0", "Tree=1"), ("num_leaves=3", "num_leaves=3\r"),
      ("leaf_value=1 2 4", "leaf_value=1 2 4\u{0}"), ("split_gain=3 1", "\u{0}=3 1"),
      ("end of parameters\n", ""), ("pandas_categorical:null", "pandas_categorical:null\nx"),
      ("a=1\n", "a 1\n"), ("[boosting: gbdt]", "boosting: gbdt"),
    ] {
      #expect(throws: TreeEnsembleError.self, "\(new)") { try Self.parse(old, new) }
    }
  }
}
