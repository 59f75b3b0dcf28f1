import Aggregates
import EvaluationProtocols
import Statistics

/// What released strata of one slice add up to beside their score intervals: one site's over its windows, or all
/// sites'.
///
/// Counts are added as integers. The one sum of binary numbers, a variance, is taken in the order in which strata
/// come, which is that of site ids and windows.
struct StratumSums {
  /// How many strata are in.
  private(set) var strata = 0
  private(set) var events = 0
  private(set) var nonEvents = 0
  /// Distinct patients with a labelled row, each counted once a stratum.
  private(set) var patients = 0
  /// Rows without a label; nil where a stratum withholds them.
  private(set) var unlabelled: Int? = 0
  private(set) var positivePowers = PowerSums(m3: 0, m4: 0)
  private(set) var negativePowers = PowerSums(m3: 0, m4: 0)
  /// One entry a threshold of the protocol.
  private(set) var thresholds: [ThresholdTotals]
  /// Comparisons inside each stratum only.
  private(set) var ranks = StrataAUROC()
  /// The average precision of the only stratum.
  private(set) var averagePrecision: SiteAveragePrecision?
  /// Model and baseline on the same rows, where the protocol has a baseline.
  private(set) var paired: PairedTotals?
  /// What is known of the classes of rows that are withheld as a whole: as at the threshold 0, which flags
  /// everybody.
  private(set) var hidden = HiddenCounts()

  /// Nothing yet.
  init(_ plan: RowPlan) {
    let count = plan.thresholds.values.count
    thresholds = Array(repeating: ThresholdTotals(), count: count)
    paired = plan.isPaired ? PairedTotals(thresholds: count) : nil
  }

  var labelled: Int { events + nonEvents }

  /// Adds a stratum of the contributor `id`.
  mutating func add(
    _ stratum: ReleasedStratum, on partition: Partition, thresholds values: ThresholdPlaces, id: String
  ) {
    strata += 1
    let found = stratum.events
    let others = stratum.nonEvents
    events += found
    nonEvents += others
    patients += stratum.patients
    addUnlabelled(stratum.unlabelled)
    positivePowers.add(stratum.positivePowers, rows: found)
    negativePowers.add(stratum.negativePowers, rows: others)
    var kept = 0
    for (index, edge) in values.edges.enumerated() {
      if thresholds[index].add(
        stratum, events: found, nonEvents: others, on: partition, edge: edge, id: id, place: kept)
      {
        kept += 1
      }
    }
    if let released = stratum.paired { paired?.add(released, thresholds: values.values, id: id) }
    if strata == 1 { averagePrecision = stratum.averagePrecision } else { averagePrecision = nil }
    ranks.add(stratum.ranks)
  }

  /// Adds the strata of the contributor `id`.
  mutating func add(_ other: StratumSums, id: String) {
    hidden += other.hidden
    for index in thresholds.indices { thresholds[index].add(other.thresholds[index], id: id) }
    guard other.strata > 0 else { return }
    strata += other.strata
    events += other.events
    nonEvents += other.nonEvents
    patients += other.patients
    if let before = unlabelled { unlabelled = other.unlabelled.map { before + $0 } }
    positivePowers.add(other.positivePowers)
    negativePowers.add(other.negativePowers)
    if let pairs = other.paired { paired?.add(pairs, id: id) }
    if strata == 1 { averagePrecision = other.averagePrecision } else { averagePrecision = nil }
    ranks.add(other.ranks)
  }

  /// Adds rows of which at most the number is known.
  mutating func hide(rows: Int?) {
    let rows = HiddenCounts(rows: rows)
    hidden += rows
    for index in thresholds.indices { thresholds[index].hide(rows) }
  }

  /// Adds rows of known class and interval that may be in the slice.
  mutating func hide(_ rest: WindowRemainder, thresholds values: ThresholdPlaces) {
    hidden += rest.hidden(at: 0)
    for (index, edge) in values.edges.enumerated() { thresholds[index].hide(rest.hidden(at: edge)) }
  }

  private mutating func addUnlabelled(_ counts: Disclosed<IntervalCounts>) {
    guard let before = unlabelled else { return }
    switch counts {
    case .released(let rows): unlabelled = rows.reduce(before, +)
    case .withheld: unlabelled = nil
    }
  }
}

extension PowerSums {
  // Limits of an aggregate keep every sum far inside 128 bits.
  fileprivate mutating func add(_ released: ReleasedPowers, rows: Int) {
    count += rows
    m1 += released.first
    m2 += released.second
    switch released.high {
    case .released(let high):
      if let sum = m3 { m3 = sum + high.third }
      if let sum = m4 { m4 = sum + high.fourth }
    case .withheld:
      m3 = nil
      m4 = nil
    }
  }

  fileprivate mutating func add(_ other: PowerSums) {
    count += other.count
    m1 += other.m1
    m2 += other.m2
    if let sum = m3 { m3 = other.m3.map { sum + $0 } }
    if let sum = m4 { m4 = other.m4.map { sum + $0 } }
  }
}
