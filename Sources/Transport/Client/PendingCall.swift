internal import Synchronization

/// One request between the task that waits for it and the thread that does it: delivered exactly once,
/// whichever of answer and cancellation comes first.
final class PendingCall: Sendable {
  private enum Phase {
    case waiting
    case running(CurlSession)
    case cancelled
    case finished
  }

  private struct State {
    var phase = Phase.waiting
    var deliver: (@Sendable (Result<ClientResponse, ClientError>) -> Void)?
  }

  private let state = Mutex(State())

  /// Says where the result goes. A call that was cancelled before gets its result here.
  func onResult(_ deliver: @escaping @Sendable (Result<ClientResponse, ClientError>) -> Void) {
    let isCancelled = state.withLock { state in
      guard case .cancelled = state.phase else {
        state.deliver = deliver
        return false
      }
      state.phase = .finished
      return true
    }
    if isCancelled { deliver(.failure(.cancelled)) }
  }

  /// Ends a call that waits, and asks one that runs to end.
  func cancel() {
    enum Action {
      case none
      case deliver(@Sendable (Result<ClientResponse, ClientError>) -> Void)
      case wake(CurlSession)
    }
    let action: Action = state.withLock { state in
      switch state.phase {
      case .waiting:
        guard let deliver = state.deliver else {
          state.phase = .cancelled
          return .none
        }
        state.phase = .finished
        state.deliver = nil
        return .deliver(deliver)
      case .running(let session):
        state.phase = .cancelled
        return .wake(session)
      case .cancelled, .finished: return .none
      }
    }
    switch action {
    case .none: break
    case .deliver(let deliver): deliver(.failure(.cancelled))
    case .wake(let session): session.wakeUp()
    }
  }

  /// Whether the one who runs it should stop.
  var isCancelled: Bool {
    state.withLock { state in
      if case .cancelled = state.phase { true } else { false }
    }
  }

  /// Takes a waiting call, or moves a running one to another session; false when nobody waits any more.
  func start(on session: CurlSession) -> Bool {
    state.withLock { state in
      switch state.phase {
      case .waiting, .running:
        state.phase = .running(session)
        return true
      case .cancelled, .finished: return false
      }
    }
  }

  /// Hands over the result.
  func finish(_ result: Result<ClientResponse, ClientError>) {
    let deliver = state.withLock { state in
      state.phase = .finished
      defer { state.deliver = nil }
      return state.deliver
    }
    deliver?(result)
  }
}
