/// What a forest computes in.
protocol TreeNumber: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  associatedtype Bits: FixedWidthInteger & UnsignedInteger
  init(bitPattern: Bits)
  var bitPattern: Bits { get }
}

extension Float: TreeNumber {}
extension Double: TreeNumber {}

/// One node of the flat array: a threshold or, at a leaf, its value; a column; and the right child.
///
/// The left child stands directly before the right one. A leaf is its own right child and reads a column that
/// is infinite everywhere, so that one step from a leaf stays there: rows that end early need no branch.
struct Node<Real: TreeNumber>: BitwiseCopyable, Sendable {
  /// Infinite at a split by categories, so that comparing sends no row right.
  var threshold: Real
  /// Offset of a column of the workspace, in elements.
  var column: UInt32
  var right: UInt32
}

/// The set of a split by categories: words of 32 rows' decisions, where 1 is right.
///
/// First comes a word for what is missing, then those of the categories, last one for every other category:
/// `last` is its number. Where a node compares, `first` and `last` are 0, and so is the first of all words:
/// no set sends a row right, as no comparison does where a node asks a set. A step needs no branch for it.
struct SetTest: BitwiseCopyable, Sendable {
  var first: UInt32 = 0
  var last: UInt32 = 0
}

struct Tree: Sendable {
  var root: Int
  var count: Int
  /// Steps from the root to the deepest leaf, and to the nearest.
  var depth: Int
  var nearestLeaf: Int
  var asksSets: Bool
}

/// What the two families of libraries do differently.
package struct ForestRules: Sendable {
  /// Whether a category in the set goes right (XGBoost) or left (LightGBM).
  package var membersGoRight: Bool
  /// Numbers up to 1e-35 (as binary32) away from zero are read as zero (LightGBM).
  package var readsTinyAsZero: Bool

  package init(membersGoRight: Bool, readsTinyAsZero: Bool) {
    self.membersGoRight = membersGoRight
    self.readsTinyAsZero = readsTinyAsZero
  }
}

/// Trees in the form that the hot loops read, without any check of bounds in them.
///
/// Why no access can leave its memory: the only initialiser takes a `ForestBuilder`, which renumbers each tree
/// itself, breadth first. So `right` of a split lies in the same tree, after its parent, with the left child
/// before it; `right` of a leaf is the leaf; `column` is an offset that the builder gave out for a slot of this
/// forest; and the words from `first` to `first + last` of a set are there.
///
/// Sendable because nothing writes to the memory between the initialiser and `deinit`.
final class Forest<Real: TreeNumber>: @unchecked Sendable {
  let nodes: UnsafePointer<Node<Real>>
  let nodeCount: Int
  /// Input that a node asks for; 0 at a leaf.
  let features: UnsafePointer<Int32>
  /// As many as nodes, where any tree asks sets; read for those trees only.
  let tests: UnsafePointer<SetTest>
  let words: UnsafePointer<UInt32>
  /// Training data at a node; not-a-number when the file does not say it.
  let covers: [Double]
  let trees: [Tree]
  let slots: [Slot]
  let featureCount: Int
  let rules: ForestRules

  init(_ builder: ForestBuilder, threshold: (Double) -> Real) {
    nodes = keep(
      builder.nodes.map { Node(threshold: threshold($0.threshold), column: $0.column, right: $0.right) })
    nodeCount = builder.nodes.count
    features = keep(builder.features)
    tests = keep(builder.tests)
    words = keep(builder.words)
    covers = builder.covers
    trees = builder.trees
    slots = builder.slots
    featureCount = builder.featureCount
    rules = builder.rules
  }

  deinit {
    nodes.deallocate()
    features.deallocate()
    tests.deallocate()
    words.deallocate()
  }
}

/// Copies values to memory of their own, which the caller frees.
private func keep<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafePointer<Value> {
  let memory = UnsafeMutableBufferPointer<Value>.allocate(capacity: max(values.count, 1))
  _ = memory.initialize(from: values)
  return UnsafePointer(memory.baseAddress ?? UnsafeMutablePointer<Value>.allocate(capacity: 1))
}
