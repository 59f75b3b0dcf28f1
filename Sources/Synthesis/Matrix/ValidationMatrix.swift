import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// Estimates over slice × site × window, with the three estimands apart: pooled rows, within sites, and
/// the random-effects mean. A pure function of the protocol and the sites' aggregates.
///
/// Numbers are the written decimals; verdicts are decided on them. Format: `protocols/matrix.md`.
package struct ValidationMatrix: Sendable, Equatable {
  /// SHA-256 of the protocol.
  package let protocolDigest: Digest
  /// One entry a site that sent an aggregate, sorted by site id.
  package let sites: [SiteMatrix]
  /// Validation sites together.
  package let pooled: PooledMatrix

  /// Decimals of every result, except those that an iterative solver gives.
  package static let scale = 12
  /// Decimals of results that an iterative solver gives.
  package static let solverScale = 8

  /// The part of one site.
  package func site(_ id: String) -> SiteMatrix? { sites.first { $0.site == id } }
}

/// One site's estimates from its own aggregate.
package struct SiteMatrix: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:site-matrix:v1"

  package let site: String
  package let role: SiteRole
  /// SHA-256 of the site's `aggregate.json`.
  package let aggregateDigest: Digest
  package let minimumCell: Int
  package let dataClass: String
  /// Slices in protocol order within windows in order of time; `all` windows last where there are several.
  package let rows: [MatrixRow]
  package let gaps: [GapRow]
  package let trends: [TrendRow]
  package let drift: [DriftRow]
  /// One entry a window, where the protocol has a CUSUM.
  package let cusum: [CUSUMRow]
  /// Slices within windows as in `rows`; empty where the protocol does not ask.
  package var explanation: [ExplanationRow] = []
}

/// The validation sites' estimates together.
package struct PooledMatrix: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:pooled-matrix:v1"

  /// The aggregates that the estimates are made from, by site.
  package let aggregates: [Aggregate]
  /// Sites of the protocol that sent nothing.
  package let notRun: [String]
  package let rows: [MatrixRow]
  package let gaps: [GapRow]
  package let trends: [TrendRow]
  /// Slices within windows as in `rows`; empty where the protocol does not ask.
  package var explanation: [ExplanationRow] = []

  /// An aggregate that is in the matrix.
  package struct Aggregate: Sendable, Equatable {
    package let site: String
    /// SHA-256 of the site's `aggregate.json`.
    package let digest: Digest
  }
}
