package import Aggregates
package import EvaluationProtocols

/// What counting a reference dataset gives.
package struct SiteReference: Sendable {
  /// What disclosure control lets out: the part of a `drift` section that can be signed.
  package let profile: ReferenceProfile
  /// The profiles that it keeps back.
  package let withheld: [WithheldProfile]
  /// The rule that was applied.
  package let policy: DisclosurePolicy
  /// Rows below the headers, readable or not.
  package let rowsRead: Int
  /// Rows counted whose label is neither empty nor listed in the protocol, for the site's own eyes.
  package let invalidLabels: Int
}

/// Counts the drift profiles of a draft over a reference dataset and applies disclosure control.
///
/// Rows are read, scored and counted as `evaluate` does it, all in one window whatever their time; the site need not be
/// one of the study. The same rows, draft and policy give the same profile.
///
/// - Parameter draft: the counts of its profiles are not looked at.
/// - Throws: `SiteEvaluationError`; `.everyProfileWithheld` where nothing is left to sign.
package func countReference(
  _ rows: SnapshotRows, under draft: EvaluationProtocol, model: SiteModel, policy: SitePolicy,
  progress: (SiteEvaluationProgress) -> Void = { _ in }
) throws(SiteEvaluationError) -> SiteReference {
  let evaluationProtocol = draft.forReference()
  let dataset = try readDataset(
    rows, under: evaluationProtocol, model: model, policy: policy, progress: progress)
  // No count may exceed what a protocol can hold.
  guard dataset.collector.store.count <= mostReferenceRows else {
    throw .tooManyRows(limit: mostReferenceRows)
  }
  let release = dataset.countWindows(under: evaluationProtocol, progress: progress).first.map {
    $0.releaseReference(
      of: evaluationProtocol.drift.profiles.map(\.source), under: evaluationProtocol,
      policy: dataset.disclosure)
  }
  guard let release, !release.profiles.isEmpty else {
    throw .everyProfileWithheld(release?.withheld ?? [])
  }
  return SiteReference(
    profile: ReferenceProfile(reference: draft.drift.reference, profiles: release.profiles),
    withheld: release.withheld, policy: dataset.disclosure,
    rowsRead: dataset.collector.flow.read, invalidLabels: dataset.invalidLabels)
}

private let mostReferenceRows = 1_000_000_000
