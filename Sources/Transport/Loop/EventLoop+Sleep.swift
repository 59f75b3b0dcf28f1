internal import Synchronization

extension EventLoop {
  /// Waits on a timer of the loop. Returns early when the task is cancelled or the loop ends.
  package func sleep(for duration: Duration) async {
    let sleeper = Sleeper()
    let deadline = MonotonicTime.now() + duration
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard sleeper.begin(continuation) else { return }
        run { sleeper.arm(on: self, at: deadline) }
      }
    } onCancel: {
      sleeper.end()
      run { sleeper.disarm(on: self) }
    }
  }
}

/// One wait. Whoever comes first, the timer, the cancellation or the end of the loop, ends it.
private final class Sleeper: TimerOwner, Sendable {
  private enum State {
    case new
    case waiting(CheckedContinuation<Void, Never>)
    case over
  }

  private let state = Mutex(State.new)
  // Touched on the loop's thread only, by `arm` and `disarm`.
  private nonisolated(unsafe) let timer = LoopTimer()

  /// Keeps the continuation; when the wait is over already, resumes it and says false.
  func begin(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
    let isOver = state.withLock { state in
      if case .over = state { return true }
      state = .waiting(continuation)
      return false
    }
    if isOver { continuation.resume() }
    return !isOver
  }

  func end() {
    let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
      defer { state = .over }
      guard case .waiting(let continuation) = state else { return nil }
      return continuation
    }
    continuation?.resume()
  }

  func arm(on loop: EventLoop, at deadline: MonotonicTime) {
    let isOver = state.withLock { state in
      if case .over = state { return true }
      return false
    }
    guard !isOver else { return }
    timer.owner = self
    // Without its loop a wait can only end.
    if loop.whenOnLoop({ $0.arm(timer, at: deadline) }) == nil { end() }
  }

  func disarm(on loop: EventLoop) { loop.whenOnLoop { $0.disarm(timer) } }

  func timerFired(now: MonotonicTime) { end() }
}
