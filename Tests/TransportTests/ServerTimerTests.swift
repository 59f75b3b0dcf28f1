import Testing

@testable import Transport

@Suite struct ServerTimerTests {
  private final class Owner: TimerOwner {
    var fired: [MonotonicTime] = []
    func timerFired(now: MonotonicTime) { fired.append(now) }
  }

  @Test func timersComeOutInTheOrderOfTheirDeadlines() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      var heap = TimerHeap()
      var expected: [UInt64] = []
      let timers = (0..<200).map { _ in LoopTimer() }
      for timer in timers {
        heap.arm(timer, at: MonotonicTime(nanoseconds: .random(in: 0..<1000, using: &generator)))
      }
      // A third moves, a third is taken out.
      for (index, timer) in timers.enumerated() {
        if index % 3 == 0 {
          heap.arm(timer, at: MonotonicTime(nanoseconds: .random(in: 0..<1000, using: &generator)))
        }
        if index % 3 == 1 { heap.disarm(timer) }
      }
      expected = timers.filter(\.isArmed).map(\.deadline.nanoseconds).sorted()
      var deadlines: [UInt64] = []
      while !heap.isEmpty {
        deadlines.append(heap.earliest.nanoseconds)
        _ = heap.popExpired(now: .never)
      }
      #expect(deadlines == expected)
      #expect(timers.allSatisfy { !$0.isArmed })
    }
  }

  @Test func aTimerDoesNotComeOutBeforeItsDeadline() {
    var heap = TimerHeap()
    let timer = LoopTimer()
    heap.arm(timer, at: MonotonicTime(nanoseconds: 10))
    #expect(heap.popExpired(now: MonotonicTime(nanoseconds: 9)) == nil)
    #expect(heap.popExpired(now: MonotonicTime(nanoseconds: 10)) === timer)
    heap.disarm(timer)
    #expect(heap.isEmpty && heap.earliest == .never)
  }

  @Test func deadlinesBeyondTheClockAreNever() {
    let late = MonotonicTime(nanoseconds: .max - 5)
    #expect(late + .seconds(1) == .never)
    #expect(late + .seconds(-1) == late)
    #expect(MonotonicTime(nanoseconds: 0) + .seconds(Int64.max) == .never)
    #expect(MonotonicTime(nanoseconds: 1) + .milliseconds(2) == MonotonicTime(nanoseconds: 2_000_001))
  }

  @Test func tokensComeBackWithTime() {
    func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: UInt64(seconds * 1e9)) }
    var bucket = TokenBucket(burst: 3, rate: 2, now: time(0))
    func taken(_ count: Int, at seconds: Double) -> [Bool] {
      var results: [Bool] = []
      for _ in 0..<count { results.append(bucket.take(now: time(seconds))) }
      return results
    }
    #expect(taken(4, at: 0) == [true, true, true, false])
    #expect(taken(1, at: 0.4) == [false])
    #expect(taken(1, at: 0.6) == [true])
    // Not more than the burst, however long nothing happened.
    #expect(taken(4, at: 1000) == [true, true, true, false])
  }
}
