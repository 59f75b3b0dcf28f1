import CanonicalJSON
import EvaluationProtocols

/// A group or a window in which the score leans on other inputs, beyond what the steps of disclosure control leave open.
package struct ExplanationShift: Sendable, Equatable {
  /// The site whose window it is; nil for a group over the validation sites.
  package let site: String?
  package let row: ExplanationRow
  /// The window compared with.
  package let against: String
  package let distance: ExplanationRow.Bounded
  /// The input whose share differs most, with its share here and there.
  package let feature: String
  package let share: ExplanationRow.Bounded
  package let other: ExplanationRow.Bounded
}

extension ValidationMatrix {
  /// The groups of a window in which the pooled sample differs from all sampled patients, the largest distance first.
  package func explanationByGroup(in window: String) -> [ExplanationShift] {
    sorted(
      pooled.explanation.compactMap { row in
        guard row.window == window, let distance = row.fromOverall else { return nil }
        return row.shift(site: nil, against: window, distance) { $0.overallShare }
      })
  }

  /// The later windows of sites in which a site's own rows differ from its first, the largest distance first.
  package var explanationOverTime: [ExplanationShift] {
    sorted(
      sites.flatMap { site in
        site.explanation.compactMap { row -> ExplanationShift? in
          guard row.slice == .overall, let moved = row.fromFirst else { return nil }
          let first = site.explanation.first { $0.slice == row.slice && $0.window == moved.window }
          return row.shift(site: site.site, against: moved.window, moved.distance) { feature in
            first?.features.first { $0.name.hasSameBytes(as: feature.name) }?.share
          }
        }
      })
  }

  // Equals stay as they come in the matrix.
  private func sorted(_ shifts: [ExplanationShift]) -> [ExplanationShift] {
    shifts.enumerated().sorted { left, right in
      let (one, other) = (left.element.distance.value, right.element.distance.value)
      return one != other ? other < one : left.offset < right.offset
    }.map(\.element)
  }
}

extension ExplanationRow {
  /// Nil where the steps could be all of the difference.
  fileprivate func shift(
    site: String?, against window: String, _ distance: Bounded, shareThere: (Feature) -> Bounded?
  ) -> ExplanationShift? {
    guard distance.lower.units > 0 else { return nil }
    var most: (feature: Feature, other: Bounded, size: Int128)?
    for feature in features {
      guard let other = shareThere(feature) else { continue }
      let size = abs(feature.share.value.units - other.value.units)
      if size > most?.size ?? -1 { most = (feature, other, size) }
    }
    return most.map {
      ExplanationShift(
        site: site, row: self, against: window, distance: distance, feature: $0.feature.name,
        share: $0.feature.share, other: $0.other)
    }
  }

  /// The inputs with the largest share first; equals as in the protocol.
  package var featuresByShare: [Feature] {
    features.enumerated().sorted { left, right in
      let (one, other) = (left.element.share.value, right.element.share.value)
      return one != other ? other < one : left.offset < right.offset
    }.map(\.element)
  }
}
