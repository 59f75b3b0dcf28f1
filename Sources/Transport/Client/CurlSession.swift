internal import CCurl
internal import COpenSSL

/// Owner of a libcurl multi handle: the pool with the one connection, and the loop that drives a request.
// Sendable because the handle's content is touched only by the serial queue of the client that owns it;
// other threads call nothing but `wakeUp`, and curl_multi_wakeup(3) "can be called from any thread".
final class CurlSession: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer  // <CURLM>
  private let tls: ClientTLS
  private let observations = TLSObservations()

  init(tls: ClientTLS) throws(ClientError) {
    if let fault = CurlLibrary.fault { throw .other(code: Int(CURLE_FAILED_INIT.rawValue), text: fault) }
    guard let handle = curl_multi_init() else {
      throw .other(code: Int(CURLE_OUT_OF_MEMORY.rawValue), text: "out of memory")
    }
    self.handle = handle
    self.tls = tls
    _ = CCurl_multi_setopt_long(handle, CURLMOPT_MAXCONNECTS, 1)
  }

  // The connections go here, while `observations` still lives.
  deinit { curl_multi_cleanup(handle) }

  /// Ends a wait in `transfer`, so that it looks at its cancellation.
  func wakeUp() { curl_multi_wakeup(handle) }

  /// Does one request to its end.
  func transfer(_ settings: TransferSettings, isCancelled: () -> Bool) -> TransferOutcome {
    guard let easy = curl_easy_init() else {
      return TransferOutcome(
        result: .failure(.other(code: Int(CURLE_OUT_OF_MEMORY.rawValue), text: "out of memory")),
        usedOldConnection: false)
    }
    defer { curl_easy_cleanup(easy) }
    observations.forget()
    let exchange = Exchange(settings.request, observations: observations)
    let list = CurlList(settings.headerLines)
    defer { withExtendedLifetime((exchange, list)) {} }
    // libcurl reads the content where it is, so it must stay there until the end.
    return (settings.request.body ?? []).withUnsafeBytes { body in
      if let option = configure(easy, settings, tls: tls, exchange: exchange, headers: list, body: body) {
        let text = "libcurl does not take option \(option)"
        return TransferOutcome(
          result: .failure(.other(code: Int(CURLE_UNKNOWN_OPTION.rawValue), text: text)),
          usedOldConnection: false)
      }
      guard let code = drive(easy, isCancelled: isCancelled) else {
        return TransferOutcome(result: .failure(.cancelled), usedOldConnection: false)
      }
      let report = TransferReport(easy, code: code, exchange: exchange, observations: observations)
      return TransferOutcome(
        result: report.result(settings), usedOldConnection: report.newConnections == 0,
        wasNotSent: !report.isConnected)
    }
  }

  /// Runs the transfer; nil when it was cancelled.
  private func drive(_ easy: UnsafeMutableRawPointer, isCancelled: () -> Bool) -> CURLcode? {
    guard curl_multi_add_handle(handle, easy) == CURLM_OK else { return CURLE_FAILED_INIT }
    // "It is fine to remove a handle at any time": an unfinished stream is reset.
    defer { curl_multi_remove_handle(handle, easy) }
    while true {
      if isCancelled() { return nil }
      var running: Int32 = 0
      guard curl_multi_perform(handle, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
      if running == 0 { break }
      // libcurl's own timers shorten the wait; a wake-up ends it.
      guard curl_multi_poll(handle, nil, 0, 1000, nil) == CURLM_OK else { return CURLE_FAILED_INIT }
    }
    var remaining: Int32 = 0
    while let message = curl_multi_info_read(handle, &remaining) {
      if message.pointee.msg == CURLMSG_DONE { return CCurl_message_result(message) }
    }
    return CURLE_FAILED_INIT
  }
}

/// What one transfer came to.
struct TransferOutcome {
  let result: Result<ClientResponse, ClientError>
  /// Whether it went over a connection that had been opened for an earlier request.
  let usedOldConnection: Bool
  /// Whether no byte of the request can have gone out.
  var wasNotSent = false
}

/// Owner of a libcurl string list.
final class CurlList {
  let head: UnsafeMutablePointer<curl_slist>?

  init(_ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    // On failure curl_slist_append returns NULL and leaves the list as it was.
    for line in lines { list = curl_slist_append(list, line) ?? list }
    head = list
  }

  deinit { curl_slist_free_all(head) }
}

/// The library itself, made ready once.
enum CurlLibrary {
  /// Why it can't be used, or nil. The TLS callback hands over an `SSL_CTX`, which only the OpenSSL flavour of
  /// libcurl has.
  static let fault: String? = {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else { return "libcurl can't start" }
    guard let version = CCurl_version_info(), let tls = version.pointee.ssl_version,
      String(cString: tls).hasPrefix("OpenSSL/"), version.pointee.features & CURL_VERSION_HTTP2 != 0
    else { return "libcurl was not built with OpenSSL and HTTP/2" }
    return nil
  }()
}
