/// Why a model's scores cannot be divided among its inputs.
package enum ContributionError: Error, Equatable {
  /// A split does not say how much of the training data went each way.
  case coverMissing(tree: Int)
  /// A child has more of the training data than its parent.
  case coverInconsistent(tree: Int)
  case tooLarge(tree: Int)
}

extension ContributionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .coverMissing(let tree): "tree \(tree) does not say how much training data reached each node"
    case .coverInconsistent(let tree): "a node of tree \(tree) has more training data than its parent"
    case .tooLarge(let tree): "tree \(tree) is too large and deep to divide its score among the inputs"
    }
  }

  /// What whoever asked can do.
  package var remedy: String {
    "scores are not affected; ask the vendor for a model with training counts to explain them"
  }
}

/// What a tree's contributions need that is the same for every row.
///
/// The Shapley value of an input under the path-dependent game is, leaf by leaf, the integral over t in 0...1 of
/// the product of `z + t (o - z)` over the other inputs of the path, times `o - z` and the leaf's value: `o` is
/// 1 when the row follows all of the path's splits on the input, else 0, and `z` is the share of training data
/// that does. That is a polynomial of a degree below the number of inputs, so that a few points of Gauss and
/// Legendre give it exactly. Products go down the tree, sums come up, as in linear TreeSHAP.
///
/// A step down an edge multiplies by one of three ratios: the row follows the edge; it leaves the path of
/// this input here; it had left it before. The same three states say what the sum under the edge counts for.
///
/// - Source: Lundberg et al. (2018), arXiv:1802.03888, algorithm 2 (the values); Yu et al. (2022), Linear
///   TreeShap, arXiv:2209.08192 (products down and sums up); here with quadrature in place of interpolation.
final class ContributionPlan {
  typealias Lanes = SIMD4<Double>

  /// Lanes a node needs, in fours of points.
  private(set) var chunks = 1
  /// For each node but the root, three times `chunks`: what products are multiplied by in each state.
  let ratios = Room<Lanes>()
  /// In the same places, what sums are multiplied by, weights of the points included.
  let gains = Room<Lanes>()
  /// The nearest edge above on the same input: its lower node, counted in the tree; -1 without one.
  let earlier = Room<Int32>()
  /// Mean of the tree over its training data.
  private(set) var mean = 0.0

  private var points: [Lanes] = []
  private var weights: [Lanes] = []
  private let shares = Room<Double>()
  private let means = Room<Double>()
  private let parents = Room<Int32>()
  private let inputs = Room<UInt8>()

  /// Bounds each of the two tables: 128 MiB.
  private static let limit = 1 << 22

  func prepare<Real: TreeNumber>(
    _ forest: Forest<Real>, tree number: Int
  ) throws(ContributionError) {
    let tree = forest.trees[number]
    try findShares(forest, tree, number)
    findMeans(forest, tree)
    choosePoints(forDegree: findEarlier(forest, tree))
    let size = tree.count * 3 * chunks
    guard size <= Self.limit else { throw .tooLarge(tree: number) }
    ratios.clear(size, to: Lanes(repeating: 0))
    gains.clear(size, to: Lanes(repeating: 0))
    // `shares` holds the share of each edge alone; from the top down it becomes that of all edges on the input.
    for node in 0..<tree.count where node > 0 {
      let before = Int(earlier[node])
      let own = shares[node]
      let shareBefore = before < 0 ? 1 : shares[before]
      let share = own * shareBefore
      shares[node] = share
      for chunk in 0..<chunks {
        let point = points[chunk]
        let weight = weights[chunk]
        let followed = share + point * (1 - share)
        let followedBefore = before < 0 ? Lanes(repeating: 1) : shareBefore + point * (1 - shareBefore)
        let left = -weight / (1 - point)
        let gainBefore = before < 0 ? Lanes(repeating: 0) : weight * (1 - shareBefore) / followedBefore
        let place = node * 3 * chunks + chunk
        ratios[place] = followed / followedBefore
        ratios[place + chunks] = share * (1 - point) / followedBefore
        ratios[place + 2 * chunks] = Lanes(repeating: own)
        gains[place] = weight * (1 - share) / followed - gainBefore
        gains[place + chunks] = left - gainBefore
      }
    }
  }

  private func findShares<Real: TreeNumber>(
    _ forest: Forest<Real>, _ tree: Tree, _ number: Int
  ) throws(ContributionError) {
    shares.clear(tree.count, to: 1)
    parents.clear(tree.count, to: -1)
    for node in 0..<tree.count {
      let right = Int(forest.nodes[tree.root + node].right) - tree.root
      guard right != node else { continue }
      let cover = forest.covers[tree.root + node]
      guard cover > 0, cover.isFinite else { throw .coverMissing(tree: number) }
      for child in [right - 1, right] {
        let share = forest.covers[tree.root + child] / cover
        guard share >= 0 else { throw .coverMissing(tree: number) }
        // Sums of binary32 weights need not add up exactly.
        guard share <= 1.5 else { throw .coverInconsistent(tree: number) }
        shares[child] = share
        parents[child] = Int32(node)
      }
    }
  }

  private func findMeans<Real: TreeNumber>(
    _ forest: Forest<Real>, _ tree: Tree
  ) {
    means.clear(tree.count, to: 0)
    for node in (0..<tree.count).reversed() {
      let right = Int(forest.nodes[tree.root + node].right) - tree.root
      means[node] =
        right == node
        ? Double(forest.nodes[tree.root + node].threshold)
        : means[right - 1] * shares[right - 1] + means[right] * shares[right]
    }
    mean = means[0]
  }

  /// Finds for each edge the nearest one above on the same input, and the most inputs on one path.
  private func findEarlier<Real: TreeNumber>(
    _ forest: Forest<Real>, _ tree: Tree
  ) -> Int {
    earlier.clear(tree.count, to: -1)
    var most = 1
    inputs.clear(tree.count, to: 0)
    for node in 0..<tree.count where node > 0 {
      let parent = Int(parents[node])
      let feature = forest.features[tree.root + parent]
      var above = parent
      while above > 0, forest.features[tree.root + Int(parents[above])] != feature {
        above = Int(parents[above])
      }
      if above > 0 { earlier[node] = Int32(above) }
      inputs[node] = inputs[parent] + (above > 0 ? 0 : 1)
      most = max(most, Int(inputs[node]))
    }
    return most
  }

  /// The product over the other inputs has a degree below `degree`.
  private func choosePoints(forDegree degree: Int) {
    let count = (degree + 1) / 2
    chunks = (count + 3) / 4
    let rule = gaussLegendre(count: count)
    points.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    for chunk in 0..<chunks {
      // Points that fill up the last lanes have no weight.
      var (point, weight) = (Lanes(repeating: 0.5), Lanes(repeating: 0))
      for lane in 0..<4 where chunk * 4 + lane < count {
        point[lane] = rule.points[chunk * 4 + lane]
        weight[lane] = rule.weights[chunk * 4 + lane]
      }
      points.append(point)
      weights.append(weight)
    }
  }
}
