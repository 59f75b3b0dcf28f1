import CanonicalJSON
package import EvaluationProtocols

/// What disclosure control lets out of a reference dataset: the profiles that a protocol's `drift` section can hold,
/// and those that it keeps back.
///
/// Specified in `protocols/disclosure.md`, "Reference profiles".
package struct ReferenceRelease: Sendable, Equatable {
  /// In the order in which they were asked for.
  package let profiles: [DriftProfile]
  package let withheld: [WithheldProfile]
}

/// A profile that is kept back.
package struct WithheldProfile: Sendable, Equatable {
  /// The profile's id.
  package let id: String
  package let reason: Reason

  /// Why; none says more than a release of the same rows would.
  package enum Reason: String, Sendable {
    /// Nobody is in the cohort.
    case noRows
    /// All rows together are too few.
    case tooFewRows
    /// No edge of the profile divides the scores into parts that are large enough.
    case noEdgeLeft
    /// A level of the attribute has rows, but too few with a label; levels of an attribute cannot be put together.
    case smallLevel
    /// Some values are missing or are none of the column's, but too few to be shown by themselves.
    case fewOthers
    /// No level of the column has enough rows.
    case noLevelLeft
  }

  /// The reason in words.
  package var explanation: String {
    switch reason {
    case .noRows: "no row is in the cohort"
    case .tooFewRows: "all rows together are too few"
    case .noEdgeLeft: "none of its edges has enough rows with and without the event on both sides"
    case .smallLevel: "a level has rows, but fewer patients with a label than your minimum"
    case .fewOthers: "some values are missing, out of range or not listed, but too few to stand alone"
    case .noLevelLeft: "no level has enough rows"
    }
  }
}

extension LocalWindow {
  /// Releases profiles of a window's rows, in the form that a protocol's `drift` section holds.
  ///
  /// Score and columns are coarser forms of what an aggregate of the same rows would show, made so that a protocol can
  /// hold them: edges are left out, and rare levels are counted as not listed. An attribute's levels are shown
  /// as they are, all or none.
  ///
  /// - Parameter sources: what is asked for; columns have to be among those that the protocol counts.
  package func releaseReference(
    of sources: [DriftProfile.Source], under evaluationProtocol: EvaluationProtocol, policy: DisclosurePolicy
  ) -> ReferenceRelease {
    let released = release(under: evaluationProtocol, policy: policy)
    var profiles: [DriftProfile] = []
    var withheld: [WithheldProfile] = []
    for source in sources {
      do {
        profiles.append(
          try profile(
            of: source, from: released, under: evaluationProtocol, minimumCell: policy.minimumCell))
      } catch {
        withheld.append(WithheldProfile(id: source.id, reason: error.reason))
      }
    }
    return ReferenceRelease(profiles: profiles, withheld: withheld)
  }

  private func profile(
    of source: DriftProfile.Source, from released: ReleasedWindow,
    under evaluationProtocol: EvaluationProtocol, minimumCell: Int
  ) throws(KeptBack) -> DriftProfile {
    if released.overall == .empty { throw KeptBack(reason: .noRows) }
    switch source {
    case .score(let edges): return try released.profile(onEdges: edges, of: evaluationProtocol.grid)
    case .attribute(let id):
      let position = evaluationProtocol.attributes.firstIndex { $0.id == id }
      return try profile(
        ofAttribute: id, levels: position.map { attributes[$0] } ?? [], minimumCell: minimumCell)
    case .column(let column): return try released.profile(of: column)
    }
  }

  // A level without rows is no secret; one whose rows have no label is. Each of the others has enough patients, and so
  // has every sum of them; of a class none of these counts says anything.
  private func profile(
    ofAttribute id: String, levels: [LocalStratum], minimumCell: Int
  ) throws(KeptBack) -> DriftProfile {
    let counts = levels.map { ($0.rows.positive + $0.rows.negative).reduce(0, +) }
    guard counts.contains(where: { $0 > 0 }) else { throw KeptBack(reason: .tooFewRows) }
    guard levels.allSatisfy({ $0.rows.isEmpty || $0.labelledPatients >= minimumCell }) else {
      throw KeptBack(reason: .smallLevel)
    }
    return DriftProfile(source: .attribute(id), counts: counts)
  }
}

private struct KeptBack: Error {
  let reason: WithheldProfile.Reason
}

extension ReleasedWindow {
  /// Rows with and without a label, or those with one where the others are withheld, between the edges of the grid at
  /// some of the positions of the released division; nil where the window is withheld.
  package func scoreCounts(between positions: [Int]) -> [Int]? {
    guard let stratum = overall.stratum, let partition else { return nil }
    let unlabelled = stratum.unlabelled.value ?? Array(repeating: 0, count: partition.count)
    var counts = Array(repeating: 0, count: positions.count + 1)
    for (index, edge) in partition.edges.dropLast().enumerated() {
      counts[positions.count { $0 <= edge }] +=
        stratum.positive[index] + stratum.negative[index] + unlabelled[index]
    }
    return counts
  }

  fileprivate func profile(
    onEdges edges: [ExactDecimal], of grid: ScoreGrid
  ) throws(KeptBack) -> DriftProfile {
    guard let partition else { throw KeptBack(reason: .tooFewRows) }
    let kept = edges.compactMap(grid.index(of:)).filter(partition.edges.contains)
    guard !kept.isEmpty else { throw KeptBack(reason: .noEdgeLeft) }
    guard let counts = scoreCounts(between: kept) else { throw KeptBack(reason: .tooFewRows) }
    return DriftProfile(source: .score(edges: kept.map { grid.edges[$0] }), counts: counts)
  }

  fileprivate func profile(of column: DriftProfile.Column) throws(KeptBack) -> DriftProfile {
    guard let runs = histograms.first(where: { $0.column == column.name })?.cells.value else {
      throw KeptBack(reason: .tooFewRows)
    }
    let values = column.values
    let valueRuns = runs.filter { $0.last < values.otherCell }
    // What is missing is never counted as something else, nor anything else as missing.
    guard let missing = runs.last, missing.first == values.missingCell else {
      throw KeptBack(reason: .fewOthers)
    }
    switch values {
    case .bands(let edges):
      guard let other = runs.dropLast().last, other.first == values.otherCell else {
        throw KeptBack(reason: .fewOthers)
      }
      return DriftProfile(
        source: .column(
          .init(name: column.name, values: .bands(valueRuns.dropFirst().map { edges[$0.first - 1] }))),
        counts: valueRuns.map(\.rows) + [other.rows, missing.rows])
    case .levels(let levels):
      // A level that the protocol does not list counts as other, at every site.
      let shown = valueRuns.filter { $0.first == $0.last }
      guard !shown.isEmpty else { throw KeptBack(reason: .noLevelLeft) }
      let other = runs.dropLast().reduce(0) { $0 + $1.rows } - shown.reduce(0) { $0 + $1.rows }
      return DriftProfile(
        source: .column(.init(name: column.name, values: .levels(shown.map { levels[$0.first] }))),
        counts: shown.map(\.rows) + [other, missing.rows])
    }
  }
}
