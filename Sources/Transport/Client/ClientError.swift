/// Why a request has no answer. Each case is one that an operator can tell from the others and act on.
package enum ClientError: Error, Equatable {
  /// The server's or the proxy's address, as configured.
  case addressInvalid(String)
  /// A mistake of the caller.
  case requestInvalid(String)
  /// The name of the server is not in the DNS.
  case unresolved(host: String)
  /// No TCP connection to the server.
  case unreachable(host: String, reason: String)
  /// The way out of the network is closed.
  case proxy(ProxyFailure)
  /// The server's certificate does not lead to the configured authority, has another name or is not valid now.
  /// The issuer is what the server showed: the name of an inspecting device, often.
  case tlsServerNotTrusted(reason: String, issuer: String?)
  /// The server refused the client's certificate, or wanted one.
  case tlsClientRefused(alert: String)
  /// No handshake, for another reason.
  case tlsFailed(reason: String)
  /// One of the client's own files could not be used.
  case credentialsUnusable(reason: String)
  /// Too late: before there was a connection, or after.
  case timedOut(connected: Bool)
  /// The connection ended before the answer did.
  case connectionLost(reason: String)
  /// The answer is larger than the caller allowed, or its head than 64 KiB or 100 fields.
  case responseTooLarge
  /// The caller's task was cancelled.
  case cancelled
  /// The peer does not speak HTTP/2 as it should.
  case protocolViolation(String)
  /// Something else, with libcurl's number.
  case other(code: Int, text: String)
}

/// What a proxy did not do.
package enum ProxyFailure: Sendable, Equatable {
  /// Its name is not in the DNS.
  case unresolved
  /// No TCP connection to it.
  case unreachable
  /// It wants a login, or another one: status 407.
  case loginRefused
  /// It answered CONNECT with a status that is not 2xx.
  case refused(status: Int)
  /// The file with the login can't be used.
  case loginFile(reason: String)
}

extension ClientError {
  /// Whether the same request may succeed later without anybody doing something.
  package var isRetryable: Bool {
    switch self {
    case .unresolved, .unreachable, .timedOut, .connectionLost, .other: true
    case .proxy(.unresolved), .proxy(.unreachable): true
    case .proxy(.refused(let status)): status >= 500 || status == 429
    case .proxy(.loginRefused), .proxy(.loginFile): false
    case .addressInvalid, .requestInvalid, .tlsServerNotTrusted, .tlsClientRefused, .tlsFailed,
      .credentialsUnusable, .responseTooLarge, .cancelled, .protocolViolation:
      false
    }
  }
}

extension ClientError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .addressInvalid(let what): "\(what) is not an address this client can use"
    case .requestInvalid(let what): "request not sent: \(what)"
    case .unresolved(let host): "name \(host) can't be resolved"
    case .unreachable(let host, let reason): "no connection to \(host): \(reason)"
    case .proxy(let failure): "proxy: \(failure)"
    case .tlsServerNotTrusted(let reason, let issuer?):
      "server certificate not accepted: \(reason); it says its issuer is \(issuer)"
    case .tlsServerNotTrusted(let reason, nil): "server certificate not accepted: \(reason)"
    case .tlsClientRefused(let alert): "server refused this client's certificate: \(alert)"
    case .tlsFailed(let reason): "no TLS connection: \(reason)"
    case .credentialsUnusable(let reason): "own certificate files not usable: \(reason)"
    case .timedOut(connected: false): "no connection in time"
    case .timedOut(connected: true): "no answer in time"
    case .connectionLost(let reason): "connection ended before the answer: \(reason)"
    case .responseTooLarge: "answer is larger than allowed"
    case .cancelled: "cancelled"
    case .protocolViolation(let what): "server does not speak the protocol: \(what)"
    case .other(let code, let text): "transfer failed (\(code)): \(text)"
    }
  }

  /// What the operator can do about it.
  package var remedy: String {
    switch self {
    case .addressInvalid: "write https://host:port for a server and http://host:port for a proxy"
    case .requestInvalid: "please report it; CONTRIBUTING.md says how"
    case .unresolved: "check the server's name in the configuration and this host's DNS"
    case .unreachable: "check that the server runs and that the firewall lets this host reach its port"
    case .proxy(.unresolved), .proxy(.unreachable): "check the proxy's address in the configuration"
    case .proxy(.loginRefused): "check the file with the proxy's login"
    case .proxy(.refused): "ask the network team to allow CONNECT to the server's host and port"
    case .proxy(.loginFile): "write user:password in one line, in a file that only its owner can read"
    case .tlsServerNotTrusted:
      "if the issuer is a device of your own network, ask for this server to be exempt from inspection; "
        + "else compare the authority file with the coordinator's operator"
    case .tlsClientRefused:
      "check with the coordinator that this certificate is enrolled, valid and not revoked"
    case .tlsFailed: "check that nothing between here and the server ends TLS; 1.3 is needed"
    case .credentialsUnusable: "check the authority, certificate and key files and their permissions"
    case .timedOut, .connectionLost:
      "it is tried again; if it goes on, check the network between here and there"
    case .responseTooLarge: "check that the address is that of a coordinator"
    case .cancelled: ""
    case .protocolViolation:
      "check that the address is that of a coordinator, and that no gateway stands before it"
    case .other: "if it goes on, please report it; CONTRIBUTING.md says how"
    }
  }
}

extension ProxyFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unresolved: "its name can't be resolved"
    case .unreachable: "no connection"
    case .loginRefused: "it wants a login, or another one (407)"
    case .refused(let status): "it refused to connect (\(status))"
    case .loginFile(let reason): "login file not usable: \(reason)"
    }
  }
}
