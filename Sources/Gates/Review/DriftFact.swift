package import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// What drifted at a site in a window beyond the protocol's limit, with what changed at that time.
package struct DriftFact: Equatable, Sendable {
  package let site: String
  package let window: String
  /// The profiles beyond the limit, the largest index first.
  package let profiles: [Profile]
  package let limit: ExactDecimal
  /// Changes inside the window, at the site or in the whole study.
  package let changes: [ReviewChange]

  /// One profile's index.
  package struct Profile: Equatable, Sendable {
    package let profile: String
    package let index: FixedDecimal
  }

  /// The largest index.
  var largest: FixedDecimal { profiles[0].index }

  /// The drift and the changes in words.
  package var sentence: String {
    let names = shortList(profiles.map { "\($0.profile) \($0.index.short)" }, most: 4)
    let what =
      changes.isEmpty
      ? "no change recorded then"
      : "changes then: " + changes.map(\.sentence).joined(separator: "; ")
    return "\(site), \(window): \(names), limit \(limit.text); \(what)"
  }
}

extension ReviewView {
  /// What drifted, site by site, windows in order of time.
  ///
  /// - Parameter detected: the changes since the last review; those that people wrote down are taken from the
  ///   whole history.
  func drifts(_ detected: [ReviewChange]) -> [DriftFact] {
    guard let result, let inForce, let limit = inForce.drift.stabilityLimit else { return [] }
    let candidates = drawnChanges(detected)
    return result.matrix.sites.flatMap { site in
      inForce.windows.ids.compactMap { window in
        let profiles = site.drift.compactMap { row -> DriftFact.Profile? in
          guard row.window == window, case .compared(let numbers) = row.result,
            numbers.assessment?.verdict == .drift
          else { return nil }
          return DriftFact.Profile(profile: row.profile, index: numbers.stabilityIndex)
        }
        guard !profiles.isEmpty else { return nil }
        return DriftFact(
          site: site.site, window: window, profiles: profiles.sorted { $1.index < $0.index }, limit: limit,
          changes: candidates.filter { change in
            (change.site == nil || change.site == site.site) && inForce.holds(change.at, window: window)
          })
      }
    }
  }

  private func drawnChanges(_ detected: [ReviewChange]) -> [ReviewChange] {
    let versions = history.events.compactMap { event -> ReviewChange? in
      guard case .protocolPublished(let fact) = event.fact, fact.version > 1 else { return nil }
      return .amended(fact, at: event.time)
    }
    let datasets = detected.filter { if case .dataset = $0 { true } else { false } }
    return versions + datasets + state.changes.map { .recorded($0.fact) }
  }
}

extension EvaluationProtocol {
  /// Whether a time lies in a window; an undated study has one window for all times.
  fileprivate func holds(_ time: UTCTime?, window id: String) -> Bool {
    guard let time else { return false }
    switch windows {
    case .undated: return true
    case .dated(_, let windows):
      guard let window = windows.first(where: { $0.id == id }) else { return false }
      return window.start <= time && time < window.end
    }
  }
}
