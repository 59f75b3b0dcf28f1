/// How often something may happen: `burst` times at once, and `rate` times more for each second.
struct TokenBucket {
  private var tokens: Double
  private var refilled: MonotonicTime
  private let burst: Double
  private let rate: Double

  init(burst: Int, rate: Int, now: MonotonicTime) {
    self.burst = Double(burst)
    self.rate = Double(rate)
    tokens = Double(burst)
    refilled = now
  }

  /// Takes one; false when there is none.
  mutating func take(now: MonotonicTime) -> Bool {
    if now > refilled {
      let seconds = Double(now.nanoseconds - refilled.nanoseconds) / 1e9
      tokens = min(burst, tokens + seconds * rate)
      refilled = now
    }
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
