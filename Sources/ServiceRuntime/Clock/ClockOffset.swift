#if DEBUG
  import Glibc
  internal import Synchronization

  /// How far a debug build's clock is moved: whole seconds as text in the file that
  /// `EQUIPOISE_CLOCK_OFFSET_FILE` names, read again at most every 100 ms.
  enum ClockOffset {
    private struct State {
      var readAt: Int64 = .min
      var seconds: Int64 = 0
    }

    private static let path = getenv("EQUIPOISE_CLOCK_OFFSET_FILE").map { String(cString: $0) }
    private static let state = Mutex(State())
    /// A century: far enough, and no sum overflows.
    private static let limit: Int64 = 100 * 366 * 86_400

    static func current() -> Int64 {
      guard let path else { return 0 }
      let now = SystemMonotonicClock().milliseconds()
      return state.withLock { state in
        if state.readAt == .min || now - state.readAt >= 100 {
          state.readAt = now
          // A file that is being replaced or makes no sense leaves the clock where it was.
          if let seconds = parse((try? readFile(path, maximumBytes: 32)) ?? []) { state.seconds = seconds }
        }
        return state.seconds
      }
    }

    static func parse(_ bytes: [UInt8]) -> Int64? {
      let text = String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
      guard let seconds = Int64(text), (-limit...limit).contains(seconds) else { return nil }
      return seconds
    }
  }
#endif
