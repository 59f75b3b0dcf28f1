/// The files a client's TLS is made of: whom it trusts, and who it is.
///
/// Only the named authority is trusted; the system's store is never read. The authority may be an
/// intermediate without its root. Files are read when a connection is opened, so they must stay where they
/// are; after they were replaced, `HTTPClient.replaceTLS` makes the next request open a new connection.
package struct ClientTLS: Sendable, Equatable {
  /// PEM file with the certificates that a server's chain may end at.
  package let caFile: String
  /// PEM file with the client's certificate, then its intermediates; nil where the server asks for none.
  package let certificateFile: String?
  /// PEM file with the private key of the certificate.
  package let keyFile: String?

  /// TLS with files that are read later.
  package init(caFile: String, certificateFile: String? = nil, keyFile: String? = nil) {
    self.caFile = caFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}

/// The way out of a site's network. The environment's `https_proxy` and `no_proxy` are ignored on purpose:
/// a daemon's traffic goes where its configuration says.
package enum ProxySetting: Sendable, Equatable {
  /// Straight to the server.
  case none
  /// Through an HTTP proxy with CONNECT, `http://host:port`. The file holds one line `user:password` and
  /// must be readable by its owner only; it is read again for each request.
  case url(String, userFile: String? = nil)
}
