internal import Glibc

/// The part of a server that lives on the loop's thread: its connections, their caps and shared storage.
final class ServerCore {
  let loop: LoopCore
  let bound: EventLoop
  let limits: ServerLimits
  let handler: any RequestHandler
  /// Nil when nghttp2 had no memory for them; there are no connections then.
  let callbacks: SessionCallbacks?
  let encoder = ResponseEncoder()
  /// Read and write buffers, one for all connections: none keeps bytes in them between two calls.
  let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
  let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 49_152, alignment: 16)
  let counters: ServerCounters

  private var connections: [UInt64: Connection] = [:]
  private var nextIdentifier: UInt64 = 1
  private var listeners: [UInt16: Listener] = [:]
  private var openHandshakes = 0
  private var handshakes: [SourceAddress.Group: Int] = [:]
  private var isDraining = false
  private var whenEmpty: [() -> Void] = []

  init(
    bound: EventLoop, counters: ServerCounters, limits: ServerLimits, handler: any RequestHandler
  ) {
    loop = bound.coreForOwners
    self.bound = bound
    self.counters = counters
    self.limits = limits
    self.handler = handler
    callbacks = try? SessionCallbacks(limits: limits)
  }

  deinit {
    input.deallocate()
    output.deallocate()
  }

  // MARK: Listeners

  func listen(_ identity: ListenerIdentity) {
    guard !isDraining else { return }
    listeners[identity.socket.port] = Listener(identity, server: self)
  }

  func stopListening(port: UInt16) { listeners.removeValue(forKey: port)?.close() }

  func stopListening() {
    for listener in listeners.values { listener.close() }
    listeners = [:]
  }

  // MARK: Connections

  /// Takes a new connection in, unless a cap is reached.
  func admit(descriptor: Int32, source: SourceAddress, tls: ServerTLS) {
    let fromSource = handshakes[source.group] ?? 0
    guard !isDraining, connections.count < limits.maximumConnections,
      openHandshakes < limits.maximumHandshakes, fromSource < limits.maximumHandshakesPerSource,
      let connection = Connection(
        identifier: nextIdentifier, descriptor: descriptor, source: source, tls: tls, server: self)
    else {
      counters.refusedConnections.add(1)
      close(descriptor)
      return
    }
    nextIdentifier += 1
    connections[connection.identifier] = connection
    handshakes[source.group] = fromSource + 1
    openHandshakes += 1
    counters.acceptedConnections.add(1)
    counters.openConnections.add(1)
  }

  /// A handshake has come to its end, good or bad.
  func handshakeEnded(_ source: SourceAddress) {
    openHandshakes -= 1
    let rest = (handshakes[source.group] ?? 1) - 1
    handshakes[source.group] = rest > 0 ? rest : nil
  }

  /// A connection has closed its descriptor.
  func forget(_ connection: Connection) {
    connections[connection.identifier] = nil
    counters.openConnections.add(-1)
    guard isDraining && connections.isEmpty else { return }
    let waiting = whenEmpty
    whenEmpty = []
    for call in waiting { call() }
  }

  /// Hands a handler's answer to its stream, if the connection is still there.
  func finish(connection: UInt64, stream: Int32, bodyBytes: Int, response: HTTPResponse) {
    release(bodyBytes)
    connections[connection]?.finish(stream: stream, with: response)
  }

  func closeConnections(where isMatch: (VerifiedPeer) -> Bool) {
    for connection in Array(connections.values) {
      if let peer = connection.peer, isMatch(peer) { connection.close() }
    }
  }

  /// Takes no more connections and no more requests; calls back when the last connection has closed.
  func drain(_ done: @escaping () -> Void) {
    isDraining = true
    stopListening()
    guard !connections.isEmpty else { return done() }
    whenEmpty.append(done)
    for connection in Array(connections.values) { connection.drain() }
  }

  /// Ends what drains too slowly.
  func closeAll() {
    for connection in Array(connections.values) { connection.close() }
  }

  // MARK: Memory for bodies

  func reserve(_ bytes: Int) -> Bool {
    guard counters.bufferedBytes.value + bytes <= limits.maximumBufferedBytes else { return false }
    counters.bufferedBytes.add(bytes)
    return true
  }

  func release(_ bytes: Int) { if bytes > 0 { counters.bufferedBytes.add(-bytes) } }
}
