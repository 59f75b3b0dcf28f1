package import CanonicalJSON
package import CoordinatorAPI
package import Cryptography
package import EvaluationProtocols

/// An assignment as this site knows it.
package struct AssignmentRecord: Sendable, Equatable {
  package let id: String
  package let round: String
  package let study: String
  package let evaluationProtocol: Digest
  package let phase: PhaseName
  package let kind: RoundKind
  package let deadline: UTCTime
  package let sequence: Int
  package let objects: [ObjectReference]
  package let state: LocalState
  /// A word of a closed list: of the coordinator for `refused`, ours for `declining` and `declined`.
  package let code: String?
  /// What the operator should know, for this machine only.
  package let remark: String?
  /// Failed tries since the last success, and when the next may be.
  package let attempts: Int
  package let notBefore: UTCTime
  package let updatedAt: UTCTime
  /// Whether the coordinator says that the result went into its matrix.
  package let isMerged: Bool
}

/// A signed package in the outbox.
package struct OutboxItem: Sendable, Equatable {
  package let assignment: String
  /// SHA-256 of the bytes that leave.
  package let package: Digest
  package let aggregate: Digest
  package let datasetRelease: Digest
  package let policy: Digest
  package let computedAt: UTCTime
  package let previewedAt: UTCTime?
  package let releasedBy: String?
  package let receipt: [UInt8]?
}
