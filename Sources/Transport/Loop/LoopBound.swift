/// A reference that many threads may carry and only the loop's thread may use.
///
/// Sendable because the value is reached only through `whenOnLoop`, which gives it to nobody but the
/// loop's thread.
struct LoopBound<Value: AnyObject>: @unchecked Sendable {
  private let value: Value
  /// The loop it is bound to.
  let loop: EventLoop

  init(_ value: Value, on loop: EventLoop) {
    self.value = value
    self.loop = loop
  }

  /// Runs `body` with the value, at once on the loop's thread, later from any other. After the loop has
  /// ended there is nothing to run it on, and it is dropped.
  func use(_ body: @escaping @Sendable (Value) -> Void) {
    loop.run { _ = loop.whenOnLoop { _ in body(value) } }
  }

  /// The same, but never inside what the loop's thread is doing at this moment; when the loop has ended,
  /// `orElse` runs instead.
  func useLater(
    orElse: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable (Value) -> Void
  ) {
    loop.post { if loop.whenOnLoop({ _ in body(value) }) == nil { orElse() } }
  }
}
