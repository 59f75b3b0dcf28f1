package import CanonicalJSON
package import CoordinatorAPI
package import Cryptography
package import PhaseGrants

/// How this site stands with a study, as the coordinator last said.
package struct StandingRecord: Sendable, Equatable {
  package let study: String
  package let evaluationProtocol: Digest
  package let version: Int
  package let title: String
  package let objects: [ObjectReference]
  /// Sequences that the coordinator recorded; 0 for none.
  package let recordedConsent: Int
  package let recordedAcknowledgement: Int
  /// Sequence of the newest word there; 0 for none.
  package let newestWord: Int
  /// Whether the last list had it.
  package let isListed: Bool
  /// What the operator should know, for this machine only.
  package let remark: String?
  /// When what failed may be tried again.
  package let notBefore: UTCTime
}

/// Where a statement of this site is on its way to the coordinator.
package enum DeliveryState: String, CaseIterable, Sendable {
  case made
  /// It left, or was about to; the same bytes are sent until they are recorded.
  case sent
  case recorded
  /// The coordinator did not take it, and sending it again will not change that.
  case refused
}

/// A consent or an acknowledgement that this site signed.
package struct OwnStatement: Sendable, Equatable {
  /// Its place among all of them.
  package let number: Int
  package let study: String
  /// `consent` or `acknowledgement`.
  package let kind: EgressKind
  package let sequence: Int
  /// The bytes that leave.
  package let statement: [UInt8]
  package let evaluationProtocol: Digest
  /// Of a consent.
  package let phase: ConsentPhase?
  /// Of an acknowledgement.
  package let about: Acknowledgement.About?
  package let madeAt: UTCTime
  package let state: DeliveryState
  package let remark: String?
}

/// A word of the coordinator, taken or refused.
package struct WordRecord: Sendable, Equatable {
  package let study: String
  /// Digest of what was signed.
  package let digest: Digest
  package let sequence: Int
  package let kind: WordKind
  package let statement: [UInt8]
  package let evaluationProtocol: Digest
  /// Sequence of the study's history that it rests on.
  package let history: Int
  package let isDrill: Bool
  package let receivedAt: UTCTime
  /// Of a word that was taken: since when it counts.
  package let takenAt: UTCTime?
  /// Of a refused word: the rule that it breaks, and the rule in words.
  package let rule: String?
  package let remark: String?
}

/// Somebody's hand on the model at this site.
package struct SwitchRecord: Sendable, Equatable {
  package let number: Int
  package let study: String
  package let isDisabled: Bool
  package let person: String
  package let reason: String
  package let changedAt: UTCTime
}
