package import CanonicalJSON

/// What the tenant's administrator hands to a hospital. The secret is nowhere else: the store has its digest.
package struct Invitation: Sendable, Equatable {
  /// The invitation's id.
  package let id: String
  /// 160 random bits in base32. Not for logs, names or URLs.
  package let secret: String
  /// The tenant that invites.
  package let tenant: String
  /// The site that is invited.
  package let site: String
  /// When it ends.
  package let expiresAt: UTCTime
}
