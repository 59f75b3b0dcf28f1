/// Every route, by name. A name without a row in the table, or without a handler, does not start the server.
package enum RouteName: String, CaseIterable, Sendable {
  case health, whoami, renew
  case assignments, object, submit, decline
  case standing, consent, acknowledge
  case createTenant, certifyTenant, tenants
  case sites, inviteSite, confirmSite, revokeSite
  case users, inviteUser, revokeUser
  case studies, study, publishProtocol, publishObject
  case gateStatus, history, advance, holdStudy, stopStudy, restart, review, signOff
  case noteIncident, closeIncident, recordChange
  case openRound, round, closeRound, matrix, verdicts, seal, bundle, submission
  case audit, state, status
  case join, joinPerson
}
