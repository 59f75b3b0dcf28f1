package import EvaluationProtocols

extension LocalAggregate {
  /// The value of the `format` member of the file that never leaves the site.
  package static let format = "urn:equipoise:local-aggregate:v1"

  /// Everything that was counted, in the layout of `aggregate.json`, with nothing withheld: for the
  /// hospital's own eyes.
  package func encodeForSite(under evaluationProtocol: EvaluationProtocol, policy: DisclosurePolicy)
    -> [UInt8]
  {
    let content = AggregateContent(
      site: site, protocolDigest: protocolDigest, modelDigest: modelDigest,
      featuresDigest: featuresDigest, policy: policy,
      flow: .released(
        ReleasedFlow(
          read: flow.read,
          exclusions: flow.exclusions.map {
            ReleasedFlow.Exclusion(reason: $0.reason, rows: .released($0.rows))
          })),
      windows: windows.map { $0.everything(under: evaluationProtocol, policy: policy) })
    return content.encode(as: LocalAggregate.format, grid: evaluationProtocol.grid)
  }
}

extension LocalWindow {
  fileprivate func everything(under evaluationProtocol: EvaluationProtocol, policy: DisclosurePolicy)
    -> ReleasedWindow
  {
    let grid = evaluationProtocol.grid
    let whole = Partition(edges: Array(grid.edges.indices))
    func slice(_ stratum: LocalStratum) -> ReleasedSlice {
      .released(
        stratum.released(
          on: whole, grid: grid, policy: policy, showsUnlabelled: true,
          highPowers: HighPowerClasses(positive: true, negative: true),
          paired: stratum.paired.flatMap { $0.everything(under: evaluationProtocol) }))
    }
    return ReleasedWindow(
      id: id, overall: slice(overall), partition: whole,
      attributes: zip(evaluationProtocol.attributes, attributes).enumerated().map { index, attribute in
        ReleasedAttribute(
          id: attribute.0.id, partition: whole, levels: attribute.1.map(slice),
          unscored: .released(unscoredLevels[index].map(\.released)))
      },
      histogramsCountUnlabelled: true,
      histograms: histograms.map {
        ReleasedHistogram(column: $0.column, cells: .released($0.everyCell))
      },
      intersections: zip(evaluationProtocol.intersections, intersections).map {
        ReleasedIntersection(id: $0.id, slice: slice($1), partition: whole)
      },
      unscored: .released(unscored.released), cusum: cusum.map { .released($0) },
      operations: operations.map { .released($0.everything) },
      explanation: evaluationProtocol.analysis.explanation.flatMap { plan in
        explanation.map { .released($0.everything(under: plan, policy: policy)) }
      })
  }
}

extension LocalOperations {
  fileprivate var everything: ReleasedOperations {
    ReleasedOperations(
      alerts: alerts.all.rows, spared: spared.all.rows,
      responses: responses.map { .released($0.everyCell) },
      acknowledgement: acknowledgement.map { .released($0.everyCell) })
  }
}

extension LocalHistogram {
  /// Each cell as a run of its own.
  fileprivate var everyCell: [ReleasedHistogram.Cell] {
    zip(labelled, unlabelled).enumerated().map { index, rows in
      ReleasedHistogram.Cell(first: index, last: index, rows: rows.0 + rows.1)
    }
  }
}
