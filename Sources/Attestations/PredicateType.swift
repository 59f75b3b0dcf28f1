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
  /// The coordinator lists every file of a bundle.
  case manifest = "urn:equipoise:manifest:v1"
  /// The coordinator keeps a submission.
  case receipt = "urn:equipoise:receipt:v1"
}
