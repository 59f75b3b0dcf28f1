/// Who signs: the one URI that a leaf certificate carries. One key has one role.
///
/// - Source: `protocols/attestations.md`, section "Roles".
package enum SignerRole: Hashable, Sendable {
  /// The submission key of a site.
  case siteSubmission(site: String)
  /// The evidence key of a coordinator.
  case evidence
  /// A reviewer's own key; whose it is, a protocol says.
  case reviewer

  private static let sitePrefix = "urn:equipoise:role:site-submission:"
  private static let evidenceURI = "urn:equipoise:role:evidence"
  private static let reviewerURI = "urn:equipoise:role:reviewer"

  /// Reads the URI of a certificate.
  ///
  /// - Throws: `AttestationError.unknownRole` for any other text.
  package init(parsing uri: String) throws(AttestationError) {
    if uri == Self.evidenceURI {
      self = .evidence
    } else if uri == Self.reviewerURI {
      self = .reviewer
    } else if uri.utf8.starts(with: Self.sitePrefix.utf8) {
      try self.init(site: String(uri.dropFirst(Self.sitePrefix.count)))
    } else {
      throw .unknownRole
    }
  }

  /// The role of a site's submission key.
  ///
  /// - Throws: `AttestationError.unknownRole` unless `site` is `[a-z0-9][a-z0-9-]{0,62}`.
  package init(site: String) throws(AttestationError) {
    let isIdentifier = site.utf8.enumerated().allSatisfy { index, byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (byte == 0x2D && index > 0)
    }
    guard isIdentifier, (1...63).contains(site.utf8.count) else { throw .unknownRole }
    self = .siteSubmission(site: site)
  }

  /// The URI of the leaf certificate.
  package var uri: String {
    switch self {
    case .siteSubmission(let site): Self.sitePrefix + site
    case .evidence: Self.evidenceURI
    case .reviewer: Self.reviewerURI
    }
  }

  /// A name for the certificates of this role; it identifies nothing.
  var displayName: String {
    switch self {
    case .siteSubmission(let site): "site \(site.prefix(40))"
    case .evidence: "evidence"
    case .reviewer: "reviewer"
    }
  }

  /// Whether a key of this role may make statements of a type.
  package func maySign(_ type: PredicateType) -> Bool {
    switch (self, type) {
    case (.siteSubmission, .siteSubmission), (.siteSubmission, .protocolAcceptance),
      (.siteSubmission, .siteEnrolment), (.siteSubmission, .siteConsent),
      (.siteSubmission, .acknowledgement), (.siteSubmission, .referenceProfile):
      true
    case (.evidence, .manifest), (.evidence, .receipt), (.evidence, .phaseGrant), (.evidence, .stopOrder):
      true
    case (.reviewer, .gateDecision), (.reviewer, .delegation): true
    default: false
    }
  }
}
