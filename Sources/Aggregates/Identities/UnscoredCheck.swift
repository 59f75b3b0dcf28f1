/// Rows without a usable score: windows against the flow, levels against their window.
struct UnscoredCheck {
  let content: AggregateContent

  func run() throws(BrokenRule) {
    let windows = content.windows.compactMap(\.unscored.value)
    if windows.isEmpty {
      for window in content.windows {
        guard window.attributes.allSatisfy({ $0.unscored == .withheld }) else {
          throw broken("a level's stand where the window's are withheld", window)
        }
      }
      return
    }
    guard windows.count == content.windows.count else {
      throw broken("are released for some windows only")
    }
    for (reason, count) in [
      (ExclusionReason.scoreMissing, \ReleasedUnscored.missing), (.scoreInvalid, \.invalid),
    ] {
      let rows = content.flow.value?.exclusions.first { $0.reason == reason }?.rows.value
      guard windows.reduce(0, { $0 + $1[keyPath: count] }) == rows else {
        throw broken("do not add up to \(reason.id) in the flow")
      }
    }
    for (window, unscored) in zip(content.windows, windows) { try check(window, unscored) }
  }

  private func check(_ window: ReleasedWindow, _ unscored: ReleasedUnscored) throws(BrokenRule) {
    func require(_ counts: ReleasedUnscored) throws(BrokenRule) {
      guard [counts.missing, counts.invalid].allSatisfy({ $0 == 0 || $0 >= content.policy.minimumCell })
      else { throw broken("a count is below the minimum cell", window) }
    }
    try require(unscored)
    for levels in window.attributes.compactMap(\.unscored.value) {
      for level in levels { try require(level) }
      guard levels.reduce(0, { $0 + $1.missing }) == unscored.missing,
        levels.reduce(0, { $0 + $1.invalid }) == unscored.invalid
      else { throw broken("levels do not add up to the window", window) }
    }
  }

  private func broken(_ rule: String, _ window: ReleasedWindow? = nil) -> BrokenRule {
    BrokenRule(place: (window.map { "window \($0.id), " } ?? "") + "rows without a score", rule: rule)
  }
}
