package import Cryptography

/// What a listener proves about itself, and whom it lets in.
package struct ServerTLS: Sendable {
  let context: TLSContext
  /// The key digests of the anchors, by the anchors' bytes; nil where no client certificate is asked for.
  let anchors: [[UInt8]: Digest]?

  /// Reads the server's identity.
  ///
  /// - Parameters:
  ///   - certificateChainPEM: the server's certificate, then the issuers to send along.
  ///   - keyPEM: its private key, without a passphrase.
  ///   - clientAnchors: the authorities that issue client certificates, themselves and not the root above
  ///     them; nil on a listener that asks for none.
  /// - Throws: `TransportError` for certificates and keys that cannot be used.
  package init(certificateChainPEM: [UInt8], keyPEM: [UInt8], clientAnchors: [Certificate]?) throws {
    if let clientAnchors, clientAnchors.isEmpty { throw TransportError.noClientAnchor }
    let identity = try PEMIdentity(certificateChainPEM: certificateChainPEM, keyPEM: keyPEM)
    context = try TLSContext(certificates: identity, clientAnchors: clientAnchors?.map(\.der))
    anchors = clientAnchors.map { anchors in
      Dictionary(anchors.map { ($0.der, $0.publicKey.digest) }) { first, _ in first }
    }
  }
}
