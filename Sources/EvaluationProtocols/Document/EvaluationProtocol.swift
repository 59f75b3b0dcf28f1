package import Cryptography

/// The study's versioned document: what is counted, on whom, and which criteria open which phase.
///
/// Its identity is the SHA-256 of its canonical bytes. It carries no signature; each site signs a
/// `protocol-acceptance` over this digest. Format: `protocols/protocol.md`.
package struct EvaluationProtocol: Sendable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:protocol:v1"

  /// SHA-256 of the canonical bytes.
  package let digest: Digest
  /// The canonical bytes as stored.
  package let bytes: [UInt8]
  /// Identifier of the study in its tenant.
  package let id: String
  /// Version of the document; a later version amends this one.
  package let version: Int
  /// What this version amends and why; `nil` in the first.
  package let amendment: Amendment?
  /// Who wrote the protocol and made the model, where the protocol says so.
  package let authorship: Authorship?
  package let study: Study
  package let model: ModelReference
  /// The comparator whose stored score stands beside the model's, if the study has one.
  package let baseline: Baseline?
  package let data: DataDefinition
  package let cohort: Cohort
  package let label: LabelDefinition
  package let attributes: [SliceAttribute]
  /// Listed intersections of levels, in protocol order.
  package let intersections: [Intersection]
  package let windows: WindowPlan
  package let grid: ScoreGrid
  package let drift: DriftPlan
  /// What is estimated beside the counts.
  package let analysis: AnalysisPlan
  /// How alerts and what people did with them are recorded, where the score was shown.
  package let operations: OperationsPlan?
  package let disclosure: DisclosureRequest
  package let sites: [Site]
  package let phases: [Phase]
  /// The schedule of rounds, where the protocol has one.
  package let monitoring: MonitoringPlan?
  package let fallback: String
  package let evidence: EvidencePlan
  /// SHA-256 of the canonical bytes of each top-level member, by key; an amendment is compared by them.
  let sectionDigests: [String: Digest]

  /// The sites whose rows count in pooled estimates and criteria, sorted by id.
  package var validationSites: [Site] { sites.filter { $0.role == .validation } }

  /// The site with this id.
  package func site(_ id: String) -> Site? { sites.first { $0.id == id } }

  /// The plan of a phase, if the protocol has it.
  package func phase(_ name: PhaseName) -> Phase? { phases.first { $0.name == name } }
}

/// What the study is about, in words for people.
package struct Study: Sendable, Equatable {
  package let title: String
  package let intendedUse: String
  package let targetPopulation: String
  package let riskCategory: RiskCategory
  package let owner: String
  /// Who is responsible, accountable, consulted and informed.
  package let responsibilities: [Responsibility]
}

/// How much harm a wrong output can do, as the vendor classifies it.
package enum RiskCategory: String, CaseIterable, Sendable {
  case low, moderate, high
}

/// One person or group and what they answer for.
package struct Responsibility: Sendable, Equatable {
  package let role: String
  package let who: String
}

/// One hospital in the study.
package struct Site: Sendable, Equatable {
  package let id: String
  package let name: String
  package let role: SiteRole
}

/// Whether a site's rows may count for the model.
package enum SiteRole: String, CaseIterable, Sendable {
  /// The model was built or tuned here: shown apart, never pooled, never in a criterion.
  case development
  case validation
}

/// What the protocol asks of disclosure control; the site's own policy can only be stricter.
package struct DisclosureRequest: Sendable, Equatable {
  /// Smallest number of distinct patients behind a released count.
  package let minimumCell: Int
  /// Fewest events, and fewest non-events, from which a site fits its own recalibration.
  package let minimumFitEvents: Int
}

/// What goes into the evidence beside the numbers.
package struct EvidencePlan: Sendable, Equatable {
  /// Days after sealing until the evidence is out of date.
  package let validityDays: Int
  /// Regulatory identifiers, as the vendor states them.
  package let regulatory: [String]
}
