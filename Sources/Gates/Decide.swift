import CanonicalJSON
package import EvaluationProtocols
package import Synthesis

/// Decides the gate out of a phase: estimates × criteria, on the written decimals.
///
/// A criterion that fails is a result, not an error: nothing went wrong.
///
/// - Throws: `GateError.noSuchPhase` when the protocol does not have the phase.
package func decide(
  _ matrix: ValidationMatrix, phase name: PhaseName, under evaluationProtocol: EvaluationProtocol
) throws(GateError) -> GateOutcome {
  guard let phase = evaluationProtocol.phase(name) else { throw .noSuchPhase(name.rawValue) }
  func judge(_ criterion: Criterion) -> CriterionOutcome {
    CriterionJudge(criterion: criterion, matrix: matrix, evaluationProtocol: evaluationProtocol).outcome()
  }
  return GateOutcome(
    phase: name, dataClasses: Set(matrix.sites.map(\.dataClass)).sorted(),
    minimum: MinimumJudge(phase: phase, matrix: matrix, evaluationProtocol: evaluationProtocol).outcome(),
    go: phase.goCriteria.map(judge), stop: phase.stopCriteria.map(judge))
}

/// Why a gate could not be decided.
package enum GateError: Error, Equatable {
  case noSuchPhase(String)
}

extension GateError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noSuchPhase(let name): "the protocol has no phase \(name)"
    }
  }

  /// What the operator can do.
  package var remedy: String { "name a phase of the protocol" }
}
