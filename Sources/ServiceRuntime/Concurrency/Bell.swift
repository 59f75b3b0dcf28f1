import Synchronization

/// Lets tasks wait until something that they watch has changed: who waits by key, and who changes rings.
///
/// A watcher reads the revision first, then the state, then waits for a later revision; so a ring between
/// reading and waiting is never missed.
package final class Bell<Key: Hashable & Sendable>: Sendable {
  private struct State {
    var revisions: [Key: UInt64] = [:]
    var waiters: [Key: [UInt64: CheckedContinuation<Void, Never>]] = [:]
    var nextWaiter: UInt64 = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  /// A bell that nobody waits for.
  package init() {}

  /// How often the key was rung.
  package func revision(of key: Key) -> UInt64 { state.withLock { $0.revisions[key] ?? 0 } }

  /// Wakes everybody who waits for the key.
  package func ring(_ key: Key) {
    let waiters = state.withLock { state in
      state.revisions[key, default: 0] += 1
      return state.waiters.removeValue(forKey: key)
    }
    for waiter in waiters.map({ Array($0.values) }) ?? [] { waiter.resume() }
  }

  /// Whether nobody waits here any more.
  package var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Wakes everybody; from now on nobody waits.
  package func close() {
    let waiters = state.withLock { state in
      state.isClosed = true
      defer { state.waiters = [:] }
      return state.waiters.values.flatMap(\.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when the key was rung after `revision`, or when the task is cancelled.
  package func wait(for key: Key, after revision: UInt64) async {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          // A cancelled task has run its handler already, which found nobody to wake.
          if state.isClosed || (state.revisions[key] ?? 0) > revision || Task.isCancelled { return true }
          state.waiters[key, default: [:]][waiter] = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        let continuation = state.waiters[key]?.removeValue(forKey: waiter)
        if state.waiters[key]?.isEmpty == true { state.waiters[key] = nil }
        return continuation
      }
      continuation?.resume()
    }
  }

  /// The same, but at most until `sleep` returns.
  package func wait(
    for key: Key, after revision: UInt64, atMost sleep: @escaping @Sendable () async -> Void
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(for: key, after: revision) }
      group.addTask { await sleep() }
      await group.next()
      group.cancelAll()
    }
  }
}
