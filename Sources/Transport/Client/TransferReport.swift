internal import CCurl

/// A transfer that ended: libcurl's code with what was seen on the way, turned into an answer or an error.
struct TransferReport {
  private let code: CURLcode
  private let text: String
  private let exchange: Exchange
  private let observations: TLSObservations
  /// Connections that were opened for it.
  let newConnections: Int
  /// Whether a byte of the request may have gone out.
  let isConnected: Bool
  private let connectStatus: Int
  private let isHTTP2: Bool

  init(
    _ easy: UnsafeMutableRawPointer,  // <CURL>
    code: CURLcode, exchange: Exchange, observations: TLSObservations
  ) {
    self.code = code
    self.exchange = exchange
    self.observations = observations
    newConnections = CCurl_getinfo_long(easy, CURLINFO_NUM_CONNECTS)
    // Zero until the moment when the first byte of the request may go out.
    isConnected = CCurl_getinfo_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
    connectStatus = CCurl_getinfo_long(easy, CURLINFO_HTTP_CONNECTCODE)
    isHTTP2 = CCurl_getinfo_long(easy, CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0
    let own = exchange.errorMessage
    text = printable(own.isEmpty ? String(cString: curl_easy_strerror(code)) : own)
  }

  func result(_ settings: TransferSettings) -> Result<ClientResponse, ClientError> {
    // What we stopped ourselves explains libcurl's code, so it comes first.
    if exchange.isTooLarge { return .failure(.responseTooLarge) }
    if let violation = exchange.violation { return .failure(.protocolViolation(violation)) }
    if exchange.refusedResend {
      return .failure(.connectionLost(reason: "the request may have arrived, so it was not sent again"))
    }
    guard code == CURLE_OK else { return .failure(error(settings)) }
    guard isHTTP2, let status = exchange.status, status >= 200 else {
      return .failure(.protocolViolation("no HTTP/2 answer"))
    }
    return .success(ClientResponse(status: status, fields: exchange.fields, body: exchange.body))
  }

  private func error(_ settings: TransferSettings) -> ClientError {
    if let alert = observations.clientRefusal { return .tlsClientRefused(alert: alert) }
    if settings.proxy != nil, let failure = proxyFailure { return .proxy(failure) }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .unresolved(host: settings.server.host)
    case CURLE_COULDNT_CONNECT: return .unreachable(host: settings.server.host, reason: text)
    case CURLE_OPERATION_TIMEDOUT: return .timedOut(connected: isConnected)
    case CURLE_PEER_FAILED_VERIFICATION:
      return .tlsServerNotTrusted(
        reason: observations.refusal ?? text, issuer: observations.refusedIssuer)
    case CURLE_SSL_CLIENTCERT: return .tlsClientRefused(alert: "certificate required")
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE: return .credentialsUnusable(reason: text)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tlsFailed(reason: text)
    case CURLE_FILESIZE_EXCEEDED: return .responseTooLarge
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM,
      CURLE_SEND_FAIL_REWIND:
      return .connectionLost(reason: text)
    // The framing layer reports a connection that ended and one that speaks nonsense with the same code.
    case CURLE_HTTP2:
      let isLost = isConnected || text.contains("Send failure") || text.contains("Recv failure")
      return isLost ? .connectionLost(reason: text) : .protocolViolation(text)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
      return .protocolViolation(text)
    case CURLE_URL_MALFORMAT: return .addressInvalid(settings.server.text)
    default: return .other(code: Int(code.rawValue), text: text)
    }
  }

  private var proxyFailure: ProxyFailure? {
    switch connectStatus {
    case 407: return .loginRefused
    case 300...599: return .refused(status: connectStatus)
    case 200...299: return nil
    default: break
    }
    return switch code {
    case CURLE_COULDNT_RESOLVE_PROXY: .unresolved
    // With a proxy the only connection libcurl makes is the one to it.
    case CURLE_COULDNT_CONNECT: .unreachable
    default: nil
    }
  }
}
