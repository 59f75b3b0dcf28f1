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
    var windows = windows.map { window in
      window.release(under: evaluationProtocol, policy: policy)
    }
    let flow = flow.release(hiddenRows: hiddenRows(releasing: windows), minimumCell: policy.minimumCell)
    releaseUnscored(in: &windows, beside: flow, minimumCell: policy.minimumCell)
    let content = AggregateContent(
      site: site, protocolDigest: protocolDigest, modelDigest: modelDigest,
      featuresDigest: featuresDigest, policy: policy, flow: flow, windows: windows)
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
