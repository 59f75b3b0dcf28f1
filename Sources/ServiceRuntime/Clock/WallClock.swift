import Glibc

/// The time of day. Pure modules take a time as an argument; only tools and daemons ask a clock.
package protocol WallClock: Sendable {
  /// Seconds since 1970-01-01 00:00:00 UTC, without leap seconds.
  func now() -> Int64
}

/// The machine's clock.
///
/// In a release build there is deliberately no way to move it from outside the program. A debug build, which is
/// never shipped, adds the seconds that stand in the file named by `EQUIPOISE_CLOCK_OFFSET_FILE`, so that a
/// test can let a running daemon's certificates and rounds expire.
package struct SystemClock: WallClock {
  /// The only clock a shipped tool uses.
  package init() {}

  package func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    #if DEBUG
      return Int64(time.tv_sec) + ClockOffset.current()
    #else
      return Int64(time.tv_sec)
    #endif
  }
}

/// A clock that stands still, for tests.
package struct FixedClock: WallClock {
  private let seconds: Int64

  /// A clock that always says `seconds`.
  package init(_ seconds: Int64) { self.seconds = seconds }

  package func now() -> Int64 { seconds }
}
