/// One request and its answer, from the first byte of the head to the close of the stream.
final class ServerStream {
  enum Phase {
    /// Fields arrive.
    case head
    /// The body arrives, at most this many bytes.
    case body(maximum: Int)
    /// The handler has the request.
    case handling
    /// The answer is on its way; what still arrives is thrown away.
    case answering
    /// The answer is sent and the request is not complete: a moment for the client to read the one and stop
    /// the other by itself.
    case answered
  }

  let identifier: Int32
  var phase = Phase.head
  /// When the phase began.
  var phaseStart: MonotonicTime
  var builder = HeadBuilder()
  var head: RequestHead?
  /// What arrived of the body.
  var body: [UInt8] = []
  /// How much of the body is charged to the connection and the server.
  var bodyReserved = 0
  /// How much of the body there is, also after the handler took it.
  var bodyCount = 0
  /// Whether the peer has sent all it will.
  var isRequestComplete = false
  /// The handler at work.
  var task: Task<Void, Never>?
  /// The content of the answer, and how much of it was handed on.
  var content: [UInt8] = []
  var contentSent = 0

  init(identifier: Int32, now: MonotonicTime) {
    self.identifier = identifier
    phaseStart = now
  }

  /// Goes to another phase.
  func enter(_ phase: Phase, now: MonotonicTime) {
    self.phase = phase
    phaseStart = now
  }

  /// When the phase must be over. It moves with the bytes that arrive, never with the number of reads.
  func deadline(_ limits: ServerLimits) -> MonotonicTime {
    switch phase {
    case .head: phaseStart + limits.headDeadline
    case .body:
      min(
        phaseStart + limits.bodyDeadline,
        phaseStart + limits.rateGrace + limits.time(for: bodyCount))
    case .handling: phaseStart + limits.responseDeadline
    case .answering: phaseStart + limits.writeStall + limits.time(for: contentSent)
    case .answered: phaseStart + limits.answerGrace
    }
  }
}
