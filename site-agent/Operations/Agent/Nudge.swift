internal import Synchronization

/// Ends a pause of the worker early when the poller has brought something to do.
final class Nudge: Sendable {
  private struct State {
    var isDue = false
    var pause: Task<Void, any Error>?
  }

  private let state = Mutex(State())

  /// Ends the pause under way; without one, the next pause ends at once.
  func give() {
    let pause = state.withLock { state in
      state.isDue = state.pause == nil
      return state.pause
    }
    pause?.cancel()
  }

  /// Waits for as long as `delay` does, unless a nudge comes first.
  ///
  /// - Throws: what `delay` throws, and `CancellationError` when the caller is cancelled.
  func pause(_ delay: @escaping @Sendable () async throws -> Void) async throws {
    let pause = Task { try await delay() }
    let isDue = state.withLock { state in
      defer { state = State(isDue: false, pause: pause) }
      return state.isDue
    }
    if isDue { pause.cancel() }
    defer { state.withLock { $0.pause = nil } }
    let outcome = await withTaskCancellationHandler {
      await pause.result
    } onCancel: {
      pause.cancel()
    }
    try Task.checkCancellation()
    // A pause that was ended by a nudge says that it was cancelled.
    if case .failure(let error) = outcome, !(error is CancellationError) { throw error }
  }
}
