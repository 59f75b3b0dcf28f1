import Testing

@testable import SiteOperations

@Suite struct NudgeTests {
  private func seconds(_ body: () async throws -> Void) async rethrows -> Duration {
    try await ContinuousClock().measure(body)
  }

  @Test func nudgeEndsThePauseUnderWay() async throws {
    let nudge = Nudge()
    let giving = Task {
      try await Task.sleep(for: .milliseconds(50))
      nudge.give()
    }
    let taken = try await seconds { try await nudge.pause { try await Task.sleep(for: .seconds(60)) } }
    try await giving.value
    #expect(taken < .seconds(30))
  }

  @Test func nudgeBeforeAPauseIsNotLostAndCountsOnce() async throws {
    let nudge = Nudge()
    nudge.give()
    nudge.give()
    let first = try await seconds { try await nudge.pause { try await Task.sleep(for: .seconds(60)) } }
    #expect(first < .seconds(30))
    let second = try await seconds { try await nudge.pause { try await Task.sleep(for: .milliseconds(200)) } }
    #expect(second >= .milliseconds(200))
  }

  @Test func cancelledCallerIsToldSo() async throws {
    let nudge = Nudge()
    let waiting = Task { try await nudge.pause { try await Task.sleep(for: .seconds(60)) } }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}
