/// A checked forest in the arithmetic of its library: sums in binary32 (XGBoost) or binary64 (LightGBM).
package struct TreeForest: Sendable {
  enum Kind: Sendable {
    case single(Forest<Float>, base: Float)
    case double(Forest<Double>, base: Double)
  }

  let kind: Kind
  /// Inputs of a row.
  package let featureCount: Int
  /// Trees that are summed.
  package let treeCount: Int
  /// Nodes that a row can reach.
  package let nodeCount: Int

  private init(_ kind: Kind, _ builder: ForestBuilder) {
    self.kind = kind
    featureCount = builder.featureCount
    treeCount = builder.trees.count
    nodeCount = builder.nodes.count
  }

  /// Thresholds, leaf values and sums in binary32; every number of the builder is one already.
  package static func single(_ builder: ForestBuilder, base: Float) -> TreeForest {
    TreeForest(.single(Forest(builder) { Float($0) }, base: base), builder)
  }

  /// Thresholds, leaf values and sums in binary64.
  package static func double(_ builder: ForestBuilder, base: Double) -> TreeForest {
    TreeForest(.double(Forest(builder) { $0 }, base: base), builder)
  }
}
