/// Why trees cannot be made into a forest that is safe to run.
package enum ForestError: Error, Equatable {
  case tooManyTrees(limit: Int)
  case tooManyNodes(limit: Int)
  case tooManyFeatures(Int, limit: Int)
  case tooManyCategories(limit: Int)
  case emptyTree(Int)
  case tooDeep(tree: Int, limit: Int)
  /// A child that the tree does not have.
  case childOutside(tree: Int, node: Int, child: Int)
  /// A node that is reached twice: a cycle, or two parents.
  case reachedTwice(tree: Int, node: Int)
  case notFinite(tree: Int, node: Int)
  case featureOutside(tree: Int, node: Int, feature: Int)
  case setOutside(tree: Int, node: Int)
}

extension ForestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooManyTrees(let limit): "the model has more than \(limit) trees"
    case .tooManyNodes(let limit): "the model has more than \(limit) nodes"
    case .tooManyFeatures(let count, let limit): "the model has \(count) inputs; 1 to \(limit) are possible"
    case .tooManyCategories(let limit): "the sets of categories need more than \(limit) words"
    case .emptyTree(let tree): "tree \(tree) has no node"
    case .tooDeep(let tree, let limit): "tree \(tree) is deeper than \(limit)"
    case .childOutside(let tree, let node, let child):
      "node \(node) of tree \(tree) names the child \(child), which the tree does not have"
    case .reachedTwice(let tree, let node): "node \(node) of tree \(tree) is reached twice"
    case .notFinite(let tree, let node): "node \(node) of tree \(tree) has a number that is not finite"
    case .featureOutside(let tree, let node, let feature):
      "node \(node) of tree \(tree) asks for input \(feature), which the model does not have"
    case .setOutside(let tree, let node):
      "node \(node) of tree \(tree) names a set of categories that is not there"
    }
  }

  /// What whoever runs the evaluation can do.
  package var remedy: String {
    switch self {
    case .tooManyTrees, .tooManyNodes, .tooManyFeatures, .tooManyCategories, .tooDeep:
      "ask the vendor for a model within the limits of models.md"
    default: "the file is damaged or was changed; get it from the vendor again"
    }
  }
}
