import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// One site's strata of a slice in a window of the matrix, and which of its windows it withholds.
struct SiteRow {
  let window: String
  let place: SlicePlace
  /// What is released in the row, window by window.
  let contributions: [Contribution]
  let sums: StratumSums
  /// What the strata say of each random-effects model, in the order of `RandomEffectsModel.all`.
  let estimates: [SiteEstimate?]
  /// Alerts, in the overall slice of a protocol with operations.
  let operations: OperationTotals?
  /// Ids of the windows that are withheld, in order.
  let withheld: [String]
}

/// One released stratum, and whose it is.
struct Contribution {
  let window: String
  let stratum: ReleasedStratum
  let partition: Partition
}

extension AggregateContent {
  /// The rows of the matrix as this site has them: slices in protocol order within windows in order of time,
  /// all windows together last where there are several.
  func matrixRows(under evaluationProtocol: EvaluationProtocol) -> [SiteRow] {
    let hiddenRows = self.hiddenRows
    let edges = ThresholdPlaces(evaluationProtocol)
    let places = evaluationProtocol.slicePlaces
    let matrixWindows = evaluationProtocol.matrixWindows
    var rows: [SiteRow] = []
    rows.reserveCapacity(matrixWindows.count * places.count)
    for window in matrixWindows {
      for place in places {
        rows.append(row(window, place, thresholds: edges, hiddenRows: hiddenRows, under: evaluationProtocol))
      }
    }
    return rows
  }

  private func row(
    _ window: MatrixWindow, _ place: SlicePlace, thresholds: ThresholdPlaces, hiddenRows: Int?,
    under evaluationProtocol: EvaluationProtocol
  ) -> SiteRow {
    var sums = StratumSums(evaluationProtocol)
    var contributions: [Contribution] = []
    var operations = place.attribute == nil ? evaluationProtocol.operations.map(OperationTotals.init) : nil
    var withheld: [String] = []
    var hidesWholeWindows = false
    for index in window.indices {
      let (slice, partition) = windows[index].slice(at: place)
      if let alerts = windows[index].operations?.value {
        operations?.add(alerts)
      } else if slice.stratum != nil {
        operations?.omit(windows[index].id)
      }
      switch (slice, partition) {
      case (.released(let stratum), let partition?):
        sums.add(stratum, on: partition, thresholds: thresholds, id: windows[index].id)
        contributions.append(
          Contribution(window: windows[index].id, stratum: stratum, partition: partition))
      case (.empty, _): break
      default:
        withheld.append(windows[index].id)
        if let rest = windows[index].remainder(at: place) {
          sums.hide(rest, thresholds: thresholds)
        } else {
          hidesWholeWindows = true
        }
      }
    }
    // The hidden rows of a site are counted once, whichever of its windows they are in.
    if hidesWholeWindows { sums.hide(rows: hiddenRows) }
    return SiteRow(
      window: window.id, place: place, contributions: contributions, sums: sums,
      estimates: contributions.isEmpty
        ? []
        : sums.estimates(
          fits: CalibrationFitMeans(contributions.map(\.stratum.fit)), under: evaluationProtocol),
      operations: operations, withheld: withheld)
  }

  /// Rows read that are in nothing released: the most that withheld windows can hold; nil where the flow is
  /// withheld.
  private var hiddenRows: Int? {
    guard let flow = flow.value else { return nil }
    let excluded = flow.exclusions.reduce(0) { $0 + ($1.rows.value ?? 0) }
    return flow.read - excluded - rowsOfAllWindows
  }

  /// Rows in the released strata of all windows, with and without a label.
  ///
  /// A document holds at most two million counts of at most 10^12 each, which an `Int` holds.
  var rowsOfAllWindows: Int {
    windows.compactMap(\.overall.stratum).reduce(0) { total, stratum in
      total + stratum.labelled + (stratum.unlabelled.value?.reduce(0, +) ?? 0)
    }
  }
}

extension ReleasedWindow {
  /// The slice at a place, and the division on which it is released.
  func slice(at place: SlicePlace) -> (slice: ReleasedSlice, partition: Partition?) {
    guard let attribute = place.attribute, let level = place.level else { return (overall, partition) }
    return (attributes[attribute].levels[level], attributes[attribute].partition)
  }

  /// What overall has beside the released levels of an attribute: the most that a withheld level can hold;
  /// nil where overall itself is withheld, or is the slice.
  func remainder(at place: SlicePlace) -> WindowRemainder? {
    guard let attribute = place.attribute, let stratum = overall.stratum, let partition else { return nil }
    let released = attributes[attribute]
    // On the attribute's division where it has one, else on overall's.
    let division = released.partition ?? partition
    var positive = division.coarsening(stratum.positive, of: partition)
    var negative = division.coarsening(stratum.negative, of: partition)
    for level in released.levels.compactMap(\.stratum) {
      for index in positive.indices {
        positive[index] -= level.positive[index]
        negative[index] -= level.negative[index]
      }
    }
    return WindowRemainder(positive: positive, negative: negative, division: division)
  }
}

/// The labelled rows of a window that no released level of an attribute holds.
struct WindowRemainder {
  let positive: [Int]
  let negative: [Int]
  let division: Partition

  /// The most that a part of these rows can add to the counts at an edge of the grid.
  func hidden(at edge: Int) -> HiddenCounts {
    HiddenCounts(positive: positive, negative: negative, edges: division.edges, edge: edge).upToAll
  }
}

extension Partition {
  /// Counts of a finer division, added up to this one.
  fileprivate func coarsening(_ counts: [Int], of finer: Partition) -> [Int] {
    var result = Array(repeating: 0, count: count)
    var interval = 0
    for (index, edge) in finer.edges.dropLast().enumerated() {
      while interval + 1 < count, edges[interval + 1] <= edge { interval += 1 }
      result[interval] += counts[index]
    }
    return result
  }
}
