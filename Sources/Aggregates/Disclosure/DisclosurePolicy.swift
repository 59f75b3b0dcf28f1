package import EvaluationProtocols

/// What a dataset is, as its release declares.
package enum DataClass: String, CaseIterable, Sendable {
  case clinical
  /// Published data about people.
  case `public`
  /// Made by a program; nobody's data.
  case synthetic
}

/// What the hospital allows to leave, before the protocol is considered.
package struct SitePolicy: Sendable, Equatable {
  /// The minimum that holds when the hospital has said nothing.
  package static let defaultMinimumCell = 11

  package let minimumCell: Int
  /// The named person who lowered the minimum, and why.
  package let lowering: Lowering?

  /// Who lowered the minimum below the default, and why.
  package struct Lowering: Sendable, Equatable {
    package let person: String
    package let reason: String

    /// A named person's decision.
    package init(person: String, reason: String) {
      self.person = person
      self.reason = reason
    }
  }

  /// The default policy.
  package static let standard = SitePolicy(minimumCell: defaultMinimumCell, lowering: nil)

  /// A policy; whether it may be used is decided with the data class in `DisclosurePolicy`.
  package init(minimumCell: Int, lowering: Lowering?) {
    self.minimumCell = minimumCell
    self.lowering = lowering
  }
}

/// The rule in force for one release: the stricter of the site's policy and the protocol's request.
package struct DisclosurePolicy: Sendable, Equatable {
  /// Smallest number of distinct patients behind a released count.
  package let minimumCell: Int
  package let dataClass: DataClass
  package let lowering: SitePolicy.Lowering?
  /// Whether patients are told apart; otherwise a row is a patient, and the release says so.
  package let countsPatients: Bool
  /// Fewest events, and fewest non-events, behind a released recalibration fit.
  package let minimumFitEvents: Int

  /// Combines a site's policy with a protocol.
  ///
  /// - Throws: `PolicyError` when the site's minimum is lower than its data class allows.
  /// - Source: architecture.md §7.
  package init(
    site policy: SitePolicy, dataClass: DataClass, protocol evaluationProtocol: EvaluationProtocol
  ) throws(PolicyError) {
    guard policy.minimumCell >= 2 else { throw .tooLow(policy.minimumCell) }
    if policy.minimumCell < SitePolicy.defaultMinimumCell, policy.lowering == nil {
      throw .unexplained(policy.minimumCell)
    }
    if policy.minimumCell < 5, dataClass == .clinical { throw .clinical(policy.minimumCell) }
    minimumCell = max(policy.minimumCell, evaluationProtocol.disclosure.minimumCell)
    self.dataClass = dataClass
    lowering = minimumCell < SitePolicy.defaultMinimumCell ? policy.lowering : nil
    countsPatients = evaluationProtocol.data.patientColumn != nil
    minimumFitEvents = max(evaluationProtocol.disclosure.minimumFitEvents, minimumCell)
  }

  /// The policy as a document states it, already combined.
  init(
    minimumCell: Int, dataClass: DataClass, lowering: SitePolicy.Lowering?, countsPatients: Bool,
    minimumFitEvents: Int
  ) {
    self.minimumCell = minimumCell
    self.dataClass = dataClass
    self.lowering = lowering
    self.countsPatients = countsPatients
    self.minimumFitEvents = minimumFitEvents
  }

  /// Fewest rows of a class behind its third and fourth power sums (statistics.md C3).
  package static let highPowerFloor = 100
}

/// Why a site's policy cannot be used.
package enum PolicyError: Error, Equatable {
  case tooLow(Int)
  case unexplained(Int)
  case clinical(Int)
}

extension PolicyError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooLow(let cell): "a minimum cell of \(cell) hides nobody"
    case .unexplained(let cell): "the policy lowers the minimum cell to \(cell) without a person and a reason"
    case .clinical(let cell): "a minimum cell of \(cell) is not allowed for clinical data"
    }
  }

  /// What the hospital can do.
  package var remedy: String {
    switch self {
    case .tooLow: "set minimumCell to 2 or more"
    case .unexplained: "add lowering with person and reason to the policy, or set minimumCell to 11"
    case .clinical: "set minimumCell to 5 or more; less is for data declared public or synthetic"
    }
  }
}
