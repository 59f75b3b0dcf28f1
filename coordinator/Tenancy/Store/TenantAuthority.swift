internal import Cryptography

/// A tenant's certificate authority: it issues for the tenant's host and nothing else.
struct TenantAuthority: Sendable {
  let certificate: Certificate
  let key: SigningKey
}
