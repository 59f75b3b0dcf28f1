import EvaluationProtocols

/// Decides on which thresholds a slice's joint table of model and baseline is released.
///
/// Specified in `protocols/disclosure.md`, "Model and baseline on the same rows".
struct PairedRelease {
  let evaluationProtocol: EvaluationProtocol
  let minimumCell: Int

  /// A cell holds enough patients of both labelled classes, or no labelled row.
  ///
  /// One class alone would say what happened to everybody on whom the two models disagree; a combination that does
  /// not occur says it of nobody.
  func passes(_ counts: LocalPaired, on division: PairedDivision) -> Bool {
    let rows = (division.merge(counts.rows.positive), division.merge(counts.rows.negative))
    let patients = (division.merge(counts.patients.positive), division.merge(counts.patients.negative))
    return (0..<division.cellCount).allSatisfy { cell in
      (rows.0[cell] == 0 && rows.1[cell] == 0)
        || min(patients.0[cell], patients.1[cell]) >= minimumCell
    }
  }

  /// A cell holds enough patients without a label, or no such row.
  func unlabelledPasses(_ counts: LocalPaired, on division: PairedDivision) -> Bool {
    zip(division.merge(counts.rows.unlabelled), division.merge(counts.patients.unlabelled))
      .allSatisfy { $0 == 0 || $1 >= minimumCell }
  }

  /// The division for overall: the thresholds that its partition kept, less the highest while a cell is too small.
  func division(of overall: LocalPaired, on partition: Partition) -> PairedDivision? {
    var division = evaluationProtocol.pairedDivision.flatMap {
      evaluationProtocol.pairedDivision(within: $0, on: partition)
    }
    while let candidate = division, !passes(overall, on: candidate) { division = candidate.withoutHighest }
    return division
  }

  /// A table on a division that the rule has found safe.
  func released(_ counts: LocalPaired, on division: PairedDivision, showsUnlabelled: Bool) -> ReleasedPaired {
    ReleasedPaired(
      thresholds: division.kept.map { evaluationProtocol.model.thresholds[$0].value },
      positive: division.merge(counts.rows.positive), negative: division.merge(counts.rows.negative),
      unlabelled: showsUnlabelled ? .released(division.merge(counts.rows.unlabelled)) : .withheld,
      ranks: showsRanks(counts, on: division) ? .released(counts.ranks) : .withheld)
  }

  private func showsRanks(_ counts: LocalPaired, on division: PairedDivision) -> Bool {
    hasEnoughBaselines(counts, of: division)
      && counts.fewestAtAValue.map { $0 >= minimumCell } ?? true
  }

  private func hasEnoughBaselines(_ counts: LocalPaired, of division: PairedDivision) -> Bool {
    let columns = division.thresholds + 2
    return [counts.patients.positive, counts.patients.negative].allSatisfy { table in
      table.enumerated().reduce(0) { $0 + ($1.offset % columns == columns - 1 ? 0 : $1.element) }
        >= minimumCell
    }
  }
}

/// How the joint table of overall is shown, for the attributes to follow.
struct PairedOverall {
  let division: PairedDivision
  let showsUnlabelled: Bool
}

extension PairedRelease {
  /// What is released of overall; nil where nothing is.
  func overall(_ counts: LocalPaired, on partition: Partition, showsUnlabelled: Bool) -> PairedOverall? {
    division(of: counts, on: partition).map {
      PairedOverall(
        division: $0, showsUnlabelled: showsUnlabelled && unlabelledPasses(counts, on: $0))
    }
  }

  /// The table of overall, as it was decided; nil where the protocol has no baseline.
  func release(_ counts: LocalPaired?, as decision: PairedOverall?) -> Disclosed<ReleasedPaired>? {
    counts.map { counts in
      decision.map {
        .released(released(counts, on: $0.division, showsUnlabelled: $0.showsUnlabelled))
      } ?? .withheld
    }
  }
}

extension LocalPaired {
  /// The table on all thresholds with nothing withheld, for the hospital's own eyes.
  func everything(under evaluationProtocol: EvaluationProtocol) -> Disclosed<ReleasedPaired>? {
    evaluationProtocol.pairedDivision.map {
      .released(
        PairedRelease(evaluationProtocol: evaluationProtocol, minimumCell: 0)
          .released(self, on: $0, showsUnlabelled: true))
    }
  }
}
