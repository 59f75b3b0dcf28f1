/// What a verifier found: how far the bundle can be believed, and what is wrong where.
package struct VerificationReport: Sendable {
  /// The ladder of evidence; higher steps need outside time and witnesses, which bundles of this format do
  /// not carry yet.
  package enum Level: Int, Sendable, Comparable, CaseIterable {
    /// E0: not a bundle, or one that contradicts itself.
    case malformed
    /// E1: consistent with itself; who made it is not shown.
    case selfConsistent
    /// E2: signed by the roots that the reader pinned.
    case signed

    /// The step's name.
    package var name: String { "E\(rawValue)" }

    /// What the step means.
    package var words: String {
      switch self {
      case .malformed: "not to be used: malformed, changed, or contradicting itself"
      case .selfConsistent: "consistent with itself, but not every signer is pinned in your trust file"
      case .signed: "signed by the roots you pinned, complete, and recomputed"
      }
    }

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  package let level: Level
  /// Empty when everything holds.
  package let problems: [VerificationProblem]
  /// What was checked and found good, line by line.
  package let confirmed: [String]
  /// The content, once it could be read as a whole.
  package let record: EvidenceRecord?
  /// What a reviewer signs about; only for a bundle that carries a study's history and holds.
  package let review: ReviewPackage?
  /// Whether the evidence was out of date at the time asked for.
  package let isExpired: Bool
}

/// What page and verifier say alike.
package enum BundleWords {
  /// Of a bundle that was sealed from plain files.
  package static let noHistory = "no study history: nothing here shows that a gate opened"
}

/// One thing that is wrong with a bundle.
package struct VerificationProblem: Sendable, Equatable {
  /// What kind of wrong, which decides the exit code.
  package enum Kind: String, Sendable {
    /// The file cannot be read as what it should be, or numbers contradict each other.
    case refused
    /// A signature or digest is wrong.
    case signature
    /// Nothing is wrong, but the reader has not pinned who should have signed.
    case notPinned
  }

  package let kind: Kind
  /// The rule that is broken, by a stable name.
  package let rule: String
  /// The file that is wrong.
  package let file: String
  package let message: String
  package let remedy: String
}
