import Cryptography
package import EvaluationProtocols

/// How often a phase was looked at, and how that is allowed for.
package struct LooksSpent: Equatable, Sendable {
  package let phase: PhaseName
  /// Under the protocol in force.
  package let spent: Int
  /// Under earlier versions of the protocol.
  package let earlier: Int
  /// By the protocol's schedule; nil where it has none.
  package let planned: Int?
  /// The criteria of the phase by method, in words; a method that is nil allows for one look.
  package let methods: [Method]

  /// The criteria that one method holds.
  package struct Method: Equatable, Sendable {
    /// `always-valid bounds`, `alpha spending over 5 looks`; nil for none.
    package let name: String?
    package let criteria: [String]
  }

  /// The looks in words.
  package var sentence: String {
    let plan = planned.map { " of \($0) planned" } ?? ", no number planned"
    let over = planned.map { spent > $0 ? ", MORE THAN PLANNED" : "" } ?? ""
    let before = earlier > 0 ? "; \(earlier) more under other versions of the protocol" : ""
    let parts = methods.map { method in
      let count = counted(method.criteria.count, "criterion", plural: "criteria")
      return method.name.map { "\(count) by \($0)" } ?? "\(count) not adjusted for looks"
    }
    return "\(phase.rawValue): \(counted(spent, "look")) spent\(plan)\(over)\(before)"
      + (parts.isEmpty ? "" : "; \(parts.joined(separator: ", "))")
  }
}

extension ReviewView {
  /// The looks of each phase of the protocol in force.
  var looksSpent: [LooksSpent] {
    guard let inForce else { return [] }
    return inForce.phases.map { phase in
      let spent = state.looks(of: phase.name, under: inForce.digest)
      var methods: [(name: String?, criteria: [String])] = []
      for criterion in phase.goCriteria + phase.stopCriteria {
        let name = criterion.looks?.method
        if let index = methods.firstIndex(where: { $0.name == name }) {
          methods[index].criteria.append(criterion.id)
        } else {
          methods.append((name, [criterion.id]))
        }
      }
      return LooksSpent(
        phase: phase.name, spent: spent,
        earlier: state.evidences.count { $0.fact.phase == phase.name } - spent,
        planned: inForce.monitoring?.looks,
        methods: methods.map { LooksSpent.Method(name: $0.name, criteria: $0.criteria) })
    }
  }
}
