import Synchronization

/// How often each caller may do something: a token bucket a key.
///
/// A bucket holds `burst` tokens and gains `perSecond` a second; a request takes one. Buckets that are full
/// again are forgotten, so memory is bounded by the callers of the last `burst / perSecond` seconds.
package final class RateLimiter<Key: Hashable & Sendable>: Sendable {
  private struct Bucket {
    var tokens: Double
    /// Milliseconds of a clock that only goes forward.
    var at: Int64
  }

  private struct State {
    var buckets: [Key: Bucket] = [:]
    var sweepAt: Int
  }

  private let perSecond: Double
  private let burst: Double
  private static var firstSweep: Int { 1024 }
  private let state = Mutex(State(sweepAt: firstSweep))

  /// A limit that is the same for every key; both numbers are at least 1.
  package init(perSecond: Int, burst: Int) {
    self.perSecond = Double(max(1, perSecond))
    self.burst = Double(max(1, burst))
  }

  /// Takes one token: nil when there was one, else the whole seconds after which to try again.
  package func take(_ key: Key, at milliseconds: Int64) -> Int? {
    state.withLock { state in
      if state.buckets.count >= state.sweepAt {
        state.buckets = state.buckets.filter { tokens(in: $0.value, at: milliseconds) < burst }
        state.sweepAt = max(Self.firstSweep, state.buckets.count * 2)
      }
      let left = state.buckets[key].map { tokens(in: $0, at: milliseconds) } ?? burst
      guard left >= 1 else {
        state.buckets[key] = Bucket(tokens: left, at: milliseconds)
        return Int(((1 - left) / perSecond).rounded(.up))
      }
      state.buckets[key] = Bucket(tokens: left - 1, at: milliseconds)
      return nil
    }
  }

  private func tokens(in bucket: Bucket, at milliseconds: Int64) -> Double {
    let (elapsed, overflow) = milliseconds.subtractingReportingOverflow(bucket.at)
    guard !overflow, elapsed > 0 else { return bucket.tokens }
    return min(burst, bucket.tokens + Double(elapsed) / 1000 * perSecond)
  }
}
