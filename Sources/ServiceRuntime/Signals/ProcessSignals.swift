internal import Dispatch
import Glibc
internal import Synchronization

/// What the system or an operator asks of the process.
package enum ProcessSignal: Sendable, Equatable {
  /// SIGTERM: end in good order.
  case terminate
  /// SIGINT: the same, from a terminal.
  case interrupt
  /// SIGHUP: read the configuration and the certificates again.
  case reload
}

/// Suspends until SIGTERM or SIGINT has come, also if it came before; nil when the task is cancelled first.
///
/// From the first call on, in any function of this file, these signals do not end the process by themselves.
/// A second SIGINT does: whoever presses the keys twice does not want to wait.
package func termination() async -> ProcessSignal? {
  for await signal in SignalHub.shared.subscribe() where signal != .reload { return signal }
  return nil
}

/// One element for each SIGHUP from now on; several that come together may count as one.
package func reloads() -> AsyncStream<Void> {
  let signals = SignalHub.shared.subscribe()
  return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
    let task = Task {
      for await signal in signals where signal == .reload { continuation.yield() }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
  }
}

/// Starts to catch the signals without waiting for one, so that none is lost between the start of the process
/// and the first wait.
package func catchSignals() { _ = SignalHub.shared }

// Written to by the handler, which may use nothing but write(2): a global that exists before it is installed.
private let handlerDescriptor = Atomic<Int32>(-1)

/// Turns signals into elements of streams: the handler writes a byte into a pipe, and a queue reads it.
// Sendable because the source is made in init and not touched again; everything else is behind the mutex.
private final class SignalHub: @unchecked Sendable {
  private struct State {
    var termination: ProcessSignal?
    var subscribers: [Int: AsyncStream<ProcessSignal>.Continuation] = [:]
    var nextSubscriber = 0
  }

  static let shared = SignalHub()

  private let state = Mutex(State())
  /// Kept, because a source that nobody holds stops.
  private let source: (any DispatchSourceRead)?

  private init() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      source = nil
      return
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    handlerDescriptor.store(ends[1], ordering: .sequentiallyConsistent)
    let reading = ends[0]
    let source = DispatchSource.makeReadSource(
      fileDescriptor: reading, queue: DispatchQueue(label: "equipoise.signals"))
    self.source = source
    source.setEventHandler { [weak self] in
      var bytes = [UInt8](repeating: 0, count: 64)
      let count = read(reading, &bytes, bytes.count)
      for byte in bytes.prefix(max(0, count)) { self?.receive(Int32(byte)) }
    }
    source.activate()
    for number in [SIGTERM, SIGINT, SIGHUP] { install(number) }
  }

  private func install(_ number: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(handlerDescriptor.load(ordering: .relaxed), &byte, 1)
      errno = saved
    }
    action.sa_flags = Int32(SA_RESTART)
    sigaction(number, &action, nil)
  }

  private func receive(_ number: Int32) {
    let signal: ProcessSignal
    switch number {
    case SIGTERM: signal = .terminate
    case SIGINT:
      signal = .interrupt
      Glibc.signal(SIGINT, SIG_DFL)
    default: signal = .reload
    }
    let subscribers = state.withLock { state in
      if signal != .reload, state.termination == nil { state.termination = signal }
      return Array(state.subscribers.values)
    }
    for subscriber in subscribers { subscriber.yield(signal) }
  }

  func subscribe() -> AsyncStream<ProcessSignal> {
    AsyncStream(bufferingPolicy: .bufferingNewest(8)) { continuation in
      let (number, earlier) = state.withLock { state in
        let number = state.nextSubscriber
        state.nextSubscriber += 1
        state.subscribers[number] = continuation
        return (number, state.termination)
      }
      if let earlier { continuation.yield(earlier) }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.subscribers.removeValue(forKey: number) }
      }
    }
  }
}
