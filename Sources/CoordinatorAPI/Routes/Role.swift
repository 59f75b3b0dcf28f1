/// What a caller may be, after its certificate was admitted.
package enum Role: String, CaseIterable, Sendable {
  /// Runs the deployment; sees no study.
  case `operator`
  /// Runs a tenant.
  case tenantAdministrator
  /// The confirmed agent of a site.
  case site
  /// An agent that joined and whose fingerprint nobody confirmed yet.
  case pendingSite
}
