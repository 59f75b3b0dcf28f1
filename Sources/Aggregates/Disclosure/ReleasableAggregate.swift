package import EvaluationProtocols

/// An aggregate that disclosure control has passed: the only thing that can be signed.
package struct ReleasableAggregate: Sendable, Equatable {
  package let content: AggregateContent
  /// The canonical bytes of `aggregate.json`.
  package let bytes: [UInt8]

  /// An aggregate read back from a file, whose identities and released counts have been checked again.
  package init(_ checked: CheckedAggregate) {
    content = checked.content
    bytes = checked.bytes
  }

  fileprivate init(content: AggregateContent, grid: ScoreGrid) {
    self.content = content
    self.bytes = content.encode(as: AggregateContent.format, grid: grid)
  }
}

extension LocalAggregate {
  /// Applies the disclosure rule of version 1 to everything that the site counted.
  ///
  /// Specified in `protocols/disclosure.md`. The result depends on the counts and the policy alone.
  package func release(
    under evaluationProtocol: EvaluationProtocol, policy: DisclosurePolicy
  ) -> ReleasableAggregate {
    let windows = windows.map { window in
      window.release(under: evaluationProtocol, policy: policy)
    }
    let content = AggregateContent(
      site: site, protocolDigest: protocolDigest, modelDigest: modelDigest,
      featuresDigest: featuresDigest, policy: policy,
      flow: flow.release(
        hiddenRows: hiddenRows(releasing: windows), minimumCell: policy.minimumCell),
      windows: windows)
    return ReleasableAggregate(content: content, grid: evaluationProtocol.grid)
  }

  // Rows that a reader could work out as "read, but not shown": those of withheld windows, and those
  // without a label where these are withheld. A histogram shows the labelled rows of its window even
  // where the window's table is withheld.
  private func hiddenRows(releasing released: [ReleasedWindow]) -> [HiddenRows] {
    zip(windows, released).compactMap { local, window in
      let unlabelled = HiddenRows(
        rows: local.overall.rows.unlabelled.reduce(0, +),
        patients: local.overall.patients.unlabelled.reduce(0, +))
      switch window.overall {
      case .empty: return nil
      case .withheld:
        let showsLabelled = window.histograms.contains { $0.cells != .withheld }
        return showsLabelled
          ? unlabelled
          : HiddenRows(rows: local.overall.rows.total, patients: local.overall.distinctPatients)
      case .released(let stratum): return stratum.unlabelled == .withheld ? unlabelled : nil
      }
    }
  }
}

extension LocalAggregate {
  /// The value of the `format` member of the file that never leaves the site.
  package static let format = "urn:equipoise:local-aggregate:v1"

  /// Everything that was counted, in the layout of `aggregate.json`, with nothing withheld: for the
  /// hospital's own eyes.
  package func encodeForSite(under evaluationProtocol: EvaluationProtocol, policy: DisclosurePolicy)
    -> [UInt8]
  {
    let grid = evaluationProtocol.grid
    let whole = Partition(edges: Array(grid.edges.indices))
    func everything(_ stratum: LocalStratum) -> ReleasedSlice {
      .released(
        stratum.released(
          on: whole, grid: grid, policy: policy, showsUnlabelled: true,
          highPowers: HighPowerClasses(positive: true, negative: true)))
    }
    let content = AggregateContent(
      site: site, protocolDigest: protocolDigest, modelDigest: modelDigest,
      featuresDigest: featuresDigest, policy: policy,
      flow: .released(
        ReleasedFlow(
          read: flow.read,
          exclusions: flow.exclusions.map {
            ReleasedFlow.Exclusion(reason: $0.reason, rows: .released($0.rows))
          })),
      windows: windows.map { window in
        ReleasedWindow(
          id: window.id, overall: everything(window.overall), partition: whole,
          attributes: zip(evaluationProtocol.attributes, window.attributes).map { attribute, levels in
            ReleasedAttribute(id: attribute.id, partition: whole, levels: levels.map(everything))
          },
          histogramsCountUnlabelled: true,
          histograms: window.histograms.map { histogram in
            ReleasedHistogram(
              column: histogram.column,
              cells: .released(
                zip(histogram.labelled, histogram.unlabelled).enumerated().map { index, rows in
                  ReleasedHistogram.Cell(first: index, last: index, rows: rows.0 + rows.1)
                }))
          })
      })
    return content.encode(as: LocalAggregate.format, grid: grid)
  }
}
