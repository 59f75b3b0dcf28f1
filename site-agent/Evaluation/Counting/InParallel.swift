import Dispatch
import Synchronization

/// The results of independent pieces of work, in their order, made on as many threads as the machine has cores.
///
/// Nothing depends on which thread makes which piece: each is a function of its number alone.
func inParallel<Result: Sendable>(_ count: Int, _ piece: @Sendable (Int) -> Result) -> [Result] {
  let made = Mutex([(number: Int, result: Result)]())
  DispatchQueue.concurrentPerform(iterations: count) { number in
    let result = piece(number)
    made.withLock { $0.append((number, result)) }
  }
  return made.withLock { $0.sorted { $0.number < $1.number }.map(\.result) }
}
