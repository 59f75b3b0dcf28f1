package import Cryptography

// How a draft is read where a reference dataset is counted for it.
extension EvaluationProtocol {
  /// The protocol under which a reference dataset is counted: the same cohort, label, attributes, model and grid, in one
  /// window.
  ///
  /// A reference is as a rule from before the study's windows, and its rows need neither the comparator nor the alerts
  /// of the study. Counts of the draft's profiles are not looked at; a draft without profiles asks for the score, by
  /// threshold and calibration edge, and for each attribute.
  package func forReference() -> EvaluationProtocol {
    let profiles = drift.profiles.isEmpty ? usualProfiles : drift.profiles
    return EvaluationProtocol(
      digest: digest, bytes: bytes, id: id, version: version, amendment: amendment, authorship: authorship,
      study: study, model: model, baseline: nil, data: data, cohort: cohort, label: label,
      attributes: attributes, intersections: [], windows: .undated, grid: grid,
      drift: DriftPlan(
        reference: drift.reference, profiles: profiles, stabilityLimit: drift.stabilityLimit, statement: nil),
      analysis: AnalysisPlan(), operations: nil, disclosure: disclosure, sites: sites, phases: phases,
      monitoring: nil, fallback: fallback, evidence: evidence, sectionDigests: sectionDigests)
  }

  private var usualProfiles: [DriftProfile] {
    let edges = grid.edges.indices.filter { grid.kinds[$0] == .threshold || grid.kinds[$0] == .calibration }
      .map { grid.edges[$0] }
    return [DriftProfile(source: .score(edges: edges), counts: [])]
      + attributes.map { DriftProfile(source: .attribute($0.id), counts: []) }
  }

  /// The names of the sections that say what a reference dataset is counted as, sorted.
  package static let countingSections = ["cohort", "data", "label", "model", "slices"]

  /// SHA-256 of the canonical bytes of each of `countingSections`: counts under others are not comparable.
  package var countingDigests: [(section: String, digest: Digest)] {
    Self.countingSections.compactMap { name in sectionDigests[name].map { (name, $0) } }
  }
}
