import Synchronization
import Testing

@testable import SiteEvaluation

@Suite struct SharedWorkTests {
  private struct Stopped: Error {}

  /// How often each piece was made.
  private final class Made: Sendable {
    private let times: Mutex<[Int]>

    init(_ count: Int) { times = Mutex(Array(repeating: 0, count: count)) }

    func note(_ number: Int) { times.withLock { $0[number] += 1 } }

    var all: [Int] { times.withLock { $0 } }
  }

  @Test(arguments: [0, 1, 2, 3, 1000])
  func everyPieceIsMadeOnce(count: Int) {
    let made = Made(count)
    let work = SharedWork(count) { made.note($0) }
    work.finish()
    #expect(made.all == Array(repeating: 1, count: count))
    // Whoever ends early asks again on the way out.
    work.finish()
    #expect(made.all == Array(repeating: 1, count: count))
  }

  @Test func resultsStandInTheOrderOfTheirPieces() {
    #expect(inParallel(500) { $0 * $0 } == (0..<500).map { $0 * $0 })
    #expect(inParallel(0) { $0 } == [])
  }

  @Test(arguments: [0, 1, 7, 8, 9, 100])
  func piecesAreSettledInOrder(count: Int) throws {
    var settled: [Int] = []
    try makingAhead(count, make: { 3 * $0 }) { (number, piece) throws(Stopped) in
      guard piece == 3 * number else { throw Stopped() }
      settled.append(number)
    }
    #expect(settled == Array(0..<count))
  }

  @Test func nothingIsAtWorkAnyMoreWhenSettlingFails() {
    let made = Made(1000)
    #expect(throws: Stopped.self) {
      try makingAhead(1000, make: { made.note($0) }) { (number, _) throws(Stopped) in
        if number == 5 { throw Stopped() }
      }
    }
    let atTheEnd = made.all
    #expect(atTheEnd.contains(1) && atTheEnd.contains(0))
    for _ in 0..<1000 where made.all != atTheEnd { Issue.record("a piece was made afterwards") }
  }

  /// All threads of the pool call, and none is left to help.
  @Test func callersOnEveryThreadOfThePoolComeToAnEnd() async {
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<(4 * SharedWork.cores) {
        group.addTask { inParallel(200) { $0 }.reduce(0, +) }
      }
      return await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(sums == Array(repeating: 19_900, count: 4 * SharedWork.cores))
  }
}
