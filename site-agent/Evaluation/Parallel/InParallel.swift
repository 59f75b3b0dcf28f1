import Synchronization

/// The results of independent pieces of work, in their order, made on as many threads as the machine has cores.
///
/// Nothing depends on which thread makes which piece: each is a function of its number alone.
func inParallel<Result: Sendable>(_ count: Int, _ piece: @escaping @Sendable (Int) -> Result) -> [Result] {
  PiecesAhead(0..<count, piece).finish()
}

/// Makes numbered pieces on all cores and settles them one after the other, in order, on the caller's thread; while some
/// are settled the next are made. Never more than two rounds of pieces are in memory.
func makingAhead<Piece: Sendable, Failure: Error>(
  _ count: Int, make: @escaping @Sendable (Int) -> Piece, settle: (Int, Piece) throws(Failure) -> Void
) throws(Failure) {
  // At the end of a round some cores wait for the last piece; of four pieces a core that is little.
  let round = 4 * SharedWork.cores
  var made: [Piece] = []
  var start = 0
  while start < count || !made.isEmpty {
    let ahead = PiecesAhead(start..<min(start + round, count), make)
    defer { _ = ahead.finish() }
    for (place, piece) in made.enumerated() { try settle(start - made.count + place, piece) }
    made = ahead.finish()
    start += made.count
  }
}

/// Pieces that are being made.
private final class PiecesAhead<Piece: Sendable>: Sendable {
  private let made: MadePieces
  private let work: SharedWork

  private final class MadePieces: Sendable {
    let list = Mutex([(number: Int, piece: Piece)]())
  }

  init(_ numbers: Range<Int>, _ make: @escaping @Sendable (Int) -> Piece) {
    let made = MadePieces()
    self.made = made
    work = SharedWork(numbers.count) { number in
      let piece = make(numbers.lowerBound + number)
      made.list.withLock { $0.append((number, piece)) }
    }
  }

  /// Waits for all, and gives them in order.
  func finish() -> [Piece] {
    work.finish()
    return made.list.withLock { $0.sorted { $0.number < $1.number }.map(\.piece) }
  }
}
