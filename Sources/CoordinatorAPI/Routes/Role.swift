/// What a caller may be, after its certificate was admitted.
package enum Role: String, CaseIterable, Sendable {
  /// Runs the deployment; sees no study.
  case `operator`
  /// Runs a tenant.
  case tenantAdministrator
  /// Leads studies of a tenant: publishes, opens and closes rounds, seals.
  case studyLead
  /// Reads a tenant's studies and what they came to.
  case reviewer
  /// Reads all of a tenant, its audit log and its accounts too, and changes nothing.
  case auditor
  /// The confirmed agent of a site.
  case site
  /// An agent that joined and whose fingerprint nobody confirmed yet.
  case pendingSite
}

/// What a person can be invited as.
package enum PersonRole: String, CaseIterable, Sendable {
  case tenantAdministrator, studyLead, reviewer, auditor
}
