import EvaluationProtocols

extension DisclosurePolicy {
  /// Minimum cells of sampled patients from which an explanation is shown: a step is then at most a fifth of all
  /// that a sum can be.
  static let explanationCells = 5

  /// Fewest sampled patients behind a released explanation.
  var explanationFloor: Int { Self.explanationCells * minimumCell }
}

extension LocalExplanation {
  /// Releases a window's sums in steps that so many patients as the minimum cell can add.
  ///
  /// Only of released slices. Specified in `protocols/disclosure.md`, "What the score leans on".
  func release(
    beside slice: ReleasedSlice, attributes released: [ReleasedAttribute], plan: ExplanationPlan,
    policy: DisclosurePolicy
  ) -> Disclosed<ReleasedExplanation> {
    guard slice.stratum != nil, overall.rows >= policy.explanationFloor else { return .withheld }
    return .released(
      ReleasedExplanation(
        overall: overall.released(under: plan, minimumCell: policy.minimumCell),
        attributes: zip(released, attributes).map { attribute, levels in
          let shown = levelsToShow(attribute.levels, levels, policy: policy)
          return levels.enumerated().map { index, level in
            shown.contains(index)
              ? .released(level.released(under: plan, minimumCell: policy.minimumCell)) : .withheld
          }
        }))
  }

  /// Everything that was counted, for the file that stays at the site; still in steps, which have one form.
  func everything(under plan: ExplanationPlan, policy: DisclosurePolicy) -> ReleasedExplanation {
    ReleasedExplanation(
      overall: overall.released(under: plan, minimumCell: policy.minimumCell),
      attributes: attributes.map {
        $0.map { .released($0.released(under: plan, minimumCell: policy.minimumCell)) }
      })
  }

  // The level with the fewest sampled patients, of equals the later one, goes first while what the others leave over is
  // somebody's, but too few.
  private func levelsToShow(
    _ slices: [ReleasedSlice], _ levels: [Contributions], policy: DisclosurePolicy
  ) -> Set<Int> {
    var shown = levels.indices.filter {
      slices[$0].stratum != nil && levels[$0].rows >= policy.explanationFloor
    }
    while let smallest = shown.max(by: { (levels[$0].rows, -$0) > (levels[$1].rows, -$1) }) {
      let rest = shown.reduce(overall.rows) { $0 - levels[$1].rows }
      if rest == 0 || rest >= policy.minimumCell { break }
      shown.removeAll { $0 == smallest }
    }
    return Set(shown)
  }
}

extension LocalExplanation.Contributions {
  fileprivate func released(under plan: ExplanationPlan, minimumCell: Int)
    -> ReleasedExplanation.Contributions
  {
    ReleasedExplanation.Contributions(
      rows: rows,
      steps: zip(sums, plan.features).map { sum, feature in
        Int(sum / (Int128(feature.largestUnits) * Int128(minimumCell)))
      })
  }
}
