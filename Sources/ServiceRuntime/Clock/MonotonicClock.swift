import Glibc
internal import Synchronization

/// Time that only goes forward; every length of time is a difference of two of its readings.
package protocol MonotonicClock: Sendable {
  /// Milliseconds since some moment before the program started.
  func milliseconds() -> Int64
}

/// The machine's monotonic clock.
package struct SystemMonotonicClock: MonotonicClock {
  /// The only one a shipped tool uses.
  package init() {}

  package func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// Both clocks in one that a test moves by hand.
package final class ManualClock: WallClock, MonotonicClock {
  private struct State {
    var wall: Int64
    var monotonic: Int64 = 0
  }

  private let state: Mutex<State>

  /// A clock that says `seconds` until it is moved.
  package init(_ seconds: Int64) { state = Mutex(State(wall: seconds)) }

  package func now() -> Int64 { state.withLock { $0.wall } }
  package func milliseconds() -> Int64 { state.withLock { $0.monotonic } }

  /// Lets time pass on both.
  package func advance(seconds: Int64) {
    state.withLock { state in
      state.wall += seconds
      state.monotonic += max(0, seconds) * 1000
    }
  }

  /// Sets the wall clock alone, as an administrator does.
  package func set(_ seconds: Int64) { state.withLock { $0.wall = seconds } }
}
