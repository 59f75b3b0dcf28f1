internal import COpenSSL

/// The settings of every connection of one listener: TLS 1.3, h2, nothing that outlives a connection.
///
/// Sendable because the SSL_CTX is written to in the initialiser only; libssl counts its users by itself.
final class TLSContext: @unchecked Sendable {
  private let handle: OpaquePointer  // <SSL_CTX>

  /// `asksForClients` with the store's anchors, or no client certificates at all.
  init(
    certificates: borrowing PEMIdentity, clientAnchors: [[UInt8]]?
  ) throws(TransportError) {
    ERR_clear_error()
    guard let handle = SSL_CTX_new(TLS_server_method()) else {
      throw .library(operation: "TLS context", reasons: drainTLSErrors())
    }
    self.handle = handle
    try restrict()
    try certificates.install(in: handle)
    if let clientAnchors {
      try requireClients(under: clientAnchors)
    } else {
      SSL_CTX_set_verify(handle, SSL_VERIFY_NONE, nil)
    }
    installCallbacks(handle)
  }

  deinit { SSL_CTX_free(handle) }

  /// A new connection's state.
  func makeStream(descriptor: Int32) throws(TransportError) -> TLSStream {
    ERR_clear_error()
    guard let stream = SSL_new(handle) else {
      throw .library(operation: "TLS connection", reasons: drainTLSErrors())
    }
    return try TLSStream(takingOwnershipOf: stream, descriptor: descriptor)
  }

  private func restrict() throws(TransportError) {
    let handle = self.handle
    try succeedingTLS("TLS settings") {
      COpenSSL_SSL_CTX_set_min_proto_version(handle, TLS1_3_VERSION) == 1
        && COpenSSL_SSL_CTX_set_max_proto_version(handle, TLS1_3_VERSION) == 1
        && SSL_CTX_set_ciphersuites(
          handle, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1
        && COpenSSL_SSL_CTX_set1_groups_list(handle, "X25519:P-256:P-384") == 1
        // A ticket got as one client must not resume as another: there are none, and nothing to resume.
        && SSL_CTX_set_num_tickets(handle, 0) == 1
        && SSL_CTX_set_max_early_data(handle, 0) == 1
        && SSL_CTX_set_recv_max_early_data(handle, 0) == 1
    }
    SSL_CTX_set_options(handle, COpenSSL_server_options())
    _ = COpenSSL_SSL_CTX_set_session_cache_mode(handle, Int(SSL_SESS_CACHE_OFF))
    // What peers send as their chain is ours to hold before we know them.
    _ = COpenSSL_SSL_CTX_set_max_cert_list(handle, 16_384)
    _ = COpenSSL_SSL_CTX_set_mode(
      handle,
      Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ENABLE_PARTIAL_WRITE)
        | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
        // Or the server would complete its own chain with certificates of the clients' store.
        | Int(SSL_MODE_NO_AUTO_CHAIN))
    // One call for a record instead of one for its header and one for the rest.
    _ = COpenSSL_SSL_CTX_set_read_ahead(handle, 1)
    // Without it, a read would go on through any number of key updates before it comes back.
    _ = COpenSSL_SSL_CTX_clear_mode(handle, Int(SSL_MODE_AUTO_RETRY))
  }

  private func requireClients(under anchors: [[UInt8]]) throws(TransportError) {
    let handle = self.handle
    // No list of acceptable issuers is sent: it would tell every caller who our tenants are.
    SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    guard let store = X509_STORE_new() else {
      throw .library(operation: "client anchors", reasons: drainTLSErrors())
    }
    // "SSL_CTX_set_cert_store() sets/replaces the certificate verification storage" and owns it from then.
    SSL_CTX_set_cert_store(handle, store)
    for anchor in anchors {
      try succeedingTLS("client anchor") {
        let certificate = anchor.withUnsafeBufferPointer { bytes in
          var cursor = bytes.baseAddress
          return d2i_X509(nil, &cursor, bytes.count)
        }
        guard let certificate else { return false }
        defer { X509_free(certificate) }
        return X509_STORE_add_cert(store, certificate) == 1
      }
    }
    let parameters = SSL_CTX_get0_param(handle)
    try succeedingTLS("client checks") {
      // The anchors are the tenants' own authorities, not the root above them: a chain ends at the tenant.
      X509_VERIFY_PARAM_set_flags(
        parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN) | UInt(X509_V_FLAG_X509_STRICT)) == 1
        && X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT) == 1
    }
    X509_VERIFY_PARAM_set_depth(parameters, 2)
  }
}

/// Callbacks are set outside of any actor: libssl calls them on the loop's thread.
private func installCallbacks(_ context: OpaquePointer) {
  SSL_CTX_set_client_hello_cb(context, { stream, alert, _ in refuseWithoutALPN(stream, alert) }, nil)
  SSL_CTX_set_alpn_select_cb(
    context,
    { _, chosen, chosenLength, offers, length, _ in
      selectHTTP2(chosen, chosenLength, offers, Int(length))
    }, nil)
  SSL_CTX_set_msg_callback(context) { isWrite, _, type, message, length, stream, _ in
    countKeyUpdates(isWrite, type, message, length, stream)
  }
}

/// A hello that names no application protocol is refused before it costs a signature; libssl itself asks the
/// selection callback only when there is an offer.
private func refuseWithoutALPN(_ stream: OpaquePointer?, _ alert: UnsafeMutablePointer<Int32>?) -> Int32 {
  var value: UnsafePointer<UInt8>?
  var length = 0
  let type = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
  guard SSL_client_hello_get0_ext(stream, type, &value, &length) == 1 else {
    alert?.pointee = Int32(SSL_AD_NO_APPLICATION_PROTOCOL)
    return Int32(SSL_CLIENT_HELLO_ERROR)
  }
  return Int32(SSL_CLIENT_HELLO_SUCCESS)
}

/// Takes `h2` out of the client's list of names, each behind its length; anything else ends the handshake.
private func selectHTTP2(
  _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ chosenLength: UnsafeMutablePointer<UInt8>?,
  _ offers: UnsafePointer<UInt8>?, _ length: Int
) -> Int32 {
  guard let offers else { return Int32(SSL_TLSEXT_ERR_ALERT_FATAL) }
  var position = 0
  while position < length {
    let count = Int(offers[position])
    guard count > 0, position + 1 + count <= length else { break }
    if count == 2, offers[position + 1] == 0x68, offers[position + 2] == 0x32 {
      chosen?.pointee = offers + position + 1
      chosenLength?.pointee = 2
      return Int32(SSL_TLSEXT_ERR_OK)
    }
    position += 1 + count
  }
  return Int32(SSL_TLSEXT_ERR_ALERT_FATAL)
}

/// Each key update costs us two key derivations and a record, and the peer 5 bytes.
private func countKeyUpdates(
  _ isWrite: Int32, _ type: Int32, _ message: UnsafeRawPointer?, _ length: Int, _ stream: OpaquePointer?
) {
  guard isWrite == 0, type == SSL3_RT_HANDSHAKE, length > 0, let message, let stream,
    message.load(as: UInt8.self) == UInt8(SSL3_MT_KEY_UPDATE), let counter = SSL_get_ex_data(stream, 0)
  else { return }
  counter.assumingMemoryBound(to: Int.self).pointee &+= 1
}
