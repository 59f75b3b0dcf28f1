import Aggregates
import EvaluationProtocols
import Statistics

/// One side of a comparison between slices: what gaps are made from.
struct GapSide {
  /// Counts at each threshold of the protocol, of the windows that keep it on both sides.
  var thresholds: [ConfusionTable]
  var events = 0
  var labelled = 0
  /// Σp in units of 2⁻³².
  var scores: Int128 = 0
  /// Comparisons inside each window only; nil where they do not follow from what is released.
  var ranks: StrataAUROC? = StrataAUROC()
  /// One entry a window, likewise.
  var fits: [SiteFit]? = []

  /// Nobody.
  init(thresholds count: Int) {
    thresholds = Array(repeating: ConfusionTable(), count: count)
  }

  /// Adds the rows of another site or window.
  mutating func add(_ other: GapSide) {
    for index in thresholds.indices { thresholds[index].add(other.thresholds[index]) }
    events += other.events
    labelled += other.labelled
    scores += other.scores
    if let theirs = other.ranks { ranks?.add(theirs) } else { ranks = nil }
    fits = fits.flatMap { mine in other.fits.map { mine + $0 } }
  }

  var observedExpected: ObservedExpected {
    ObservedExpected(observed: events, trials: labelled, expected: scores.nearestDouble / fixedPointScale)
  }
}

/// A level and what it is compared with, over the windows in which both are released.
struct GapSides {
  var level: GapSide
  var others: GapSide
  /// How many windows, or sites, are in.
  var strata = 0

  /// The sides of one window.
  init(level: GapSide, others: GapSide, strata: Int) {
    self.level = level
    self.others = others
    self.strata = strata
  }

  /// Nobody on both sides.
  init(thresholds count: Int) {
    level = GapSide(thresholds: count)
    others = level
  }

  /// Adds the rows of another site or window.
  mutating func add(_ other: GapSides) {
    level.add(other.level)
    others.add(other.others)
    strata += other.strata
  }
}

/// The sides of every level of an attribute in one window.
struct WindowGaps {
  private let levels: [GapSide?]
  private let overall: GapSide?
  /// Whether each threshold is kept by the attribute's division.
  private let keeps: [Bool]
  /// Levels with rows, released or not.
  private let filled: [Int]
  private let levelIDs: [String]

  init(_ window: ReleasedWindow, attribute place: Int, under evaluationProtocol: EvaluationProtocol) {
    let edges = evaluationProtocol.thresholdEdges
    let attribute = window.attributes[place]
    levelIDs = evaluationProtocol.attributes[place].levelIDs
    filled = attribute.levels.indices.filter { attribute.levels[$0] != .empty }
    guard let partition = attribute.partition, let whole = window.partition,
      let stratum = window.overall.stratum
    else {
      levels = Array(repeating: nil, count: attribute.levels.count)
      overall = nil
      keeps = Array(repeating: false, count: edges.count)
      return
    }
    levels = attribute.levels.map { level in
      level.stratum.map { GapSide($0, on: partition, thresholds: edges) }
    }
    overall = GapSide(stratum, on: whole, thresholds: edges)
    keeps = edges.map { partition.position(of: $0) != nil }
  }

  /// A level and what it is compared with; nil where one of them is not released or is empty.
  func sides(level: Int, against: GapRow.Against) -> GapSides? {
    guard let mine = levels[level] else { return nil }
    let others =
      switch against {
      case .level(let id): levelIDs.firstIndex(of: id).flatMap { levels[$0] }
      case .complement: complement(of: mine, at: level)
      }
    return others.map { GapSides(level: mine, others: $0, strata: 1) }
  }

  // All other rows of the window. Where they are one other level, everything is known of them; else what
  // follows from sums.
  private func complement(of mine: GapSide, at level: Int) -> GapSide? {
    if filled.count == 2, let other = filled.first(where: { $0 != level }), let side = levels[other] {
      return side
    }
    guard var side = overall else { return nil }
    for index in keeps.indices {
      // Overall may keep a threshold that the level does not.
      if keeps[index] {
        side.thresholds[index].subtract(mine.thresholds[index])
      } else {
        side.thresholds[index] = ConfusionTable()
      }
    }
    side.events -= mine.events
    side.labelled -= mine.labelled
    side.scores -= mine.scores
    side.ranks = nil
    side.fits = nil
    return side.labelled > 0 ? side : nil
  }
}

extension GapSide {
  fileprivate init(_ stratum: ReleasedStratum, on partition: Partition, thresholds edges: [Int]) {
    self.init(thresholds: edges.count)
    for (index, edge) in edges.enumerated() {
      if let position = partition.position(of: edge) {
        thresholds[index] = ConfusionTable(stratum, edgeAt: position)
      }
    }
    events = stratum.events
    labelled = stratum.labelled
    scores = stratum.positivePowers.first + stratum.negativePowers.first
    ranks?.add(stratum.ranks)
    fits = [stratum.fit]
  }
}
