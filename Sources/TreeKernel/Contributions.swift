/// Divides sums among inputs, and holds the memory for it: it grows to the largest tree and stays.
final class Division {
  typealias Lanes = ContributionPlan.Lanes

  private let plan = ContributionPlan()
  /// Products on the way down, sums on the way up; `plan.chunks` a node.
  private let values = Room<Lanes>()
  /// Which of the plan's three states each node is in.
  private let states = Room<UInt8>()
  /// What each input has, by lanes, for the rows of a block.
  private let totals = Room<Lanes>()

  @inline(__always)
  func divide<Real: TreeNumber, Input: BinaryFloatingPoint>(
    _ forest: Forest<Real>, _ rows: UnsafePointer<Input>, rows rowCount: Int, base: Double,
    _ scratch: Scratch<Real>, into places: UnsafeMutablePointer<Double>
  ) throws(ContributionError) {
    let width = forest.featureCount
    var first = 0
    while first < rowCount {
      let count = min(Slot.rows, rowCount - first)
      forest.fillColumns(scratch.columns, from: rows + first * width, count: count)
      totals.clear(count * width, to: Lanes(repeating: 0))
      var bias = base
      for number in forest.trees.indices {
        let tree = forest.trees[number]
        try plan.prepare(forest, tree: number)
        bias += plan.mean
        values.clear(tree.count * plan.chunks, to: Lanes(repeating: 1))
        states.clear(tree.count, to: 0)
        for row in 0..<count where tree.count > 1 {
          if plan.chunks == 1 {
            add(forest, tree, scratch.columns + row, to: totals.start + row * width, chunks: 1)
          } else {
            add(forest, tree, scratch.columns + row, to: totals.start + row * width, chunks: plan.chunks)
          }
        }
      }
      for row in 0..<count {
        let place = places + (first + row) * (width + 1)
        for input in 0..<width { place[input] = totals[row * width + input].sum() }
        place[width] = bias
      }
      first += count
    }
  }

  /// Adds one tree's contributions for one row.
  ///
  /// In bounds: `node` and its children are below `tree.count`, for which `values`, `states`, `ratios`, `gains`
  /// and `earlier` have room; features are below the width of a row of `totals`.
  @inline(__always)
  private func add<Real: TreeNumber>(
    _ forest: Forest<Real>, _ tree: Tree, _ row: UnsafePointer<Real>,
    to totals: UnsafeMutablePointer<Lanes>, chunks: Int
  ) {
    let nodes = forest.nodes + tree.root
    let features = forest.features + tree.root
    let values = values.start
    let states = states.start
    let earlier = plan.earlier.start
    let ratios = plan.ratios.start
    let gains = plan.gains.start
    for chunk in 0..<chunks { values[chunk] = Lanes(repeating: 1) }
    for node in 0..<tree.count where nodes[node].column != 0 {
      let right = Int(nodes[node].right) &- tree.root
      let goesRight = forest.next(tree.root &+ node, row, in: tree) == tree.root &+ right
      // Both children are about the same input, and so share the edge above on it.
      let before = Int(earlier[right])
      let isLost = before >= 0 && states[before] != 0
      let stateOfRight: UInt8 = isLost ? 2 : goesRight ? 0 : 1
      let stateOfLeft: UInt8 = isLost ? 2 : goesRight ? 1 : 0
      states[right] = stateOfRight
      states[right &- 1] = stateOfLeft
      let atRight = ratios + (right &* 3 &+ Int(stateOfRight)) &* chunks
      let atLeft = ratios + (right &* 3 &- 3 &+ Int(stateOfLeft)) &* chunks
      for chunk in 0..<chunks {
        let product = values[node &* chunks &+ chunk]
        values[right &* chunks &+ chunk] = product * atRight[chunk]
        values[(right &- 1) &* chunks &+ chunk] = product * atLeft[chunk]
      }
    }
    var node = tree.count &- 1
    while node >= 0 {
      let right = Int(nodes[node].right) &- tree.root
      if right == node {
        let value = Lanes(repeating: Double(nodes[node].threshold))
        for chunk in 0..<chunks { values[node &* chunks &+ chunk] *= value }
      } else {
        let gainRight = gains + (right &* 3 &+ Int(states[right])) &* chunks
        let gainLeft = gains + (right &* 3 &- 3 &+ Int(states[right &- 1])) &* chunks
        let total = totals + Int(features[node])
        for chunk in 0..<chunks {
          let ofLeft = values[(right &- 1) &* chunks &+ chunk]
          let ofRight = values[right &* chunks &+ chunk]
          values[node &* chunks &+ chunk] = ofLeft + ofRight
          total.pointee += ofLeft * gainLeft[chunk] + ofRight * gainRight[chunk]
        }
      }
      node &-= 1
    }
  }
}
