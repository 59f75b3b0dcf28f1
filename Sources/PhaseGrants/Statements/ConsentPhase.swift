package import EvaluationProtocols

/// How far a site agrees to go; `none` is opting out.
package enum ConsentPhase: String, CaseIterable, Sendable {
  case none, silent, limited, broad

  /// The consent that goes exactly as far as a phase.
  package init(_ phase: PhaseName) {
    switch phase {
    case .silent: self = .silent
    case .limited: self = .limited
    case .broad: self = .broad
    }
  }

  /// Whether a site that agreed to this much may be in a phase.
  package func covers(_ phase: PhaseName) -> Bool { ConsentPhase(phase) <= self }
}

extension ConsentPhase: Comparable {
  /// Less before more.
  package static func < (left: ConsentPhase, right: ConsentPhase) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .none: 0
    case .silent: 1
    case .limited: 2
    case .broad: 3
    }
  }
}
