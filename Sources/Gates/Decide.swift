import CanonicalJSON
package import EvaluationProtocols
package import Synthesis

/// Decides the gate out of a phase: estimates × criteria, on the written decimals.
///
/// A criterion that fails is a result, not an error: nothing went wrong.
///
/// - Parameter look: how many complete release rounds of this phase under this version of the protocol there
///   were, the one judged included; 1 for the first.
/// - Throws: `GateError.noSuchPhase` when the protocol does not have the phase, `.noSuchLook` when `look` is below 1.
package func decide(
  _ matrix: ValidationMatrix, phase name: PhaseName, under evaluationProtocol: EvaluationProtocol, look: Int
) throws(GateError) -> GateOutcome {
  guard let phase = evaluationProtocol.phase(name) else { throw .noSuchPhase(name.rawValue) }
  guard look >= 1 else { throw .noSuchLook(look) }
  // One schedule for the whole protocol, so that its multipliers are computed once.
  var multipliers: [Int: [FixedDecimal]] = [:]
  for criterion in phase.goCriteria + phase.stopCriteria {
    guard case .alphaSpending(let planned)? = criterion.looks, multipliers[planned] == nil else { continue }
    multipliers[planned] = LookBounds.multipliers(planned: planned)
  }
  func judge(_ criterion: Criterion) -> CriterionOutcome {
    CriterionJudge(
      criterion: criterion, matrix: matrix, evaluationProtocol: evaluationProtocol,
      look: criterion.looks.map { LookBounds(looks: $0, look: look, multipliers: multipliers) }
    ).outcome()
  }
  return GateOutcome(
    phase: name, look: look, dataClasses: Set(matrix.sites.map(\.dataClass)).sorted(),
    minimum: MinimumJudge(phase: phase, matrix: matrix, evaluationProtocol: evaluationProtocol).outcome(),
    go: phase.goCriteria.map(judge), stop: phase.stopCriteria.map(judge))
}

/// Why a gate could not be decided.
package enum GateError: Error, Equatable {
  case noSuchPhase(String)
  case noSuchLook(Int)
}

extension GateError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noSuchPhase(let name): "the protocol has no phase \(name)"
    case .noSuchLook(let look): "there is no look \(look)"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .noSuchPhase: "name a phase of the protocol"
    case .noSuchLook: "count looks from 1"
    }
  }
}
