import Dispatch
import Glibc
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

/// Makes numbered pieces on all cores and settles them one after the other, in order, on the caller's thread; while some
/// are settled the next are made. Never more than two rounds of pieces are in memory.
func makingAhead<Piece: Sendable, Failure: Error>(
  _ count: Int, make: @escaping @Sendable (Int) -> Piece, settle: (Int, Piece) throws(Failure) -> Void
) throws(Failure) {
  let round = 2 * max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
  var made: [Piece] = []
  var start = 0
  while start < count || !made.isEmpty {
    let begin = start
    let size = min(round, count - start)
    let next = Mutex([Piece]())
    let group = DispatchGroup()
    if size > 0 {
      DispatchQueue.global().async(group: group) {
        let pieces = inParallel(size) { make(begin + $0) }
        next.withLock { $0 = pieces }
      }
    }
    defer { group.wait() }
    for (place, piece) in made.enumerated() { try settle(begin - made.count + place, piece) }
    group.wait()
    made = next.withLock { $0 }
    start += size
  }
}
