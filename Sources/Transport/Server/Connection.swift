internal import CEpoll
internal import Glibc

/// One connection, from the accept to the close: handshake, HTTP/2, and a short wait for the peer at the end.
///
/// Belongs to the loop's thread. Its tasks know its number only.
final class Connection: EventSource, TurnListener, TimerOwner {
  private enum Phase {
    case handshaking
    case open
    /// We have said our last word, and read on without listening, so that the peer may read it: a close with
    /// unread bytes resets the connection, and takes what the peer has not read with it.
    case lingering
    case closed
  }

  let identifier: UInt64
  /// Who is at the other end; nil before the handshake and on listeners without client certificates.
  private(set) var peer: VerifiedPeer?
  private let descriptor: Int32
  private let source: SourceAddress
  private let anchors: ServerTLS
  private let tls: TLSStream
  private let server: ServerCore
  private var session: HTTP2Session?
  private var phase = Phase.handshaking
  /// When the phase began.
  private var phaseStart: MonotonicTime
  /// What TLS has not taken yet, and since when it takes nothing.
  private var unsent: [UInt8] = []
  private var unsentStart = 0
  private var stalledSince: MonotonicTime?
  private var token: LoopCore.Token?
  private var interest = LoopCore.readable
  private let timer = LoopTimer()
  private var waitsForEndOfTurn = false
  /// Whether libssl holds bytes that we left for the next turn.
  private var hasUnreadBytes = false
  private var isDraining = false
  /// Bytes taken or given in one turn, so that one connection does not keep the loop to itself.
  private static let share = 262_144

  /// Nil when the system has no room for it; the descriptor then stays the caller's.
  init?(
    identifier: UInt64, descriptor: Int32, source: SourceAddress, tls: ServerTLS, server: ServerCore
  ) {
    guard let stream = try? tls.context.makeStream(descriptor: descriptor) else { return nil }
    var on: Int32 = 1
    // An answer is written whole; waiting for more to send with it would only delay it.
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    self.identifier = identifier
    self.descriptor = descriptor
    self.source = source
    anchors = tls
    self.tls = stream
    self.server = server
    phaseStart = server.loop.now
    guard let token = try? server.loop.add(self, descriptor: descriptor, events: interest) else { return nil }
    self.token = token
    timer.owner = self
    rearm()
  }

  // MARK: Events

  func ready(_ events: UInt32) {
    switch phase {
    case .handshaking: handshake()
    case .open:
      if events & LoopCore.writable != 0 { flush() }
      if phase == .open && interest & LoopCore.readable != 0 {
        receive()
      } else if phase == .open && events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
        close()
      }
    case .lingering: discard()
    case .closed: break
    }
  }

  func loopEnds() { close() }

  func turnEnded() {
    waitsForEndOfTurn = false
    if phase == .open { flush() }
    if phase == .open && hasUnreadBytes && stalledSince == nil { receive() }
  }

  func timerFired(now: MonotonicTime) {
    switch phase {
    case .closed: return
    case .lingering: return close()
    case .handshaking:
      if phaseStart + server.limits.handshakeDeadline <= now {
        server.counters.failedHandshakes.add(1)
        return close()
      }
    case .open:
      if let stalledSince, stalledSince + server.limits.writeStall <= now {
        server.counters.endedForErrors.add(1)
        return close()
      }
      session?.enforceDeadlines(now: now)
      flush()
    }
    rearm()
  }

  /// Arms the timer for the earliest deadline. Deadlines that move away cost nothing until the timer fires.
  private func rearm() {
    let limits = server.limits
    let deadline: MonotonicTime
    switch phase {
    case .handshaking: deadline = phaseStart + limits.handshakeDeadline
    case .open:
      let stall = stalledSince.map { $0 + limits.writeStall } ?? .never
      deadline = min(stall, session?.deadline ?? .never)
    case .lingering: deadline = phaseStart + limits.lingerDeadline
    case .closed: return
    }
    if !timer.isArmed || deadline < timer.deadline { server.loop.arm(timer, at: deadline) }
  }

  private func watch(_ events: UInt32) {
    guard events != interest, let token else { return }
    interest = events
    server.loop.modify(token, descriptor: descriptor, events: events)
  }

  // MARK: Handshake

  private func handshake() {
    switch tls.handshake() {
    case .wantsRead: watch(LoopCore.readable)
    case .wantsWrite: watch(LoopCore.writable)
    case .failed: refuse()
    case .done:
      guard tls.hasChosenHTTP2 else { return refuse() }
      if let anchors = anchors.anchors {
        guard let peer = tls.verifiedPeer(under: anchors) else { return refuse() }
        self.peer = peer
      }
      begin()
    }
  }

  /// Ends a handshake; libssl has written the alert.
  private func refuse() {
    server.counters.failedHandshakes.add(1)
    linger()
  }

  private func begin() {
    server.handshakeEnded(source)
    phase = .open
    phaseStart = server.loop.now
    guard let callbacks = server.callbacks,
      let session = try? HTTP2Session(
        host: self, callbacks: callbacks, encoder: server.encoder, limits: server.limits,
        now: server.loop.now)
    else { return close() }
    self.session = session
    if isDraining { session.goAway() }
    watch(LoopCore.readable)
    // Bytes that came with the last flight may be decrypted already.
    receive()
  }

  // MARK: Input and output

  private func receive() {
    guard let session else { return }
    var taken = 0
    var isEmpty = false
    let before = session.requestCount
    while !isEmpty && taken < Self.share {
      switch tls.read(into: server.input) {
      case .bytes(let count):
        taken += count
        session.receive(UnsafeRawBufferPointer(rebasing: server.input[..<count]), now: server.loop.now)
        // What is still in the socket, epoll tells.
        isEmpty = !tls.hasBufferedBytes
      case .wouldBlock: isEmpty = true
      case .closed: return close()
      }
    }
    hasUnreadBytes = !isEmpty
    server.counters.requests.add(session.requestCount - before)
    wantFlush()
  }

  /// Sends once at the end of the turn, when handlers that were quick have answered as well.
  private func wantFlush() {
    guard !waitsForEndOfTurn else { return }
    waitsForEndOfTurn = true
    server.loop.atEndOfTurn(self)
  }

  private func flush() {
    guard let session else { return }
    var given = 0
    while given < Self.share {
      if unsentStart < unsent.count {
        let progress = unsent.withUnsafeBytes {
          tls.write(UnsafeRawBufferPointer(rebasing: $0[unsentStart...]))
        }
        guard let count = advance(progress) else { return }
        unsentStart += count
        given += count
        continue
      }
      unsent = []
      unsentStart = 0
      let filled = fillOutput(from: session)
      session.executeSentence()
      guard filled > 0 else { break }
      var sent = 0
      while sent < filled {
        switch tls.write(UnsafeRawBufferPointer(rebasing: server.output[sent..<filled])) {
        case .done(let count): sent += count
        case .failed: return close()
        case .wantsRead, .wantsWrite:
          unsent = Array(server.output[sent..<filled])
          given += sent
          return stall()
        }
      }
      given += sent
      stalledSince = nil
    }
    stalledSince = nil
    // With the share used up, the socket is asked again, after the others.
    watch(given >= Self.share ? LoopCore.readable | LoopCore.writable : LoopCore.readable)
    if given < Self.share && session.isOver { return endInOrder() }
    if hasUnreadBytes { wantFlush() }
    rearm()
  }

  /// Collects frames until a TLS record is full.
  private func fillOutput(from session: HTTP2Session) -> Int {
    var filled = 0
    while filled < 16_000, let bytes = session.nextOutput(now: server.loop.now) {
      // nghttp2 hands out one frame at a time, and none of ours is longer than a record and a half.
      precondition(bytes.count <= server.output.count - filled, "a frame is longer than the buffer")
      UnsafeMutableRawBufferPointer(rebasing: server.output[filled...]).copyMemory(from: bytes)
      filled += bytes.count
    }
    return filled
  }

  /// Nil when nothing more can be written now.
  private func advance(_ progress: TLSStream.Progress) -> Int? {
    switch progress {
    case .done(let count):
      stalledSince = nil
      return count
    case .failed: close()
    case .wantsRead, .wantsWrite: stall()
    }
    return nil
  }

  /// The socket takes no more. Until it does, nothing more is read either: a peer that does not read its
  /// answers gets no more of them.
  private func stall() {
    if stalledSince == nil { stalledSince = server.loop.now }
    watch(LoopCore.writable)
    rearm()
  }

  // MARK: The end

  /// Everything is said, and the session is over.
  private func endInOrder() {
    if session?.condemned != nil { server.counters.endedForErrors.add(1) }
    tls.sendCloseNotify()
    linger()
  }

  private func linger() {
    leaveSession()
    phase = .lingering
    phaseStart = server.loop.now
    shutdown(descriptor, Int32(SHUT_WR))
    watch(LoopCore.readable)
    server.loop.disarm(timer)
    rearm()
  }

  private func discard() {
    for _ in 0..<16 {
      let count = recv(descriptor, server.input.baseAddress, server.input.count, 0)
      if count > 0 { continue }
      if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
      return close()
    }
  }

  /// Ends it at once: the peer has gone, is not wanted any more, or too slow.
  func close() {
    guard phase != .closed else { return }
    leaveSession()
    phase = .closed
    server.loop.disarm(timer)
    if let token { server.loop.remove(token, descriptor: descriptor) }
    token = nil
    Glibc.close(descriptor)
    server.forget(self)
  }

  private func leaveSession() {
    if phase == .handshaking { server.handshakeEnded(source) }
    session?.abandon()
    session = nil
  }

  /// Takes no more requests, answers those under way, and ends.
  func drain() {
    isDraining = true
    switch phase {
    case .handshaking: close()
    case .open:
      session?.goAway()
      wantFlush()
    case .lingering, .closed: break
    }
  }

  /// A handler has answered.
  func finish(stream: Int32, with response: HTTPResponse) {
    guard let session else { return }
    session.finish(stream, with: response, now: server.loop.now)
    wantFlush()
  }
}

extension Connection: SessionHost {
  func decide(_ head: RequestHead) -> RequestDecision {
    server.handler.decide(head, peer: peer, source: source.text)
  }

  func start(_ stream: ServerStream, head: RequestHead, body: [UInt8], above limit: Int?) {
    let handler = server.handler
    let (peer, source) = (peer, source.text)
    let (connection, identifier, bytes) = (self.identifier, stream.identifier, stream.bodyReserved)
    let bound = LoopBound(server, on: server.bound)
    stream.task = Task(executorPreference: server.bound) {
      let response =
        if let limit {
          await handler.refuseBody(of: head, above: limit, peer: peer, source: source)
        } else {
          await handler.respond(to: head, body: body, peer: peer, source: source)
        }
      bound.use { server in
        server.finish(connection: connection, stream: identifier, bodyBytes: bytes, response: response)
      }
    }
  }

  func reserve(_ bytes: Int) -> Bool { server.reserve(bytes) }

  func release(_ bytes: Int) { server.release(bytes) }
}
