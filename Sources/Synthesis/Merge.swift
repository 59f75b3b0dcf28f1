package import Aggregates
import CanonicalJSON
package import EvaluationProtocols
import Statistics

/// Merges the sites' aggregates into the validation matrix.
///
/// The result does not depend on the order of `aggregates`: they are sorted by site id first, and counts
/// are integers.
///
/// - Throws: `MergeError` when two aggregates are of one site, none is given, or there are more rows than the
///   estimators take.
package func merge(
  _ aggregates: [CheckedAggregate], under evaluationProtocol: EvaluationProtocol
) throws(MergeError) -> ValidationMatrix {
  guard !aggregates.isEmpty else { throw .nothingToMerge }
  let sorted = aggregates.sorted { $0.content.site < $1.content.site }
  for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.content.site == later.content.site {
    throw .siteTwice(later.content.site)
  }
  // Counts are added unchecked from here on, and the estimators take no more rows than this: more would
  // come out as "no rows" and the like.
  var rows = 0
  for aggregate in sorted {
    let ofSite = aggregate.content.rowsOfAllWindows
    if ofSite > maximumRowCount { throw .tooManyRows(aggregate.content.site) }
    rows += ofSite
  }
  if rows > maximumRowCount { throw .tooManyRowsTogether }
  let validation = Set(evaluationProtocol.validationSites.map(\.id))
  let present = Set(sorted.map(\.content.site))
  return ValidationMatrix(
    protocolDigest: evaluationProtocol.digest,
    sites: sorted.map { SiteSynthesis(aggregate: $0, evaluationProtocol: evaluationProtocol).matrix() },
    pooled: PooledMatrix(
      aggregates: sorted.map { ($0.content.site, $0.digest) },
      notRun: evaluationProtocol.sites.map(\.id).filter { !present.contains($0) }.sorted(),
      rows: PooledSynthesis(
        aggregates: sorted.filter { validation.contains($0.content.site) },
        evaluationProtocol: evaluationProtocol
      ).rows()))
}

/// Why aggregates could not be merged.
package enum MergeError: Error, Equatable {
  case nothingToMerge
  case siteTwice(String)
  /// One site counts more than 2,147,483,647 rows.
  case tooManyRows(String)
  /// All sites together do.
  case tooManyRowsTogether
}

extension MergeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .nothingToMerge: "there is no aggregate to merge"
    case .siteTwice(let site): "there are two aggregates of site \(site)"
    case .tooManyRows(let site): "the aggregate of site \(site) has more than \(maximumRowCount) rows"
    case .tooManyRowsTogether: "the aggregates have more than \(maximumRowCount) rows together"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .nothingToMerge: "give the folder that holds one folder a site, each with its aggregate.json"
    case .siteTwice: "keep one aggregate a site"
    case .tooManyRows, .tooManyRowsTogether: "ask for fewer windows, or merge fewer sites"
    }
  }
}

extension AggregateContent {
  // A document holds at most two million counts of at most 10^12 each, which an `Int` holds.
  fileprivate var rowsOfAllWindows: Int {
    windows.compactMap(\.overall.stratum).reduce(0) { total, stratum in
      total + stratum.labelled + (stratum.unlabelled.value?.reduce(0, +) ?? 0)
    }
  }

  /// The released stratum of a slice in a window, or what stands in its place.
  func slice(_ slice: SliceID, window: Int, under evaluationProtocol: EvaluationProtocol) -> (
    slice: ReleasedSlice, partition: Partition?
  ) {
    let window = windows[window]
    if slice == .overall { return (window.overall, window.partition) }
    for (attribute, released) in zip(evaluationProtocol.attributes, window.attributes)
    where attribute.id == slice.attribute {
      guard let index = attribute.levelIDs.firstIndex(of: slice.level) else { break }
      return (released.levels[index], released.partition)
    }
    return (.withheld, nil)
  }

  /// The strata of a slice over some windows, as one set whose ids are the windows'.
  func strata(
    of slice: SliceID, windows indices: Range<Int>, under evaluationProtocol: EvaluationProtocol
  ) -> StratumSet {
    var contributions: [Contribution] = []
    var withheld: [String] = []
    for index in indices {
      let found = self.slice(slice, window: index, under: evaluationProtocol)
      switch (found.slice, found.partition) {
      case (.released(let stratum), let partition?):
        contributions.append(Contribution(id: windows[index].id, stratum: stratum, partition: partition))
      case (.empty, _): break
      default: withheld.append(windows[index].id)
      }
    }
    return StratumSet(contributions: contributions, withheld: withheld, grid: evaluationProtocol.grid)
  }
}

extension EvaluationProtocol {
  /// The windows of the matrix: each one, and all together where there are several.
  var matrixWindows: [(id: String, indices: Range<Int>)] {
    let single = windows.ids.enumerated().map { index, id in (id: id, indices: index..<(index + 1)) }
    return single.count > 1 ? single + [(id: WindowPlan.allID, indices: 0..<single.count)] : single
  }
}
