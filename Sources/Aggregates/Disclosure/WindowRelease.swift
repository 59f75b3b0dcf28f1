import EvaluationProtocols

extension LocalWindow {
  /// Releases one window: overall, each attribute on a coarsening of it, and the histograms.
  ///
  /// Rows without a score stay withheld here: whether they are shown depends on all windows.
  func release(under evaluationProtocol: EvaluationProtocol, policy: DisclosurePolicy) -> ReleasedWindow {
    let grid = evaluationProtocol.grid
    let cell = policy.minimumCell
    let everyEdge = Array(grid.edges.indices)
    let partition = bestPartition(
      of: grid, allowed: everyEdge, constraints: overall.patients.labelledConstraints(floor: cell))
    let unlabelledIsReleased =
      partition.map { overall.unlabelledIsReleasable(on: $0, minimumCell: cell) } ?? false

    let pairedRule = PairedRelease(evaluationProtocol: evaluationProtocol, minimumCell: cell)
    let pairedRelease = partition.flatMap { partition in
      overall.paired.flatMap {
        pairedRule.overall($0, on: partition, showsUnlabelled: unlabelledIsReleased)
      }
    }

    let slice: ReleasedSlice
    if overall.rows.isEmpty {
      slice = .empty
    } else if let partition {
      let high = overall.highPowerClasses(floor: DisclosurePolicy.highPowerFloor)
      slice = .released(
        overall.released(
          on: partition, grid: grid, policy: policy, showsUnlabelled: unlabelledIsReleased,
          highPowers: high, paired: pairedRule.release(overall.paired, as: pairedRelease)))
    } else {
      slice = .withheld
    }

    var mayCrossIntervals = true
    let releasedAttributes = zip(evaluationProtocol.attributes, attributes).map { attribute, levels in
      let released = AttributeRelease(
        attribute: attribute.id, levels: levels, overall: overall, overallPartition: partition,
        unlabelledIsReleased: unlabelledIsReleased, grid: grid, policy: policy,
        pairedRule: pairedRule, pairedRelease: pairedRelease,
        mayCrossIntervals: mayCrossIntervals
      ).release()
      if released.crossesIntervals { mayCrossIntervals = false }
      return released
    }
    return ReleasedWindow(
      id: id, overall: slice, partition: partition, attributes: releasedAttributes,
      // Where the number of rows without a label is kept back, it must not come out of the histograms.
      histogramsCountUnlabelled: unlabelledIsReleased,
      histograms: histograms.map {
        $0.release(
          countsUnlabelled: unlabelledIsReleased, zeroIsSecret: slice == .withheld, minimumCell: cell)
      },
      intersections: evaluationProtocol.intersections.map {
        ReleasedIntersection(id: $0.id, slice: .withheld, partition: nil)
      },
      unscored: .withheld,
      cusum: cusum.map { releaseCUSUM($0, overall: slice) },
      operations: operations.map {
        slice.stratum == nil
          ? .withheld : $0.release(countsUnlabelled: unlabelledIsReleased, minimumCell: cell)
      },
      explanation: evaluationProtocol.analysis.explanation.flatMap { plan in
        explanation.map {
          $0.release(beside: slice, attributes: releasedAttributes, plan: plan, policy: policy)
        }
      })
  }

  // One more exact sum of scores, and one with more digits than a power sum; so it has the floor of these. An
  // empty window has nothing to hide.
  private func releaseCUSUM(_ sum: Int128, overall slice: ReleasedSlice) -> Disclosed<Int128> {
    switch slice {
    case .empty: .released(0)
    case .withheld: .withheld
    case .released(let stratum):
      stratum.patients >= DisclosurePolicy.highPowerFloor ? .released(sum) : .withheld
    }
  }
}

extension ClassTable {
  /// The two labelled classes, each at least `floor` on every interval: a labelled zero is small.
  func labelledConstraints(floor: Int) -> [ConstrainedCounts] {
    [ConstrainedCounts(counts: positive, floor: floor), ConstrainedCounts(counts: negative, floor: floor)]
  }
}

/// Which labelled classes may show their third and fourth power sums.
struct HighPowerClasses {
  var positive: Bool
  var negative: Bool
}

extension LocalStratum {
  /// Whether the rows without a label can be shown on this partition: none at all, or enough everywhere.
  func unlabelledIsReleasable(on partition: Partition, minimumCell: Int) -> Bool {
    rows.unlabelled.allSatisfy { $0 == 0 }
      || partition.merge(patients.unlabelled).allSatisfy { $0 >= minimumCell }
  }

  func highPowerClasses(floor: Int) -> HighPowerClasses {
    HighPowerClasses(
      positive: patients.positive.reduce(0, +) >= floor, negative: patients.negative.reduce(0, +) >= floor)
  }

  /// This stratum on a partition that the rule has found safe.
  func released(
    on partition: Partition, grid: ScoreGrid, policy: DisclosurePolicy, showsUnlabelled: Bool,
    highPowers: HighPowerClasses, paired: Disclosed<ReleasedPaired>?
  ) -> ReleasedStratum {
    let positiveSums = partition.merge(positiveSums)
    let negativeSums = partition.merge(negativeSums)
    let events = patients.positive.reduce(0, +)
    let nonEvents = patients.negative.reduce(0, +)
    let hasEnoughToFit = min(events, nonEvents) >= policy.minimumFitEvents
    // A threshold that was merged away would come back through its patient-level sums.
    let keptThresholds = partition.edges.filter { grid.kinds[$0] == .threshold }.map { grid.edges[$0] }
    return ReleasedStratum(
      positive: partition.merge(rows.positive),
      negative: partition.merge(rows.negative),
      unlabelled: showsUnlabelled ? .released(partition.merge(rows.unlabelled)) : .withheld,
      patients: labelledPatients,
      bins: partition.bins(of: grid).map { range in
        ReleasedBin(
          positive: positiveSums[range].reduce(.zero, +), negative: negativeSums[range].reduce(.zero, +))
      },
      positivePowers: positivePowers.released(showsHigh: highPowers.positive),
      negativePowers: negativePowers.released(showsHigh: highPowers.negative),
      ranks: ranks,
      averagePrecision: hasEnoughToFit ? averagePrecision : .tooFewEvents,
      fit: hasEnoughToFit ? fit : .notEvaluable(.tooFewEvents),
      clusters: keptThresholds.flatMap { threshold in
        ClusterMeasure.allCases.compactMap { measure in
          clusters.first { $0.threshold == threshold && $0.measure == measure }
        }
      },
      paired: paired)
  }
}

extension PowerTotals {
  fileprivate func released(showsHigh: Bool) -> ReleasedPowers {
    ReleasedPowers(
      first: first, second: second,
      high: showsHigh ? .released(ReleasedPowers.HighPowers(third: third, fourth: fourth)) : .withheld)
  }
}
