internal import CCurl

/// Everything that decides what one request looks like on the wire.
struct TransferSettings {
  let server: PeerAddress
  let proxy: ProxyRoute?
  let login: ProxyLogin?
  let userAgent: String
  let request: ClientRequest

  /// The whole address.
  var url: String { server.text + request.path + (request.query.map { "?" + $0 } ?? "") }

  /// The fields we add; an empty value removes one that libcurl would add.
  var headerLines: [String] {
    var lines = ["Expect:", "Accept: */*"]
    if request.body != nil {
      lines.append("Content-Type: " + (request.contentType ?? "application/octet-stream"))
    } else {
      lines.append("Content-Type:")
    }
    return lines
  }
}

/// Sets every option of a transfer; returns the number of one that libcurl refused, which is a mistake of ours
/// or a libcurl that is too old, or nil.
func configure(
  _ easy: UnsafeMutableRawPointer,  // <CURL>
  _ settings: TransferSettings, tls: ClientTLS, exchange: Exchange, headers: CurlList,
  body: UnsafeRawBufferPointer
) -> UInt32? {
  var options = CurlOptions(easy)
  setRoute(&options, settings)
  setTLS(&options, tls)
  setLimits(&options, settings.request)
  setMessage(&options, settings, body: body)
  options.set(CURLOPT_HTTPHEADER, list: headers.head)
  setCallbacks(&options, exchange)
  return options.refused
}

private func setRoute(_ options: inout CurlOptions, _ settings: TransferSettings) {
  options.set(CURLOPT_URL, settings.url)
  options.set(CURLOPT_PATH_AS_IS, 1)
  options.set(CURLOPT_PROTOCOLS_STR, "https")
  options.set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
  options.set(CURLOPT_FOLLOWLOCATION, 0)
  options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
  options.set(CURLOPT_NOSIGNAL, 1)
  // A name that resolves slowly must not hold up a cancellation.
  options.set(CURLOPT_QUICK_EXIT, 1)
  options.set(CURLOPT_TCP_NODELAY, 1)
  options.set(CURLOPT_TCP_KEEPALIVE, 1)
  options.set(CURLOPT_TCP_KEEPIDLE, 30)
  options.set(CURLOPT_TCP_KEEPINTVL, 15)
  // Firewalls forget quiet connections; one that was idle for long is not worth the risk.
  options.set(CURLOPT_MAXAGE_CONN, 90)
  // Set to empty, both keep libcurl from looking into the environment.
  options.set(CURLOPT_PROXY, settings.proxy?.address.text ?? "")
  options.set(CURLOPT_NOPROXY, "")
  guard settings.proxy != nil else { return }
  options.set(CURLOPT_HTTPPROXYTUNNEL, 1)
  options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  guard let login = settings.login else { return }
  options.set(CURLOPT_PROXYAUTH, Int(bitPattern: UInt(CURLAUTH_BASIC_OR_DIGEST)))
  options.set(CURLOPT_PROXYUSERNAME, login.user)
  options.set(CURLOPT_PROXYPASSWORD, login.password)
}

private func setTLS(_ options: inout CurlOptions, _ tls: ClientTLS) {
  options.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_3))
  options.set(CURLOPT_SSL_VERIFYPEER, 1)
  options.set(CURLOPT_SSL_VERIFYHOST, 2)
  options.set(CURLOPT_CAINFO, tls.caFile)
  // The folder of the system's authorities, which is a default of its own.
  options.set(CURLOPT_CAPATH, nil)
  // A file that was replaced counts from the next connection on; a resumed session would keep the old identity.
  options.set(CURLOPT_CA_CACHE_TIMEOUT, 0)
  options.set(CURLOPT_SSL_SESSIONID_CACHE, 0)
  if let certificate = tls.certificateFile { options.set(CURLOPT_SSLCERT, certificate) }
  if let key = tls.keyFile { options.set(CURLOPT_SSLKEY, key) }
}

private func setLimits(_ options: inout CurlOptions, _ request: ClientRequest) {
  options.set(CURLOPT_CONNECTTIMEOUT_MS, 10_000)
  options.set(CURLOPT_TIMEOUT_MS, milliseconds(request.timeout))
  if request.maximumResponseBytes > 0 {
    options.set(CURLOPT_MAXFILESIZE_LARGE, offset: request.maximumResponseBytes)
  }
  if let rate = request.expectedMinimumRate {
    options.set(CURLOPT_LOW_SPEED_LIMIT, rate)
    options.set(CURLOPT_LOW_SPEED_TIME, 5)
  }
}

private func setMessage(
  _ options: inout CurlOptions, _ settings: TransferSettings, body: UnsafeRawBufferPointer
) {
  let request = settings.request
  options.set(CURLOPT_USERAGENT, settings.userAgent)
  switch request.method {
  case "GET": options.set(CURLOPT_HTTPGET, 1)
  case "HEAD": options.set(CURLOPT_NOBODY, 1)
  default:
    if request.body != nil || request.method != "DELETE" {
      options.set(CURLOPT_POST, 1)
      options.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
      // "The data pointed to is NOT copied by the library"; an empty text where there is nothing to point at.
      if let base = body.baseAddress, body.count > 0 {
        options.set(CURLOPT_POSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: base))
      } else {
        options.set(CURLOPT_COPYPOSTFIELDS, "")
      }
    }
    if request.method != "POST" { options.set(CURLOPT_CUSTOMREQUEST, request.method) }
  }
}

private func setCallbacks(_ options: inout CurlOptions, _ exchange: Exchange) {
  let context = Unmanaged.passUnretained(exchange).toOpaque()
  options.set(CURLOPT_ERRORBUFFER, pointer: exchange.errorText.baseAddress)
  options.set(CURLOPT_HEADERDATA, pointer: context)
  options.set(CURLOPT_HEADERFUNCTION) { data, size, count, context in
    guard let context else { return 0 }
    let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: data, count: size &* count)
    return exchange.takeHeader(bytes) ? bytes.count : 0
  }
  options.set(CURLOPT_WRITEDATA, pointer: context)
  options.set(CURLOPT_WRITEFUNCTION) { data, size, count, context in
    guard let context else { return 0 }
    let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: data, count: size &* count)
    // An empty piece that is accepted has the same length as one that is refused.
    return exchange.takeBody(bytes) ? bytes.count : Int(CURL_WRITEFUNC_ERROR)
  }
  options.set(CURLOPT_PREREQDATA, pointer: context)
  options.setRequestCallback { context, _, _, _, _ in
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    return exchange.maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
  }
  options.set(CURLOPT_SSL_CTX_DATA, pointer: context)
  options.setTLSCallback { _, tlsContext, context in
    guard let context, let tlsContext else { return CURLE_SSL_CONNECT_ERROR }
    Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().observe(context: OpaquePointer(tlsContext))
    return CURLE_OK
  }
}

/// Whole milliseconds, at least 1 and at most a day.
private func milliseconds(_ duration: Duration) -> Int {
  let day = Duration.seconds(86_400)
  let bounded = min(max(duration, .milliseconds(1)), day)
  let (seconds, attoseconds) = bounded.components
  return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
}

/// Sets options and remembers whether one was refused.
private struct CurlOptions {
  private let easy: UnsafeMutableRawPointer  // <CURL>
  private(set) var refused: UInt32?

  init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

  mutating func set(_ option: CURLoption, _ value: Int) {
    note(CCurl_setopt_long(easy, option, value), option)
  }

  mutating func set(_ option: CURLoption, offset value: Int) {
    note(CCurl_setopt_offset(easy, option, value), option)
  }

  /// Text, which libcurl copies.
  mutating func set(_ option: CURLoption, _ value: String?) {
    note(CCurl_setopt_string(easy, option, value), option)
  }

  mutating func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
    note(CCurl_setopt_pointer(easy, option, value), option)
  }

  mutating func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
    note(CCurl_setopt_list(easy, option, list), option)
  }

  mutating func set(_ option: CURLoption, _ callback: @escaping CCurl_data_callback) {
    note(CCurl_setopt_data_callback(easy, option, callback), option)
  }

  mutating func setRequestCallback(_ callback: @escaping CCurl_request_callback) {
    note(CCurl_setopt_request_callback(easy, callback), CURLOPT_PREREQFUNCTION)
  }

  mutating func setTLSCallback(_ callback: @escaping CCurl_tls_callback) {
    note(CCurl_setopt_tls_callback(easy, callback), CURLOPT_SSL_CTX_FUNCTION)
  }

  private mutating func note(_ code: CURLcode, _ option: CURLoption) {
    if code != CURLE_OK { refused = option.rawValue }
  }
}
