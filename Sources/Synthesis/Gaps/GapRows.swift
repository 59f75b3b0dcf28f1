import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The gaps of one family as rows of a matrix, with p-values adjusted over the levels of the attribute.
struct GapRows {
  let family: GapFamily
  let evaluationProtocol: EvaluationProtocol

  /// Each measure with the place of its threshold.
  private var measures: [(metric: Metric, threshold: Int?)] {
    [(.auroc, nil), (.observedExpectedRatio, nil), (.calibrationSlope, nil)]
      + evaluationProtocol.model.thresholds.indices.flatMap { place in
        Metric.gaps.filter(\.needsThreshold).map { ($0, place) }
      }
  }

  /// Measures in order, levels in protocol order within.
  ///
  /// - Parameter gap: the gap of the level at a place of the family, or nil where the measure has none.
  func rows(
    _ estimand: Estimand, _ gap: (_ level: Int, _ metric: Metric, _ threshold: Int?) -> Gap?
  ) -> [GapRow] {
    measures.flatMap { metric, threshold in
      let gaps = family.levels.indices.map { gap($0, metric, threshold) }
      return zip(family.levels, adjusted(gaps)).compactMap { level, result in
        result.map {
          GapRow(
            window: evaluationProtocol.windows.wholeID, slice: level.id, against: family.against,
            metric: metric,
            threshold: threshold.map { evaluationProtocol.model.thresholds[$0].value }, estimand: estimand,
            result: $0)
        }
      }
    }
  }

  private func adjusted(_ gaps: [Gap?]) -> [GapRow.Result?] {
    var results = gaps.map { $0?.result }
    guard let multiplicity = evaluationProtocol.analysis.multiplicity else { return results }
    let places = gaps.indices.filter { gaps[$0]?.pValue != nil }
    let pValues = places.compactMap { gaps[$0]?.pValue }
    let found =
      switch multiplicity {
      case .holm: try? holmAdjusted(pValues)
      case .benjaminiHochberg: try? benjaminiHochbergAdjusted(pValues)
      }
    for (place, value) in zip(places, found ?? []) { results[place] = results[place]?.adjusting(to: value) }
    return results
  }
}

extension GapRow.Result {
  fileprivate func adjusting(to pValue: Double) -> GapRow.Result {
    guard case .estimated(let numbers) = self else { return self }
    return .estimated(
      GapNumbers(
        difference: numbers.difference, lower: numbers.lower, upper: numbers.upper, ratio: numbers.ratio,
        pValue: numbers.pValue, adjustedPValue: try? FixedDecimal(pValue, scale: ValidationMatrix.scale),
        method: numbers.method))
  }
}
