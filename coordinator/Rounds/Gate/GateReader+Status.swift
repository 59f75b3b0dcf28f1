package import CanonicalJSON
package import CoordinatorAPI
import EvaluationProtocols
import Gates
import Storage
import Synthesis

extension GateReader {
  /// Where a study stands, what its next gate still needs, and what people ask about it first.
  ///
  /// - Throws: `RoundsRefusal` when there is no such study.
  package func status(of study: String, at now: UTCTime) throws -> GateStatusDocument {
    let history = try history(of: study)
    let state = try StudyState(history)
    let protocols = try protocols(of: study)
    guard let inForce = state.inForce, let evaluationProtocol = protocols[inForce.protocolDigest] else {
      throw RoundsRefusal(.resultRead, of: "study/" + study, .absent)
    }
    let missing = try StudyBook(database).objects(of: evaluationProtocol)
      .filter { $0.bytes == nil }.map(\.kind.rawValue)
    let facts = ReviewFacts(
      history: history, state: state, protocols: protocols,
      result: try result(of: state, under: evaluationProtocol), missingObjects: missing, now: now)
    return GateStatusDocument(
      facts, state: state, evaluationProtocol: evaluationProtocol, head: history.head,
      missingObjects: missing, now: now)
  }

  /// The matrix and the verdicts of the evidence that the next gate waits on.
  private func result(
    of state: StudyState, under evaluationProtocol: EvaluationProtocol
  ) throws -> ReviewFacts.Result? {
    guard let evidence = state.evidence?.fact else { return nil }
    let files = try database.rows(
      "SELECT path, bytes FROM result_file WHERE round = ?1", [.text(evidence.round)]
    ) { row in (path: try row.text(0), bytes: try row.blob(1)) }
    let matrix = files.filter { $0.path != RoundBook.verdictsPath }
    guard !matrix.isEmpty else { return nil }
    let parsed = try ValidationMatrix.parse(matrix, under: evaluationProtocol)
    return ReviewFacts.Result(
      matrix: parsed,
      outcome: try decide(parsed, phase: evidence.phase, under: evaluationProtocol, look: evidence.look))
  }
}
