import EvaluationProtocols

/// What a window says about the inputs that the score leans on, by itself and against its slices.
struct ExplanationCheck {
  let explanation: Disclosed<ReleasedExplanation>
  let window: ReleasedWindow
  let plan: ExplanationPlan
  let policy: DisclosurePolicy

  func run() throws(BrokenRule) {
    func broken(_ rule: String) -> BrokenRule { BrokenRule(place: "explanation", rule: rule) }
    let sampled = plan.sampled(of: window.overall.stratum?.patients ?? 0)
    guard let explanation = explanation.value else {
      // How many are sampled follows from the patients, so that nothing is hidden by keeping it back.
      if sampled >= policy.explanationFloor { throw broken("is withheld of a window with enough patients") }
      return
    }
    guard window.overall.stratum != nil else { throw broken("stands where overall is not released") }
    guard explanation.overall.rows == sampled else {
      throw broken("is not of as many patients as the protocol samples")
    }
    try check(explanation.overall, place: "explanation")
    for (attribute, levels) in zip(window.attributes, explanation.attributes) {
      try check(levels, of: attribute, overall: explanation.overall)
    }
  }

  private func check(
    _ contributions: ReleasedExplanation.Contributions, place: String
  ) throws(BrokenRule) {
    guard contributions.rows >= policy.explanationFloor else {
      throw BrokenRule(place: place, rule: "an explanation is of fewer patients than its minimum")
    }
    guard contributions.steps.allSatisfy({ $0 <= contributions.rows / policy.minimumCell }) else {
      throw BrokenRule(place: place, rule: "contributions are above what the patients can add")
    }
  }

  private func check(
    _ levels: [Disclosed<ReleasedExplanation.Contributions>], of attribute: ReleasedAttribute,
    overall: ReleasedExplanation.Contributions
  ) throws(BrokenRule) {
    let place = "explanation of \(attribute.id)"
    func broken(_ rule: String) -> BrokenRule { BrokenRule(place: place, rule: rule) }
    for (slice, level) in zip(attribute.levels, levels) {
      guard let level = level.value else { continue }
      guard let stratum = slice.stratum else { throw broken("stands where the level is not released") }
      try check(level, place: place)
      guard level.rows <= stratum.patients else { throw broken("samples more patients than a level has") }
    }
    let shown = levels.compactMap(\.value)
    if shown.isEmpty { return }
    // Bounded: at most 200 levels of at most 100,000 patients.
    let rest = shown.reduce(overall.rows) { $0 - $1.rows }
    guard rest == 0 || rest >= policy.minimumCell else {
      throw broken("patients that are left over are below the minimum cell")
    }
    let hidden = zip(attribute.levels, levels).contains { $0 != .empty && $1 == .withheld }
    guard rest == 0 || hidden else { throw broken("patients of the levels do not add up to overall") }
    for feature in plan.features.indices {
      let sum = shown.reduce(0) { $0 + $1.steps[feature] }
      let whole = overall.steps[feature]
      // Each level has less than a step beside its whole ones; who is left over adds at most `largest` each.
      guard sum <= whole, (whole - sum - shown.count) * policy.minimumCell < rest else {
        throw broken("contributions of the levels do not agree with overall")
      }
    }
  }
}
