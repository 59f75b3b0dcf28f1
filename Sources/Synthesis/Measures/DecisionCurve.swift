import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

extension StratumSet {
  /// Net benefit at every edge that all contributions keep, beside treating everyone (statistics.md §2).
  func decisionCurve() -> [DecisionPoint] {
    commonEdges.dropFirst().dropLast().compactMap { edge in
      let counts = Confusion(contributions, edge: edge)
      let threshold = grid.edges[edge]
      guard
        let result = try? netBenefit(
          truePositives: counts.truePositives, falsePositives: counts.falsePositives,
          falseNegatives: counts.falseNegatives, trueNegatives: counts.trueNegatives,
          threshold: threshold.value),
        let benefit = try? FixedDecimal(result.netBenefit.value, scale: ValidationMatrix.scale),
        let treatAll = try? FixedDecimal(result.treatAll, scale: ValidationMatrix.scale)
      else { return nil }
      return DecisionPoint(threshold: threshold, netBenefit: benefit, treatAll: treatAll)
    }
  }
}
