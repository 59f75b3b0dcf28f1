/// Every route, by name. A name without a row in the table, or without a handler, does not start the server.
package enum RouteName: String, CaseIterable, Sendable {
  case health, whoami, renew
  case assignments, object, submit, decline
  case createTenant, certifyTenant, tenants
  case sites, inviteSite, confirmSite, revokeSite
  case studies, study, publishProtocol, publishObject
  case openRound, round, closeRound, matrix, verdicts, seal, bundle, submission
  case audit, state, status
  case join
}
