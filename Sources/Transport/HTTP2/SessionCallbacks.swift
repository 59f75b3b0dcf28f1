internal import CNGHTTP2

/// What every session of a server shares: nghttp2's callbacks and options. Both are copied by a session.
final class SessionCallbacks {
  let callbacks: OpaquePointer  // <nghttp2_session_callbacks>
  let options: OpaquePointer  // <nghttp2_option>

  init(limits: ServerLimits) throws(TransportError) {
    var callbacks: OpaquePointer?
    var options: OpaquePointer?
    guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else {
      throw .library(operation: "HTTP/2 callbacks", reasons: ["no memory"])
    }
    guard nghttp2_option_new(&options) == 0, let options else {
      nghttp2_session_callbacks_del(callbacks)
      throw .library(operation: "HTTP/2 options", reasons: ["no memory"])
    }
    self.callbacks = callbacks
    self.options = options
    setOptions(limits)
    setCallbacks(callbacks)
  }

  deinit {
    nghttp2_session_callbacks_del(callbacks)
    nghttp2_option_del(options)
  }

  private func setOptions(_ limits: ServerLimits) {
    nghttp2_option_set_stream_reset_rate_limit(
      options, UInt64(clamping: limits.resetBurst), UInt64(clamping: limits.resetsPerSecond))
    // Window is given back for bytes that were wanted, and not to a client that sends on after its answer.
    nghttp2_option_set_no_auto_window_update(options, 1)
    // A closed stream would be kept for the priority tree, which we do not use.
    nghttp2_option_set_no_closed_streams(options, 1)
    nghttp2_option_set_max_settings(options, 32)
    nghttp2_option_set_max_outbound_ack(options, 128)
    nghttp2_option_set_max_continuations(options, 8)
    // Answers are seldom alike; a table for them would cost each idle connection 4 KiB.
    nghttp2_option_set_max_deflate_dynamic_table_size(options, 0)
  }
}

/// The session behind a callback's user data.
private func session(_ userData: UnsafeMutableRawPointer?) -> HTTP2Session? {
  userData.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
}

/// Set outside of any actor: nghttp2 calls them on the loop's thread, inside `receive` and `nextOutput`.
private func setCallbacks(_ callbacks: OpaquePointer) {
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, userData in
    guard let header else { return 0 }
    session(userData)?.frameBegins(type: header.pointee.type, stream: header.pointee.stream_id)
    return 0
  }
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, userData in
    guard let frame else { return 0 }
    return session(userData)?.headBegins(
      stream: frame.pointee.hd.stream_id,
      isRequest: frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST) ?? 0
  }
  nghttp2_session_callbacks_set_on_header_callback(callbacks) {
    _, frame, name, nameLength, value, valueLength, _, userData in
    guard let frame else { return 0 }
    return session(userData)?.field(
      stream: frame.pointee.hd.stream_id,
      name: UnsafeBufferPointer(start: name, count: nameLength),
      value: UnsafeBufferPointer(start: value, count: valueLength)) ?? 0
  }
  nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, userData in
    // nghttp2 would leave the field out and go on; another reader might not.
    session(userData)?.condemn(NGHTTP2_PROTOCOL_ERROR)
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
  }
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, userData in
    guard let frame else { return 0 }
    let header = frame.pointee.hd
    session(userData)?.frameArrived(
      type: header.type, flags: header.flags, stream: header.stream_id, length: header.length)
    return 0
  }
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, _, code, userData in
    // A client may not know yet how many streams it has, or that we have closed one.
    let isRace = code == NGHTTP2_ERR_REFUSED_STREAM.rawValue || code == NGHTTP2_ERR_STREAM_CLOSED.rawValue
    if !isRace { session(userData)?.condemn(NGHTTP2_PROTOCOL_ERROR) }
    return 0
  }
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
    _, _, stream, data, length, userData in
    session(userData)?.bodyArrived(
      stream: stream, bytes: UnsafeBufferPointer(start: data, count: length))
    return 0
  }
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, userData in
    guard let frame else { return 0 }
    let header = frame.pointee.hd
    session(userData)?.frameSent(type: header.type, flags: header.flags, stream: header.stream_id)
    if header.type == UInt8(NGHTTP2_RST_STREAM.rawValue) {
      session(userData)?.resetSent(code: frame.pointee.rst_stream.error_code)
    }
    return 0
  }
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, userData in
    guard let frame else { return 0 }
    let header = frame.pointee.hd
    session(userData)?.frameNotSent(type: header.type, stream: header.stream_id)
    return 0
  }
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, userData in
    session(userData)?.streamClosed(stream)
    return 0
  }
  nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks) { _, _, _, _, _, _, _ in
    // A frame and its header fill one TLS record of 16 KiB.
    16_375
  }
}
