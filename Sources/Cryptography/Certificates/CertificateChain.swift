internal import COpenSSL

/// Why a leaf is not one of this root at this time.
package enum ChainError: Error, Equatable {
  /// The root is not a self-signed authority for certificates.
  case rootNotAuthority
  /// The root's own signature does not hold: its file was changed.
  case rootChanged
  /// The leaf may issue certificates itself.
  case leafIsAuthority
  /// The leaf's extended key usage is not just codeSigning, or its key usage not just digital signature.
  case leafUsage
  /// One of the two is not valid yet.
  case notYetValid
  /// One of the two is no longer valid.
  case expired
  /// The leaf was not issued by this root.
  case unknownIssuer
  /// The leaf is not for TLS clients.
  case purpose
  /// The issuer may not name what the leaf names.
  case nameNotPermitted
  /// Any other objection of libcrypto.
  case refused(String)
  /// libcrypto could not do the check.
  case library(CryptographyError)
}

extension ChainError: CustomStringConvertible {
  /// The objection.
  package var description: String {
    switch self {
    case .rootNotAuthority: "the root certificate is not a self-signed authority"
    case .rootChanged: "the root certificate's own signature does not hold"
    case .leafIsAuthority: "the leaf certificate is an authority itself"
    case .leafUsage: "the leaf certificate is not for code signing only"
    case .notYetValid: "the certificate is not valid yet at the time of signing"
    case .expired: "the certificate has expired at the time of signing"
    case .unknownIssuer: "the leaf certificate was not issued by this root"
    case .purpose: "the certificate is not for TLS clients"
    case .nameNotPermitted: "the certificate's issuer may not issue for this name"
    case .refused(let reason): "the certificate was refused: \(reason)"
    case .library(let error): error.description
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .rootNotAuthority, .leafIsAuthority, .leafUsage, .purpose, .nameNotPermitted, .refused:
      "ask the signer to make its keys again with the tool"
    case .rootChanged: "get the root certificate from the signer again"
    case .notYetValid: "check the clock of the signer"
    case .expired: "ask the signer to renew its leaf and to sign again"
    case .unknownIssuer: "check whose root this is; the signer tells its fingerprint"
    case .library(let error): error.remedy
    }
  }
}

/// Checks that a root issued a leaf, and that both are valid at a time and made for signing.
///
/// The root is the only anchor; the time is the caller's, never the clock's. libcrypto 3.0 has no purpose for
/// code signing, so the usages are compared here. libcrypto counts the last second of validity as past.
///
/// - Parameter unixSeconds: seconds since 1970-01-01T00:00:00Z.
/// - Throws: `ChainError`.
/// - Source: RFC 5280, section 6, by `X509_verify_cert` with `X509_V_FLAG_X509_STRICT`.
package func verifyChain(
  leaf: Certificate, root: Certificate, at unixSeconds: Int64
) throws(ChainError) {
  guard root.isAuthority else { throw .rootNotAuthority }
  guard !leaf.isAuthority else { throw .leafIsAuthority }
  guard leaf.extendedKeyUsages == [Certificate.codeSigning], leaf.isOnlyForSignatures else {
    throw .leafUsage
  }
  let outcome: (code: Int32, isAtRoot: Bool)
  do {
    outcome = try chainOutcome(
      leaf: leaf, anchor: root, flags: X509_V_FLAG_CHECK_SS_SIGNATURE, purpose: nil, at: unixSeconds)
  } catch {
    throw .library(error)
  }
  switch outcome.code {
  case X509_V_OK: return
  case X509_V_ERR_CERT_NOT_YET_VALID: throw .notYetValid
  case X509_V_ERR_CERT_HAS_EXPIRED: throw .expired
  case X509_V_ERR_CERT_SIGNATURE_FAILURE where outcome.isAtRoot: throw .rootChanged
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
    X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    throw .unknownIssuer
  default: throw .refused(String(cString: X509_verify_cert_error_string(Int(outcome.code))))
  }
}

/// The X509_V_ code of the check of a leaf directly under an anchor, and whether it is about the anchor.
func chainOutcome(
  leaf: Certificate, anchor root: Certificate, flags: Int32, purpose: Int32?, at unixSeconds: Int64
) throws(CryptographyError) -> (code: Int32, isAtRoot: Bool) {
  let store = try calling("certificate store") { X509_STORE_new() }
  defer { X509_STORE_free(store) }
  let context = try calling("certificate check") { X509_STORE_CTX_new() }
  defer { X509_STORE_CTX_free(context) }
  try succeeding("certificate check") {
    root.withUnsafeHandle { X509_STORE_add_cert(store, $0) } == 1
      && leaf.withUnsafeHandle { X509_STORE_CTX_init(context, store, $0, nil) } == 1
  }
  let parameters = X509_STORE_CTX_get0_param(context)
  X509_VERIFY_PARAM_set_time(parameters, Int(unixSeconds))
  X509_VERIFY_PARAM_set_depth(parameters, 0)
  try succeeding("certificate check") {
    X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_X509_STRICT | flags)) == 1
      && (purpose.map { X509_VERIFY_PARAM_set_purpose(parameters, $0) == 1 } ?? true)
  }
  let isValid = X509_verify_cert(context) == 1
  drainErrors()
  let code = X509_STORE_CTX_get_error(context)
  // "X509_V_OK" beside a failure means that the check itself could not run.
  let outcome = isValid ? X509_V_OK : code == X509_V_OK ? X509_V_ERR_UNSPECIFIED : code
  return (outcome, X509_STORE_CTX_get_error_depth(context) > 0)
}
