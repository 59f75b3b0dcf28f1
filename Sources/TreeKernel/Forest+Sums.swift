extension Forest {
  /// Base plus trees for any number of rows, a block of `Slot.rows` at a time.
  @inline(__always)
  func sum<Input: BinaryFloatingPoint>(
    _ rows: UnsafePointer<Input>, rows rowCount: Int, base: Real, _ scratch: Scratch<Real>,
    into margins: UnsafeMutablePointer<Double>
  ) {
    var first = 0
    while first < rowCount {
      let count = min(Slot.rows, rowCount &- first)
      fillColumns(scratch.columns, from: rows + first &* featureCount, count: count)
      scratch.sums.update(repeating: base, count: Slot.rows)
      for tree in trees {
        switch (tree.asksSets, count == 1) {
        case (false, false): add(tree, scratch.columns, count, to: scratch.sums, step: step)
        case (true, false): add(tree, scratch.columns, count, to: scratch.sums, step: stepAskingSets)
        case (false, true): scratch.sums[0] += value(of: tree, scratch.columns, step: step)
        case (true, true): scratch.sums[0] += value(of: tree, scratch.columns, step: stepAskingSets)
        }
      }
      for row in 0..<count { margins[first &+ row] = Double(scratch.sums[row]) }
      first &+= count
    }
  }

  /// One tree: eight rows side by side, so that one row's loads hide behind the others'.
  ///
  /// A step is a comparison and a subtraction, never a branch. Rows that reached a leaf stay there; beyond
  /// the nearest leaf it is asked, every other step, whether all eight have.
  @inline(__always)
  private func add(
    _ tree: Tree, _ columns: UnsafePointer<Real>, _ count: Int,
    to sums: UnsafeMutablePointer<Real>, step: (Int, UnsafePointer<Real>) -> Int
  ) {
    var row = 0
    while row < count {
      let column = columns + row
      var (a, b, c, d) = (tree.root, tree.root, tree.root, tree.root)
      var (e, f, g, h) = (a, b, c, d)
      // Most trees are run to their depth at once; deep ones are asked now and then.
      var steps = tree.depth <= 8 ? tree.depth : max(tree.nearestLeaf, 4)
      var left = tree.depth
      while true {
        left &-= steps
        while steps > 0 {
          a = step(a, column)
          b = step(b, column + 1)
          c = step(c, column + 2)
          d = step(d, column + 3)
          e = step(e, column + 4)
          f = step(f, column + 5)
          g = step(g, column + 6)
          h = step(h, column + 7)
          steps &-= 1
        }
        if left == 0 { break }
        let open =
          nodes[a].column | nodes[b].column | nodes[c].column | nodes[d].column | nodes[e].column
          | nodes[f].column | nodes[g].column | nodes[h].column
        if open == 0 { break }
        steps = min(2, left)
      }
      let sum = sums + row
      sum[0] += nodes[a].threshold
      sum[1] += nodes[b].threshold
      sum[2] += nodes[c].threshold
      sum[3] += nodes[d].threshold
      sum[4] += nodes[e].threshold
      sum[5] += nodes[f].threshold
      sum[6] += nodes[g].threshold
      sum[7] += nodes[h].threshold
      row &+= 8
    }
  }

  /// What one tree gives for a row that has no others beside it.
  @inline(__always)
  private func value(
    of tree: Tree, _ row: UnsafePointer<Real>, step: (Int, UnsafePointer<Real>) -> Int
  ) -> Real {
    var index = tree.root
    while true {
      let next = step(index, row)
      if next == index { return nodes[index].threshold }
      index = next
    }
  }

  /// The next node of a row in a tree that only compares.
  @inline(__always)
  private func step(_ index: Int, _ row: UnsafePointer<Real>) -> Int {
    let node = nodes + index
    let isLeft = row[Int(node.pointee.column)] < node.pointee.threshold
    return Int(node.pointee.right) &- (isLeft ? 1 : 0)
  }

  /// The next node of a row in any tree; a leaf stays.
  @inline(__always)
  func stepAskingSets(_ index: Int, _ row: UnsafePointer<Real>) -> Int {
    let node = nodes + index
    let test = tests + index
    let value = row[Int(node.pointee.column)]
    let bits = value.bitPattern
    let word = words[
      Int(test.pointee.first) &+ Int(min(bits >> 5, Real.Bits(truncatingIfNeeded: test.pointee.last)))]
    let isLeft: UInt32 = value < node.pointee.threshold ? 1 : 0
    let isSetRight = (word &>> UInt32(truncatingIfNeeded: bits)) & 1
    return Int(node.pointee.right) &- Int(isLeft & ~isSetRight)
  }

  /// The next node of a row in a tree.
  @inline(__always)
  func next(_ index: Int, _ row: UnsafePointer<Real>, in tree: Tree) -> Int {
    tree.asksSets ? stepAskingSets(index, row) : step(index, row)
  }
}
