package import Cryptography

/// The phases of a study, in the order in which they open.
package enum PhaseName: String, CaseIterable, Sendable {
  case silent, limited, broad
}

/// What a phase exposes, and what must hold to leave it for the next.
package struct Phase: Sendable, Equatable {
  package let name: PhaseName
  /// Who sees the model's output in this phase.
  package let exposure: String
  package let minimum: PhaseMinimum
  /// All must pass for the gate out of this phase to open.
  package let goCriteria: [Criterion]
  /// A breach of one holds the study.
  package let stopCriteria: [Criterion]
  package let signOffs: [RequiredSignOff]
}

/// The least data on which a gate may be judged, over validation sites.
package struct PhaseMinimum: Sendable, Equatable {
  package let sites: Int
  package let rows: Int
  package let events: Int
  package let days: Int
}

/// A named person whose signature a gate needs.
package struct RequiredSignOff: Sendable, Equatable {
  package let role: String
  package let person: String
  /// Whom the person works for.
  package let organisation: String
  /// SHA-256 of the reviewer's public key, once it is known.
  package let fingerprint: Digest?
  package let independence: [IndependenceRule]
}
