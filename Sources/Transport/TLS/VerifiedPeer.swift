package import Cryptography

/// Who is at the other end of a connection, as the handshake proved it.
///
/// Computed once; every request of the connection is given the same one. It says who the certificate was
/// issued to and by whom, and nothing about what the peer may do.
package final class VerifiedPeer: Sendable {
  /// The peer's certificate.
  package let leaf: Certificate
  /// The digest of its key.
  package let leafKeyDigest: Digest
  /// The digest of the key of the authority that issued it, which is the tenant's.
  package let anchorKeyDigest: Digest
  /// Its serial number in lower-case hexadecimal digits, two for each byte.
  package let serial: String

  private static let clientAuthentication = "1.3.6.1.5.5.7.3.2"

  /// Nil for a certificate that isn't one of a client: libcrypto takes a missing extended key usage for all
  /// of them, and an authority for its own client.
  init?(leaf: Certificate, anchorKeyDigest: Digest, serial: String) {
    guard leaf.extendedKeyUsages == [Self.clientAuthentication], !leaf.isAuthority else { return nil }
    self.leaf = leaf
    leafKeyDigest = leaf.publicKey.digest
    self.anchorKeyDigest = anchorKeyDigest
    self.serial = serial
  }
}
