internal import Glibc

/// Why a server could not be set up. No case carries a key. What peers do wrong is never an error here: it
/// ends their connection.
package enum TransportError: Error, Equatable {
  /// A call of the operating system failed.
  case system(operation: String, code: Int32)
  /// A call of libssl or libcrypto failed; every reason of its error queue, oldest first.
  case library(operation: String, reasons: [String])
  /// Not PEM certificates, the server's own first.
  case certificateChainMalformed
  /// Not one PEM private key without a passphrase.
  case keyMalformed
  /// The key is not the one the first certificate certifies.
  case keyOfAnotherCertificate
  /// A listener that asks for client certificates needs someone to have issued them.
  case noClientAnchor
  /// Not a numeric address.
  case addressMalformed(String)
  /// No listener has this port.
  case notListening(port: UInt16)
  /// The server drains or has drained.
  case draining
}

extension TransportError: CustomStringConvertible {
  /// What happened, without any secret.
  package var description: String {
    switch self {
    case .system(let operation, let code): "\(operation) failed: \(String(cString: strerror(code)))"
    case .library(let operation, let reasons):
      "\(operation) failed in OpenSSL: "
        + (reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; "))
    case .certificateChainMalformed: "the server certificate is not a chain of PEM certificates"
    case .keyMalformed: "the server key is not one PEM private key"
    case .keyOfAnotherCertificate: "the server key is not the key of the server certificate"
    case .noClientAnchor: "client certificates are asked for, and nobody may issue them"
    case .addressMalformed(let address): "\(address) is not a numeric address"
    case .notListening(let port): "nothing listens on port \(port)"
    case .draining: "the server is closing"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .system: "check limits, permissions and whether the port is taken"
    case .library: "check the OpenSSL installation and its configuration"
    case .certificateChainMalformed: "give one file with the server certificate first, then its issuers"
    case .keyMalformed: "give the key as PEM without a passphrase"
    case .keyOfAnotherCertificate: "give the key that the certificate was made for"
    case .noClientAnchor: "make a tenant first"
    case .addressMalformed: "write an address such as 127.0.0.1, 0.0.0.0 or ::"
    case .notListening: "check the configured ports"
    case .draining: "start the server again"
    }
  }
}
