internal import Synchronization

/// An HTTP/2 server on TLS 1.3, on one loop, with any number of listeners.
///
/// It knows connections, requests and peers, and nothing of what they are about. The methods may be called
/// on any thread; what they ask for happens on the loop.
package final class HTTPServer: Sendable {
  private struct Shared {
    var listeners: [UInt16: ListenerIdentity] = [:]
    var isDraining = false
  }

  private let loop: EventLoop
  private let core: LoopBound<ServerCore>
  private let shared = Mutex(Shared())
  private let counters = ServerCounters()

  /// Makes a server without listeners.
  package init(loop: EventLoop, limits: ServerLimits, handler: any RequestHandler) {
    self.loop = loop
    core = LoopBound(
      ServerCore(bound: loop, counters: counters, limits: limits, handler: handler), on: loop)
  }

  deinit {
    core.useLater { core in
      core.stopListening()
      core.closeAll()
    }
  }

  /// Opens a listener; connections are taken once the loop runs.
  ///
  /// - Parameters:
  ///   - address: numeric; "::" takes IPv4 as well.
  ///   - port: 0 for any free one.
  /// - Returns: the port.
  /// - Throws: `TransportError`.
  package func listen(address: String, port: UInt16, tls: ServerTLS) throws -> UInt16 {
    let identity = ListenerIdentity(socket: try ListeningSocket(address: address, port: port), tls: tls)
    try shared.withLock { shared in
      guard !shared.isDraining else { throw TransportError.draining }
      shared.listeners[identity.socket.port] = identity
    }
    core.use { $0.listen(identity) }
    return identity.socket.port
  }

  /// Closes a listener, and leaves its connections alone. When it returns, new ones are refused.
  package func stopListening(port: UInt16) {
    guard let identity = shared.withLock({ $0.listeners.removeValue(forKey: port) }) else { return }
    identity.socket.refuse()
    core.use { $0.stopListening(port: port) }
  }

  /// Gives a listener another identity or other anchors: for new connections, from now on.
  ///
  /// - Throws: `TransportError.notListening`.
  package func replaceTLS(port: UInt16, tls: ServerTLS) throws {
    guard let identity = shared.withLock({ $0.listeners[port] }) else {
      throw TransportError.notListening(port: port)
    }
    identity.tls.withLock { $0 = tls }
  }

  /// Closes the connections of some peers at once, whatever they are doing.
  package func closeConnections(where isMatch: @escaping @Sendable (VerifiedPeer) -> Bool) {
    core.useLater { $0.closeConnections(where: isMatch) }
  }

  /// Closes the listeners, lets the requests under way be answered, and returns when all connections have
  /// closed. After `timeout` those that are left are cut off.
  package func drain(timeout: Duration) async {
    let listeners = shared.withLock { shared in
      shared.isDraining = true
      defer { shared.listeners = [:] }
      return shared.listeners
    }
    for identity in listeners.values { identity.socket.refuse() }
    let core = self.core
    let deadline = Task(executorPreference: loop) { [loop] in
      await loop.sleep(for: timeout)
      guard !Task.isCancelled else { return }
      core.useLater { $0.closeAll() }
    }
    await withCheckedContinuation { continuation in
      core.useLater(orElse: { continuation.resume() }) { server in
        server.drain { continuation.resume() }
      }
    }
    deadline.cancel()
  }

  /// Counts, as of now.
  package var statistics: ServerStatistics { counters.snapshot }
}
