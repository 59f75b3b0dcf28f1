/// When to try again: exponential with full jitter, so that sites that lost a coordinator together do not
/// come back together.
///
/// - Source: full jitter as in Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015):
///   `random(0, min(cap, base · 2^attempt))`.
package struct RetryPolicy: Sendable, Equatable {
  /// The longest wait before the second attempt.
  package let base: Duration
  /// The longest wait before any attempt.
  package let cap: Duration

  /// A policy; a base above the cap is held to it.
  package init(base: Duration = .seconds(1), cap: Duration = .seconds(900)) {
    self.cap = max(.zero, cap)
    self.base = min(max(.zero, base), self.cap)
  }

  /// How long to wait before the next attempt.
  ///
  /// With `Retry-After` the wait is at least that, held to the cap, and the jitter comes on top: everybody was
  /// told the same. So no wait is longer than twice the cap.
  ///
  /// Shape: `attempt` counts failures so far from 0; `random` is uniform in 0..<1 and held to it.
  package func delay(attempt: Int, random: Double, retryAfter: Duration? = nil) -> Duration {
    var ceiling = base
    for _ in 0..<max(0, min(attempt, 64)) where ceiling < cap { ceiling = min(cap, ceiling * 2) }
    let share = random.isFinite ? min(max(random, 0), 1) : 1
    let floor = min(max(retryAfter ?? .zero, .zero), cap)
    return floor + ceiling * share
  }

  /// Whether an answer with this status may be another one later: 408, 425, 429 and 5xx but 501 and 505.
  package static func isRetryable(status: Int) -> Bool {
    switch status {
    case 408, 425, 429: true
    case 501, 505: false
    default: (500...599).contains(status)
    }
  }
}

/// How many retries there may be for the work that is done: retries feed on requests, so that a server that
/// fails everything is not asked twice as often as one that works.
///
/// A full budget allows `reserve` retries at once; each first attempt earns a fraction of one.
package struct RetryBudget: Sendable, Equatable {
  /// The most retries that can be saved up.
  package let reserve: Int
  /// First attempts that earn one retry.
  package let requestsPerRetry: Int
  private var credit: Int

  /// A full budget.
  package init(reserve: Int = 10, requestsPerRetry: Int = 5) {
    self.reserve = max(0, min(reserve, 1_000_000))
    self.requestsPerRetry = max(1, min(requestsPerRetry, 1_000_000))
    credit = self.reserve * self.requestsPerRetry
  }

  /// Counts a first attempt.
  package mutating func recordRequest() { credit = min(reserve * requestsPerRetry, credit + 1) }

  /// Takes one retry; false when there is none left.
  package mutating func takeRetry() -> Bool {
    guard credit >= requestsPerRetry else { return false }
    credit -= requestsPerRetry
    return true
  }
}
