internal import CNGHTTP2

/// What a session needs from its connection.
protocol SessionHost: AnyObject {
  /// Asks the handler about a head.
  func decide(_ head: RequestHead) -> RequestDecision
  /// Lets the handler work on a request, and keeps its task in the stream.
  ///
  /// - Parameter limit: what the body was allowed when it has more than that; nil for a request to be answered.
  func start(_ stream: ServerStream, head: RequestHead, body: [UInt8], above limit: Int?)
  /// Takes memory for a body from the server's budget; false when there is none left.
  func reserve(_ bytes: Int) -> Bool
  /// Gives it back.
  func release(_ bytes: Int)
}

/// The server's side of one HTTP/2 connection: nghttp2 reads and writes the frames, this keeps the requests.
///
/// Belongs to its connection and to the loop's thread. nghttp2's callbacks land in `HTTP2Session+Frames`;
/// they change state and submit frames, and never send: `nextOutput` is the connection's to call.
final class HTTP2Session {
  private let handle: OpaquePointer  // <nghttp2_session>
  private let encoder: ResponseEncoder
  unowned let host: any SessionHost
  let limits: ServerLimits
  /// The requests that are not done.
  var streams: [Int32: ServerStream] = [:]
  /// When the head that is arriving began, and on which stream; nil between heads.
  var openHead: (stream: Int32, start: MonotonicTime)?
  /// Whether the client has sent its preface and settings.
  var hasBegun = false
  let begun: MonotonicTime
  /// When a request last came or ended.
  var lastActivity: MonotonicTime
  var requestCount = 0
  var streamErrors = 0
  /// Window updates since the last data that we sent.
  var windowUpdates = 0
  var controlFrames: TokenBucket
  /// Request bodies held for this connection.
  var bufferedBytes = 0
  /// Why the connection is to end.
  private(set) var condemned: nghttp2_error_code?
  private var hasSentGoAway = false
  private var hasTerminated = false
  /// The time of this turn.
  private(set) var now: MonotonicTime

  init(
    host: any SessionHost, callbacks: SessionCallbacks, encoder: ResponseEncoder, limits: ServerLimits,
    now: MonotonicTime
  ) throws(TransportError) {
    self.host = host
    self.encoder = encoder
    self.limits = limits
    self.now = now
    begun = now
    lastActivity = now
    controlFrames = TokenBucket(
      burst: limits.controlFrameBurst, rate: limits.controlFramesPerSecond, now: now)
    var made: OpaquePointer?
    guard nghttp2_session_server_new2(&made, callbacks.callbacks, nil, callbacks.options) == 0, let made
    else {
      throw .library(operation: "HTTP/2 session", reasons: ["no memory"])
    }
    handle = made
    nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque())
    try submitSettings()
  }

  deinit { nghttp2_session_del(handle) }

  private func submitSettings() throws(TransportError) {
    func entry(_ setting: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
      nghttp2_settings_entry(settings_id: Int32(bitPattern: setting.rawValue), value: UInt32(clamping: value))
    }
    let settings = [
      entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumConcurrentStreams),
      entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.maximumHeadBytes),
      entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
    ]
    guard
      nghttp2_submit_settings(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count) == 0,
      // Bodies are bounded by stream and taken from the socket at once; the connection is no bottleneck.
      nghttp2_session_set_local_window_size(
        handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: Self.connectionWindow)) == 0
    else { throw .library(operation: "HTTP/2 settings", reasons: ["no memory"]) }
  }

  /// The default of HTTP/2, which a stream has before its head was judged.
  private static let initialWindow = 65_535
  private static let connectionWindow = 67_108_864

  // MARK: What the connection calls

  /// Takes decrypted bytes.
  func receive(_ bytes: UnsafeRawBufferPointer, now: MonotonicTime) {
    self.now = now
    let result = nghttp2_session_mem_recv(
      handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    // Whatever nghttp2 itself gives up on is either a broken protocol or a flood.
    if result < 0 { condemn(NGHTTP2_PROTOCOL_ERROR) }
    executeSentence()
  }

  /// Acts on what a callback has found, outside of all callbacks.
  func executeSentence() {
    if let condemned { terminate(condemned) }
  }

  /// The next bytes to send, valid until the next call; nil when there are none or the session is broken.
  func nextOutput(now: MonotonicTime) -> UnsafeRawBufferPointer? {
    self.now = now
    var bytes: UnsafePointer<UInt8>?
    let count = nghttp2_session_mem_send(handle, &bytes)
    guard count > 0, let bytes else {
      if count < 0 { condemn(NGHTTP2_INTERNAL_ERROR) }
      return nil
    }
    return UnsafeRawBufferPointer(start: bytes, count: count)
  }

  /// Whether nothing more will be read or written.
  var isOver: Bool { nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0 }

  /// Tells the client to take further requests elsewhere; those under way are answered.
  func goAway() {
    guard !hasSentGoAway else { return }
    hasSentGoAway = true
    // The client learns which requests were taken up, so it may safely repeat the others.
    _ = nghttp2_submit_goaway(
      handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(handle),
      NGHTTP2_NO_ERROR.rawValue, nil, 0)
  }

  /// Ends the connection after what is queued, for an error of the client.
  func terminate(_ code: nghttp2_error_code) {
    guard !hasTerminated else { return }
    hasTerminated = true
    hasSentGoAway = true
    _ = nghttp2_session_terminate_session(handle, code.rawValue)
  }

  /// Ends the connection because the client lets us wait.
  func terminateAsSlow() { terminate(NGHTTP2_ENHANCE_YOUR_CALM) }

  /// Notes from within a callback that the connection is to end.
  func condemn(_ code: nghttp2_error_code) { if condemned == nil { condemned = code } }

  /// The connection has gone: handlers stop, memory is given back.
  func abandon() {
    let open = streams.values
    streams = [:]
    for stream in open { leave(stream) }
  }

  // MARK: Requests

  /// Gives a stream whose request may be read the window its body needs, so that the client need not wait.
  func widenWindow(of stream: ServerStream, to bytes: Int) {
    guard bytes > Self.initialWindow else { return }
    _ = nghttp2_session_set_local_window_size(
      handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.identifier, Int32(clamping: bytes))
  }

  /// Gives window back: to the connection always, to the stream while its body is wanted.
  func consume(_ bytes: Int, of stream: ServerStream?, identifier: Int32) {
    if case .body = stream?.phase {
      _ = nghttp2_session_consume(handle, identifier, bytes)
    } else {
      _ = nghttp2_session_consume_connection(handle, bytes)
    }
  }

  /// The handler's answer; nobody waits for it when the stream has gone.
  func finish(_ identifier: Int32, with response: HTTPResponse, now: MonotonicTime) {
    self.now = now
    guard let stream = streams[identifier], case .handling = stream.phase else { return }
    stream.task = nil
    answer(stream, response)
  }

  /// Answers, once.
  func answer(_ stream: ServerStream, _ response: HTTPResponse) {
    switch stream.phase {
    case .answering, .answered: return
    case .head, .body, .handling: break
    }
    dropBody(of: stream)
    stream.enter(.answering, now: now)
    let isHeadRequest = stream.head?.method == "HEAD"
    let result = encoder.withHead(of: response) { head, isValid in
      guard isValid, !response.body.isEmpty, !isHeadRequest, response.status != 204, response.status != 304
      else {
        return nghttp2_submit_response(handle, stream.identifier, head.baseAddress, head.count, nil)
      }
      stream.content = response.body
      var provider = nghttp2_data_provider()
      provider.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
      provider.read_callback = { _, _, buffer, length, flags, source, _ in
        guard let stream = source?.pointee.ptr, let buffer, let flags else { return 0 }
        return Unmanaged<ServerStream>.fromOpaque(stream).takeUnretainedValue()
          .copyContent(to: UnsafeMutableRawBufferPointer(start: buffer, count: length), flags: flags)
      }
      return nghttp2_submit_response(handle, stream.identifier, head.baseAddress, head.count, &provider)
    }
    if result != 0 { reset(stream.identifier, NGHTTP2_INTERNAL_ERROR) }
  }

  /// Ends a stream without an answer, or after one.
  func reset(_ identifier: Int32, _ code: nghttp2_error_code) {
    _ = nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), identifier, code.rawValue)
  }

  /// Gives back the memory of a body that the handler does not have.
  func dropBody(of stream: ServerStream) {
    guard stream.bodyReserved > 0 else { return }
    bufferedBytes -= stream.bodyReserved
    host.release(stream.bodyReserved)
    stream.bodyReserved = 0
    stream.body = []
  }

  /// What ends with a stream.
  func leave(_ stream: ServerStream) {
    stream.task?.cancel()
    stream.task = nil
    dropBody(of: stream)
    lastActivity = now
  }

  // MARK: Deadlines

  /// When the client must have done the next thing.
  var deadline: MonotonicTime {
    var earliest = streams.isEmpty ? lastActivity + limits.idleDeadline : MonotonicTime.never
    if !hasBegun { earliest = min(earliest, begun + limits.headDeadline) }
    if let openHead { earliest = min(earliest, openHead.start + limits.headDeadline) }
    for stream in streams.values { earliest = min(earliest, stream.deadline(limits)) }
    return earliest
  }

  /// Acts on every deadline that has passed.
  func enforceDeadlines(now: MonotonicTime) {
    self.now = now
    if !hasBegun && begun + limits.headDeadline <= now { return terminateAsSlow() }
    if let openHead, openHead.start + limits.headDeadline <= now { return terminateAsSlow() }
    if streams.isEmpty {
      if lastActivity + limits.idleDeadline <= now { terminate(NGHTTP2_NO_ERROR) }
      return
    }
    for stream in Array(streams.values) where stream.deadline(limits) <= now {
      switch stream.phase {
      case .head: return terminateAsSlow()
      case .body: answer(stream, HTTPResponse(status: 408))
      case .handling:
        stream.task?.cancel()
        stream.task = nil
        answer(stream, HTTPResponse(status: 503))
      // Its window is shut or hardly open. A client that reads nothing at all stalls the connection as well.
      case .answering: reset(stream.identifier, NGHTTP2_CANCEL)
      // "A server MAY request that the client abort transmission of a request without error by sending a
      // RST_STREAM with an error code of NO_ERROR after sending a complete response" (RFC 9113, section 8.1).
      // Sent together with the answer, it would make libcurl drop both.
      case .answered: reset(stream.identifier, NGHTTP2_NO_ERROR)
      }
    }
  }
}
