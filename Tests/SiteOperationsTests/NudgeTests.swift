import Testing

@testable import SiteOperations

/// Pauses of an hour: one that is not ended early runs into the time limit.
@Suite(.timeLimit(.minutes(5))) struct NudgeTests {
  @Test func nudgeEndsThePauseUnderWay() async throws {
    let nudge = Nudge()
    let giving = Task {
      try await Task.sleep(for: .milliseconds(50))
      nudge.give()
    }
    try await nudge.pause { try await Task.sleep(for: .seconds(3600)) }
    try await giving.value
  }

  @Test func nudgeBeforeAPauseIsNotLostAndCountsOnce() async throws {
    let nudge = Nudge()
    nudge.give()
    nudge.give()
    try await nudge.pause { try await Task.sleep(for: .seconds(3600)) }
    let second = try await ContinuousClock().measure {
      try await nudge.pause { try await Task.sleep(for: .milliseconds(200)) }
    }
    #expect(second >= .milliseconds(200))
  }

  @Test func cancelledCallerIsToldSo() async throws {
    let nudge = Nudge()
    let waiting = Task { try await nudge.pause { try await Task.sleep(for: .seconds(3600)) } }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}
