internal import Synchronization

/// A listening socket on a loop. Accepts a few connections each turn, and rests when there is no room.
final class Listener: EventSource, TimerOwner {
  let socket: ListeningSocket
  private let identity: ListenerIdentity
  // A listener and a connection keep the core alive for as long as the loop watches them.
  private let server: ServerCore
  private var token: LoopCore.Token?
  private let pause = LoopTimer()
  /// Connections taken in one turn; the other connections have their turn in between.
  private static let batch = 64

  init(_ identity: ListenerIdentity, server: ServerCore) {
    socket = identity.socket
    self.identity = identity
    self.server = server
    pause.owner = self
    watch()
  }

  private func watch() {
    // Without room in the kernel for one more descriptor to watch, it is tried again after the pause.
    token = try? server.loop.add(self, descriptor: socket.descriptor, events: LoopCore.readable)
    if token == nil { server.loop.arm(pause, at: server.loop.now + .milliseconds(100)) }
  }

  func ready(_ events: UInt32) {
    for _ in 0..<Self.batch {
      switch socket.accept() {
      case .connection(let descriptor, let source):
        server.admit(descriptor: descriptor, source: source, tls: identity.tls.withLock { $0 })
      case .none: return
      case .failed: continue
      case .exhausted:
        // The connection stays in the queue and the socket readable: watching it on would only spin.
        unwatch()
        server.loop.arm(pause, at: server.loop.now + .milliseconds(100))
        return
      }
    }
  }

  func timerFired(now: MonotonicTime) { watch() }

  /// Stops for good.
  func close() {
    unwatch()
    server.loop.disarm(pause)
  }

  func loopEnds() { close() }

  private func unwatch() {
    guard let token else { return }
    server.loop.remove(token, descriptor: socket.descriptor)
    self.token = nil
  }
}

/// The part of a listener that other threads change: what it proves and whom it lets in.
final class ListenerIdentity: Sendable {
  let socket: ListeningSocket
  let tls: Mutex<ServerTLS>

  init(socket: ListeningSocket, tls: ServerTLS) {
    self.socket = socket
    self.tls = Mutex(tls)
  }
}
