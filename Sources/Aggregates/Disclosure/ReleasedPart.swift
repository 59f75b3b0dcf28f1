package import EvaluationProtocols

/// One kind of number that a release shows beside its counts by score, for the people who approve it.
package struct ReleasedPart: Sendable, Equatable {
  /// A short name for documents.
  package let id: String
  /// What it is, in the words of somebody who approves it.
  package let name: String
  /// In how many places it leaves.
  package let released: Int
  /// In how many places it might: those that hold rows, where that is no secret.
  package let places: Int
  /// What a place is.
  package let kind: Kind
  /// More about what leaves; nil where there is nothing to say.
  package let detail: String?

  /// What the places of a part are.
  package enum Kind: String, Sendable {
    case groups, windows, columns, intersections
  }

  /// The part in one line.
  package var line: String {
    "\(name): \(released) of \(places) \(kind.rawValue)" + (detail.map { "; \($0)" } ?? "")
  }
}

extension AggregateContent {
  /// Every part that the protocol asks for, in the order of the document. Says nothing that the release does not.
  package func parts(under evaluationProtocol: EvaluationProtocol) -> [ReleasedPart] {
    let slices = windows.flatMap { [$0.overall] + $0.attributes.flatMap(\.levels) }.filter { $0 != .empty }
    let strata = slices.compactMap(\.stratum)
    var parts = [
      ReleasedPart(
        id: "patients", name: "number of different patients", released: strata.count, places: slices.count,
        kind: .groups, detail: nil),
      ReleasedPart(
        id: "averagePrecision", name: "average precision",
        released: strata.count { if case .evaluated = $0.averagePrecision { true } else { false } },
        places: slices.count, kind: .groups,
        detail: "from \(policy.minimumFitEvents) patients with the event and as many without"),
    ]
    if let baseline = evaluationProtocol.baseline {
      parts.append(pairedPart(strata, of: slices.count, baseline: baseline))
    }
    parts += histogramPart
    parts.append(unscoredPart)
    if evaluationProtocol.analysis.cusum != nil {
      parts.append(
        windowPart("cusum", "one sum of scores for the CUSUM", detail: nil) { $0.cusum?.value != nil })
    }
    if evaluationProtocol.operations != nil { parts.append(operationsPart) }
    if evaluationProtocol.analysis.explanation != nil { parts.append(explanationPart) }
    let intersections = windows.flatMap(\.intersections)
    if !intersections.isEmpty {
      parts.append(
        ReleasedPart(
          id: "intersections", name: "intersections of levels",
          released: intersections.count { $0.slice.stratum != nil }, places: intersections.count,
          kind: .intersections, detail: "they are counted and stay here"))
    }
    return parts
  }

  private func pairedPart(_ strata: [ReleasedStratum], of places: Int, baseline: Baseline) -> ReleasedPart {
    let tables = strata.compactMap { $0.paired?.value }
    var detail: String?
    if let least = tables.map(\.thresholds.count).min(), let most = tables.map(\.thresholds.count).max() {
      let ranks = tables.count { $0.ranks.value != nil }
      let range = least == most ? "\(most)" : "\(least) to \(most)"
      detail = "on \(range) of \(baseline.thresholds.count) thresholds, with rank sums in \(ranks)"
    }
    return ReleasedPart(
      id: "paired", name: "model and \(baseline.name) on the same rows", released: tables.count,
      places: places, kind: .groups, detail: detail)
  }

  private var histogramPart: [ReleasedPart] {
    let histograms = windows.flatMap(\.histograms)
    if histograms.isEmpty { return [] }
    return [
      ReleasedPart(
        id: "histograms", name: "drift histograms", released: histograms.count { $0.cells.value != nil },
        places: histograms.count, kind: .columns, detail: nil)
    ]
  }

  private var unscoredPart: ReleasedPart {
    let attributes = windows.flatMap(\.attributes)
    let shown = attributes.count { $0.unscored.value != nil }
    return windowPart(
      "unscored", "rows without a usable score",
      detail: attributes.isEmpty ? nil : "by level in \(shown) of \(attributes.count) attributes"
    ) { $0.unscored.value != nil }
  }

  private var operationsPart: ReleasedPart {
    let shown = windows.compactMap { $0.operations?.value }
    var details: [String] = []
    if shown.contains(where: { $0.responses != nil }) {
      details.append("overridden or not in \(shown.count { $0.responses?.value != nil })")
    }
    if shown.contains(where: { $0.acknowledgement != nil }) {
      details.append("times until acknowledged in \(shown.count { $0.acknowledgement?.value != nil })")
    }
    return windowPart(
      "operations", "rows with and without an alert",
      detail: details.isEmpty ? nil : details.joined(separator: ", ")
    ) { $0.operations?.value != nil }
  }

  private var explanationPart: ReleasedPart {
    let shown = windows.compactMap { $0.explanation?.value }
    let levels = shown.flatMap { $0.attributes.joined() }
    return windowPart(
      "explanation", "how far the score leans on each input",
      detail:
        "from \(policy.explanationFloor) sampled patients, in steps of what \(policy.minimumCell) can add"
        + (levels.isEmpty ? "" : ", with \(levels.count { $0.value != nil }) of \(levels.count) levels")
    ) { $0.explanation?.value != nil }
  }

  private func windowPart(
    _ id: String, _ name: String, detail: String?, where leaves: (ReleasedWindow) -> Bool
  ) -> ReleasedPart {
    ReleasedPart(
      id: id, name: name, released: windows.count(where: leaves), places: windows.count, kind: .windows,
      detail: detail)
  }
}
