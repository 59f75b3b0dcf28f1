import PhaseGrants
import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Gates
import Storage

extension GateBook {
  /// Publishes the next version of a study's protocol. The same bytes again change nothing.
  ///
  /// - Throws: `RoundsRefusal`.
  package func publish(protocol bytes: [UInt8], study: String) throws -> StudyDocument {
    try StudyBook(database).publish(protocol: bytes, study: study, with: self, at: now, record: record)
  }

  /// A version of the protocol comes into force: the first event of a study, or an amendment with its effect on
  /// the phase.
  ///
  /// - Throws: `RoundsRefusal` when the amendment does not follow the version before, or the study is stopped and
  ///   the model release is the same.
  func publish(_ evaluationProtocol: EvaluationProtocol) throws {
    let name = evaluationProtocol.id
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.protocolPublished, of: "study/" + name, reason)
    }
    let reader = GateReader(database)
    var history = try reader.history(of: name)
    let before = try StudyState(history)
    let inForce = try before.inForce.flatMap { try reader.evaluationProtocol($0.protocolDigest) }
    let fact = before.publication(of: evaluationProtocol, inForce: inForce)
    if let previous = evaluationProtocol.amendment?.previous {
      guard before.versions.last?.protocolDigest == previous else { throw refuse(.amendment) }
    }
    if before.inForce == nil {
      try database.run(
        """
        INSERT INTO study_gate (study, state, version, head_sequence, head)
        VALUES (?1, 'draft', 0, ?2, ?3)
        """, [.text(name), .count(history.head.sequence), .digest(history.head.digest)])
    }
    var study = Study(history: history, state: before, evaluationProtocol: evaluationProtocol)
    do { try add(.protocolPublished(fact), to: &study) } catch let error as MoveError {
      throw refuse(.move(error))
    }
    history = study.history
    for site in evaluationProtocol.sites { try touch(name, site: site.id) }
    try giveWords(&study)
  }
}
