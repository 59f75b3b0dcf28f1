internal import COpenSSL

/// Checks that a tenant's authority issued a client's leaf: the check that a TLS handshake makes, and the one
/// a new certificate has to pass before it is handed out.
///
/// The authority is the only anchor, although it is not self-signed: with the deployment root as the anchor,
/// another tenant's leaf would pass with that tenant's authority beside it.
///
/// - Parameter unixSeconds: seconds since 1970-01-01T00:00:00Z.
/// - Throws: `ChainError`.
/// - Source: RFC 5280, section 6, by `X509_verify_cert` with `X509_V_FLAG_PARTIAL_CHAIN`.
package func verifyClientChain(
  leaf: Certificate, anchor: Certificate, at unixSeconds: Int64
) throws(ChainError) {
  guard !leaf.isAuthority else { throw .leafIsAuthority }
  try verifyIssued(
    leaf, by: anchor, flags: X509_V_FLAG_PARTIAL_CHAIN, purpose: X509_PURPOSE_SSL_CLIENT, at: unixSeconds)
}

/// Checks that a self-signed root issued an authority, and that both are valid at a time.
///
/// - Throws: `ChainError`.
/// - Source: RFC 5280, section 6, by `X509_verify_cert`.
package func verifyAuthority(
  _ authority: Certificate, root: Certificate, at unixSeconds: Int64
) throws(ChainError) {
  guard root.isAuthority else { throw .rootNotAuthority }
  try verifyIssued(authority, by: root, flags: X509_V_FLAG_CHECK_SS_SIGNATURE, purpose: nil, at: unixSeconds)
}

private func verifyIssued(
  _ leaf: Certificate, by anchor: Certificate, flags: Int32, purpose: Int32?, at unixSeconds: Int64
) throws(ChainError) {
  let outcome: (code: Int32, isAtRoot: Bool)
  do {
    outcome = try chainOutcome(leaf: leaf, anchor: anchor, flags: flags, purpose: purpose, at: unixSeconds)
  } catch {
    throw .library(error)
  }
  switch outcome.code {
  case X509_V_OK: return
  case X509_V_ERR_CERT_NOT_YET_VALID: throw .notYetValid
  case X509_V_ERR_CERT_HAS_EXPIRED: throw .expired
  case X509_V_ERR_INVALID_PURPOSE: throw .purpose
  case X509_V_ERR_PERMITTED_VIOLATION: throw .nameNotPermitted
  case X509_V_ERR_CERT_SIGNATURE_FAILURE where outcome.isAtRoot: throw .rootChanged
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
    X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    throw .unknownIssuer
  default: throw .refused(String(cString: X509_verify_cert_error_string(Int(outcome.code))))
  }
}
