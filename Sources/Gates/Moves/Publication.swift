import CanonicalJSON
import Cryptography
package import EvaluationProtocols
import PhaseGrants

extension StudyState {
  /// The fact that a version comes into force, with what it does to the phase of the study as it stands.
  ///
  /// - Parameter inForce: the version in force, which after a restart may be older than the one that this version
  ///   names as its predecessor; nil for the first.
  /// - Source: `protocols/gates.md`, section 1.
  package func publication(
    of amended: EvaluationProtocol, inForce: EvaluationProtocol?
  ) -> StudyFact.ProtocolPublished {
    let changesWhatIsStudied = inForce.map { amended.amendmentEffect(from: $0) != .keepsPhase } ?? false
    let leavesOutThePhase = phase.map { amended.phase($0) == nil } ?? false
    return StudyFact.ProtocolPublished(
      version: amended.version, protocolDigest: amended.digest, model: amended.model.artifact,
      features: amended.model.features, reason: amended.amendment?.reason,
      changes: inForce.map { amended.changedSections(from: $0) } ?? [],
      returnsToSilent: changesWhatIsStudied || leavesOutThePhase)
  }
}
