import ServiceRuntime
import Testing

@Suite struct RateLimiterTests {
  @Test func burstIsTakenThenOneAfterTheOther() {
    let limiter = RateLimiter<String>(perSecond: 2, burst: 3)
    for _ in 0..<3 { #expect(limiter.take("north", at: 0) == nil) }
    #expect(limiter.take("north", at: 0) == 1)
    // Half a second gives one token at two a second.
    #expect(limiter.take("north", at: 500) == nil)
    #expect(limiter.take("north", at: 500) == 1)
    #expect(limiter.take("north", at: 60_000) == nil)
  }

  @Test func oneCallerDoesNotSpendAnothersTokens() {
    let limiter = RateLimiter<String>(perSecond: 1, burst: 1)
    #expect(limiter.take("north", at: 0) == nil)
    #expect(limiter.take("north", at: 0) == 1)
    #expect(limiter.take("south", at: 0) == nil)
  }

  @Test func slowLimitSaysHowLongToWait() {
    let limiter = RateLimiter<Int>(perSecond: 1, burst: 1)
    #expect(limiter.take(1, at: 0) == nil)
    #expect(limiter.take(1, at: 100) == 1)
  }

  @Test func forgottenBucketsAreFullOnes() {
    let limiter = RateLimiter<Int>(perSecond: 1, burst: 2)
    for key in 0..<5000 { #expect(limiter.take(key, at: Int64(key)) == nil) }
    // The sweep must not give a bucket back what it has not earned.
    #expect(limiter.take(4999, at: 4999) == nil)
    #expect(limiter.take(4999, at: 4999) == 1)
  }

  @Test func clockThatGoesBackwardsGivesNothing() {
    let limiter = RateLimiter<Int>(perSecond: 1, burst: 1)
    #expect(limiter.take(1, at: 10_000) == nil)
    #expect(limiter.take(1, at: 0) == 1)
    #expect(limiter.take(1, at: .min) == 1)
  }
}
