internal import CCurl
internal import Dispatch
internal import Synchronization

/// An HTTP/2 client of one server, over TLS 1.3 with a pinned authority and, if configured, a certificate of
/// its own.
///
/// It owns one connection and does one request at a time, in the order they came; whoever holds a request
/// open for long uses a client of its own. Redirects, cookies, netrc, content encodings, other protocols, the
/// environment's proxies and the system's authorities do not exist here.
///
/// A request whose connection turns out to be dead is sent once more on a new one, if doing it twice is the
/// same as doing it once or if nothing of it can have gone out. Nothing else is retried: that is the caller's `RetryPolicy`.
package final class HTTPClient: Sendable {
  private struct State {
    var tls: ClientTLS
    var session: CurlSession?
  }

  private let server: PeerAddress
  private let proxy: ProxyRoute?
  private let userAgent: String
  // libcurl blocks; a serial queue is its one owner, and never the cooperative pool.
  private let queue: DispatchQueue
  private let state: Mutex<State>

  /// A client; nothing is connected and no file is read yet.
  ///
  /// - Parameter userAgent: `equipoise/<version>`; it must not tell where the client runs.
  /// - Throws: `ClientError.addressInvalid`.
  package init(
    baseURL: String, tls: ClientTLS, proxy: ProxySetting = .none, userAgent: String
  ) throws(ClientError) {
    server = try PeerAddress(baseURL, scheme: "https", defaultPort: 443)
    self.proxy = try ProxyRoute(proxy)
    self.userAgent = printable(userAgent, limit: 100)
    queue = DispatchQueue(label: "equipoise.http-client")
    state = Mutex(State(tls: tls, session: nil))
  }

  /// Sends a request and waits for the whole answer. Cancelling the task ends it at once.
  package func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
    let call = PendingCall()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        call.onResult { continuation.resume(returning: $0) }
        queue.async { self.perform(request, for: call) }
      }
    } onCancel: {
      call.cancel()
    }
    return try result.get()
  }

  /// The same for a command that has nothing else to do. Not for use in a task.
  package func sendBlocking(_ request: ClientRequest) throws(ClientError) -> ClientResponse {
    let call = PendingCall()
    let result = Mutex<Result<ClientResponse, ClientError>>(.failure(.cancelled))
    call.onResult { outcome in result.withLock { $0 = outcome } }
    // The queue is serial, so this comes after every earlier request.
    queue.sync { perform(request, for: call) }
    return try result.withLock { $0 }.get()
  }

  /// Uses other files from the next request on, which opens a new connection. A running request is not
  /// disturbed. Call it as well when the content of the same files was replaced.
  package func replaceTLS(_ tls: ClientTLS) {
    let old = state.withLock { state in
      state.tls = tls
      defer { state.session = nil }
      return state.session
    }
    // Closing a connection writes to the network: not here, and not while a request runs on it.
    queue.async { withExtendedLifetime(old) {} }
  }

  private func perform(_ request: ClientRequest, for call: PendingCall) {
    do throws(ClientError) {
      try request.validate()
      let first = try currentSession()
      // Cancelled while it waited: the result is delivered.
      guard call.start(on: first) else { return }
      let settings = TransferSettings(
        server: server, proxy: proxy, login: try proxy?.login(), userAgent: userAgent, request: request)
      let outcome = first.transfer(settings, isCancelled: { call.isCancelled })
      guard case .failure(.connectionLost) = outcome.result,
        outcome.wasNotSent || outcome.usedOldConnection && request.isIdempotent
      else {
        call.finish(outcome.result)
        return
      }
      // libcurl may give up on dead pooled connections; a new session has no pool. A server that refuses the
      // client's certificate may reset a new connection so fast that its reason is read at the second try only.
      dropSession(first)
      let second = try currentSession()
      guard call.start(on: second) else {
        call.finish(.failure(.cancelled))
        return
      }
      call.finish(second.transfer(settings, isCancelled: { call.isCancelled }).result)
    } catch {
      call.finish(.failure(error))
    }
  }

  private func currentSession() throws(ClientError) -> CurlSession {
    let (tls, existing) = state.withLock { ($0.tls, $0.session) }
    if let existing { return existing }
    let session = try CurlSession(tls: tls)
    // Only this queue makes sessions; if the files were replaced meanwhile, this one serves one request.
    state.withLock { state in
      if state.tls == tls { state.session = session }
    }
    return session
  }

  private func dropSession(_ session: CurlSession) {
    state.withLock { state in
      if state.session === session { state.session = nil }
    }
  }
}

/// A proxy setting that was checked.
struct ProxyRoute: Sendable {
  let address: PeerAddress
  let userFile: String?

  /// Nil for no proxy.
  init?(_ setting: ProxySetting) throws(ClientError) {
    switch setting {
    case .none: return nil
    case .url(let text, let userFile):
      address = try PeerAddress(text, scheme: "http", defaultPort: nil)
      self.userFile = userFile
    }
  }

  /// The login of the file, if there is one.
  func login() throws(ClientError) -> ProxyLogin? {
    guard let userFile else { return nil }
    return try ProxyLogin(file: userFile)
  }
}
