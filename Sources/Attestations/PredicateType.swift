/// What a statement says about its subjects. The set is closed: a type of another version is another type.
///
/// - Source: `protocols/attestations.md`, section "Statement".
package enum PredicateType: String, CaseIterable, Sendable {
  /// A site hands in its aggregate.
  case siteSubmission = "urn:equipoise:site-submission:v1"
  /// A site accepts a protocol.
  case protocolAcceptance = "urn:equipoise:protocol-acceptance:v1"
  /// A site joins with a TLS key.
  case siteEnrolment = "urn:equipoise:site-enrolment:v1"
  /// A site counted a reference dataset for a protocol's drift section.
  case referenceProfile = "urn:equipoise:reference-profile:v1"
  /// The coordinator lists every file of a bundle.
  case manifest = "urn:equipoise:manifest:v1"
  /// The coordinator keeps a submission.
  case receipt = "urn:equipoise:receipt:v1"
  /// A site says how far it agrees to go.
  case siteConsent = "urn:equipoise:site-consent:v1"
  /// The coordinator lets a site be in a phase until a time.
  case phaseGrant = "urn:equipoise:phase-grant:v1"
  /// The coordinator ends what a site may show.
  case stopOrder = "urn:equipoise:stop-order:v1"
  /// A site says that it has a word of the coordinator, or switched the model itself.
  case acknowledgement = "urn:equipoise:acknowledgement:v1"
  /// A reviewer decides at a gate.
  case gateDecision = "urn:equipoise:gate-decision:v1"
  /// A reviewer lets somebody else sign for a while.
  case delegation = "urn:equipoise:delegation:v1"
}
