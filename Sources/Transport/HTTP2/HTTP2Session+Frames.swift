internal import CNGHTTP2

/// What nghttp2 tells while it reads and writes.
extension HTTP2Session {
  /// The nine bytes of a frame's header are there.
  func frameBegins(type: UInt8, stream: Int32) {
    switch nghttp2_frame_type(UInt32(type)) {
    case NGHTTP2_HEADERS:
      // One head at a time: nothing may come between its frames.
      openHead = (stream, now)
    case NGHTTP2_DATA, NGHTTP2_CONTINUATION, NGHTTP2_RST_STREAM, NGHTTP2_GOAWAY: break
    case NGHTTP2_WINDOW_UPDATE:
      windowUpdates += 1
      if windowUpdates > limits.controlFrameBurst { condemn(NGHTTP2_ENHANCE_YOUR_CALM) }
    default:
      if !controlFrames.take(now: now) { condemn(NGHTTP2_ENHANCE_YOUR_CALM) }
    }
  }

  /// A block of fields begins.
  func headBegins(stream identifier: Int32, isRequest: Bool) -> Int32 {
    guard isRequest else {
      // Fields after a body: nothing of the product has a use for them.
      condemn(NGHTTP2_PROTOCOL_ERROR)
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    }
    streams[identifier] = ServerStream(identifier: identifier, now: now)
    lastActivity = now
    return 0
  }

  /// One field of a request's head.
  func field(
    stream identifier: Int32, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>
  ) -> Int32 {
    guard let stream = streams[identifier], case .head = stream.phase else { return 0 }
    switch stream.builder.add(name: name, value: value, limits: limits) {
    case .goOn: return 0
    case .giveUp:
      condemn(NGHTTP2_ENHANCE_YOUR_CALM)
      return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
  }

  /// A frame is complete; for a head, with all its continuations.
  func frameArrived(type: UInt8, flags: UInt8, stream identifier: Int32, length: Int) {
    let endsStream = flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch nghttp2_frame_type(UInt32(type)) {
    case NGHTTP2_SETTINGS: hasBegun = true
    case NGHTTP2_HEADERS:
      openHead = nil
      guard let stream = streams[identifier], case .head = stream.phase else { return }
      stream.isRequestComplete = endsStream
      headArrived(stream)
    case NGHTTP2_DATA:
      guard endsStream else {
        if length == 0 && !controlFrames.take(now: now) { condemn(NGHTTP2_ENHANCE_YOUR_CALM) }
        return
      }
      guard let stream = streams[identifier] else { return }
      stream.isRequestComplete = true
      if case .body = stream.phase { handle(stream) }
    default: break
    }
  }

  private func headArrived(_ stream: ServerStream) {
    requestCount += 1
    if requestCount >= limits.maximumRequestsPerConnection { goAway() }
    let head = stream.builder.finish()
    let refusal = stream.builder.refusal
    stream.builder = HeadBuilder()
    guard let head else {
      answer(stream, HTTPResponse(status: refusal ?? 400))
      // Whoever writes such heads is not asked for another one.
      return goAway()
    }
    stream.head = head
    switch host.decide(head) {
    case .answer(let response): answer(stream, response)
    case .ignoreBody: handle(stream)
    case .readBody(let maximum):
      if let length = head.contentLength, length > maximum { return refuseBody(of: stream, above: maximum) }
      stream.enter(.body(maximum: maximum), now: now)
      if stream.isRequestComplete { return handle(stream) }
      widenWindow(of: stream, to: min(head.contentLength ?? maximum, maximum))
    }
  }

  /// A part of a body.
  func bodyArrived(stream identifier: Int32, bytes: UnsafeBufferPointer<UInt8>) {
    let stream = streams[identifier]
    consume(bytes.count, of: stream, identifier: identifier)
    guard let stream, case .body(let maximum) = stream.phase else { return }
    stream.bodyCount += bytes.count
    guard stream.bodyCount <= maximum else { return refuseBody(of: stream, above: maximum) }
    guard bufferedBytes + bytes.count <= limits.maximumBufferedBytesPerConnection, host.reserve(bytes.count)
    else {
      return answer(
        stream, HTTPResponse(status: 503, fields: [HTTPField(name: "retry-after", value: "5")]))
    }
    bufferedBytes += bytes.count
    stream.bodyReserved += bytes.count
    if stream.body.isEmpty, let length = stream.head?.contentLength {
      // Not more at once than a client has to send anyway before anyone believes its length.
      stream.body.reserveCapacity(min(length, 1_048_576))
    }
    stream.body.append(contentsOf: bytes)
  }

  private func handle(_ stream: ServerStream) {
    guard let head = stream.head else { return }
    stream.enter(.handling, now: now)
    let body = stream.body
    stream.body = []
    // From here the body is the handler's; the connection's share of it is free again.
    bufferedBytes -= stream.bodyReserved
    host.start(stream, head: head, body: body, above: nil)
    stream.bodyReserved = 0
  }

  /// The rest of the body is thrown away, as after an answer.
  private func refuseBody(of stream: ServerStream, above limit: Int) {
    guard let head = stream.head else { return }
    dropBody(of: stream)
    stream.enter(.handling, now: now)
    host.start(stream, head: head, body: [], above: limit)
  }

  /// A frame was handed on for sending.
  func frameSent(type: UInt8, flags: UInt8, stream identifier: Int32) {
    let kind = nghttp2_frame_type(UInt32(type))
    guard kind == NGHTTP2_DATA || kind == NGHTTP2_HEADERS else { return }
    windowUpdates = 0
    guard flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0, let stream = streams[identifier],
      !stream.isRequestComplete
    else { return }
    stream.enter(.answered, now: now)
  }

  /// A stream was reset by us.
  func resetSent(code: UInt32) {
    guard code != NGHTTP2_NO_ERROR.rawValue, code != NGHTTP2_REFUSED_STREAM.rawValue else { return }
    // A message that contradicts itself, such as a body of another length than it said.
    if code == NGHTTP2_PROTOCOL_ERROR.rawValue { condemn(NGHTTP2_PROTOCOL_ERROR) }
    streamErrors += 1
    // Resets that the client provokes cost as much as those that it sends.
    if streamErrors > limits.maximumStreamErrors { condemn(NGHTTP2_ENHANCE_YOUR_CALM) }
  }

  /// A head of ours could not be sent, because it is too large.
  func frameNotSent(type: UInt8, stream identifier: Int32) {
    guard nghttp2_frame_type(UInt32(type)) == NGHTTP2_HEADERS, streams[identifier] != nil else { return }
    reset(identifier, NGHTTP2_INTERNAL_ERROR)
  }

  /// A stream is done, one way or the other.
  func streamClosed(_ identifier: Int32) {
    guard let stream = streams.removeValue(forKey: identifier) else { return }
    if openHead?.stream == identifier { openHead = nil }
    leave(stream)
  }
}

extension ServerStream {
  /// Copies the next part of the answer's content, and marks the last one.
  fileprivate func nextContent(_ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, isLast: Bool) {
    let count = min(buffer.count, content.count - contentSent)
    content.withUnsafeBytes { bytes in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[contentSent..<(contentSent + count)]))
    }
    contentSent += count
    return (count, contentSent == content.count)
  }

  /// nghttp2's way to ask for content.
  func copyContent(to buffer: UnsafeMutableRawBufferPointer, flags: UnsafeMutablePointer<UInt32>) -> Int {
    let (count, isLast) = nextContent(buffer)
    if isLast {
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
      content = []
    }
    return count
  }
}
