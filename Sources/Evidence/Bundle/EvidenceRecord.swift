package import Aggregates
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Gates
package import Submissions
package import Synthesis

/// Everything that a bundle says, as typed values: the input of the report.
package struct EvidenceRecord: Sendable {
  package let evaluationProtocol: EvaluationProtocol
  package let modelCard: ModelCard
  /// One entry a site that sent something, sorted by site id.
  package let sites: [SiteEvidence]
  package let matrix: ValidationMatrix
  package let outcome: GateOutcome
  package let sealedAt: UTCTime
  package let validUntil: UTCTime
  /// The study's history and what people signed; nil in a bundle without one.
  package let study: StudyRecord?

  /// What one site contributed besides its numbers.
  package struct SiteEvidence: Sendable, Equatable {
    package let site: String
    package let context: SiteContext
    package let predicate: SubmissionPredicate
    /// SPKI digest of the root under which the site signed, to be compared out of band.
    package let rootFingerprint: Digest
    /// Rows read and excluded, by reason; `nil` where the site withholds them.
    package let flow: [FlowEntry]?
    /// Who lowered the site's minimum cell below the standard, and why; `nil` where nobody did.
    package let lowering: SitePolicy.Lowering?

    /// One line of the flow of rows; `rows` is `nil` where withheld.
    package struct FlowEntry: Sendable, Equatable {
      package let what: String
      package let rows: Int?

      /// A line of the flow.
      package init(what: String, rows: Int?) {
        self.what = what
        self.rows = rows
      }
    }

    /// A site's part of the record.
    package init(
      site: String, context: SiteContext, predicate: SubmissionPredicate, rootFingerprint: Digest,
      flow: [FlowEntry]?, lowering: SitePolicy.Lowering? = nil
    ) {
      self.site = site
      self.context = context
      self.predicate = predicate
      self.rootFingerprint = rootFingerprint
      self.flow = flow
      self.lowering = lowering
    }
  }

  /// The content of one sealed state.
  package init(
    evaluationProtocol: EvaluationProtocol, modelCard: ModelCard, sites: [SiteEvidence],
    matrix: ValidationMatrix, outcome: GateOutcome, sealedAt: UTCTime, validUntil: UTCTime,
    study: StudyRecord? = nil
  ) {
    self.evaluationProtocol = evaluationProtocol
    self.modelCard = modelCard
    self.sites = sites
    self.matrix = matrix
    self.outcome = outcome
    self.sealedAt = sealedAt
    self.validUntil = validUntil
    self.study = study
  }
}
