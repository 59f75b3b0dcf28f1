/// Memory for values that grows and is kept, without checks of bounds: its user says why an index is inside.
final class Room<Value: BitwiseCopyable> {
  private(set) var start: UnsafeMutablePointer<Value>
  private var capacity = 1

  init() { start = .allocate(capacity: 1) }

  deinit { start.deallocate() }

  /// Makes room for `count` values, all `value`.
  func clear(_ count: Int, to value: Value) {
    if count > capacity {
      start.deallocate()
      start = .allocate(capacity: count)
      capacity = count
    }
    start.update(repeating: value, count: count)
  }

  subscript(_ index: Int) -> Value {
    @inline(__always) get { start[index] }
    @inline(__always) set { start[index] = newValue }
  }
}
