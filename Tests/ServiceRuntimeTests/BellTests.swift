import ServiceRuntime
import Testing

@Suite struct BellTests {
  @Test func aRingBetweenReadingAndWaitingIsNotMissed() async {
    let bell = Bell<String>()
    let seen = bell.revision(of: "north")
    bell.ring("north")
    // Would never return if the ring had been missed.
    await bell.wait(for: "north", after: seen)
    #expect(bell.revision(of: "north") == seen + 1)
  }

  @Test func everyWaiterOfTheKeyWakesAndNoOther() async throws {
    let bell = Bell<String>()
    let other = Task {
      await bell.wait(for: "south", after: 0, atMost: { try? await Task.sleep(for: .seconds(60)) })
    }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { await bell.wait(for: "north", after: 0) } }
      group.addTask {
        await Task.yield()
        bell.ring("north")
      }
    }
    #expect(bell.revision(of: "south") == 0)
    other.cancel()
    await other.value
  }

  @Test func nobodyWaitsAtAClosedBell() async {
    let bell = Bell<Int>()
    #expect(!bell.isClosed)
    await withTaskGroup(of: Void.self) { group in
      for key in 0..<50 { group.addTask { await bell.wait(for: key, after: 0) } }
      group.addTask {
        await Task.yield()
        bell.close()
      }
    }
    #expect(bell.isClosed)
    // Nor does anybody who comes later.
    await bell.wait(for: 1, after: 0)
    #expect(bell.revision(of: 1) == 0)
  }

  @Test func cancelledWaiterReturns() async {
    let bell = Bell<Int>()
    let task = Task { await bell.wait(for: 1, after: 0) }
    task.cancel()
    await task.value
    #expect(bell.revision(of: 1) == 0)
  }

  @Test func waitingEndsWithItsTime() async {
    let bell = Bell<Int>()
    await bell.wait(for: 1, after: 0, atMost: { try? await Task.sleep(for: .milliseconds(5)) })
    #expect(bell.revision(of: 1) == 0)
  }
}
