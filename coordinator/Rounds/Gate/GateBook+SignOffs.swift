import CanonicalJSON
import Cryptography
import EvaluationProtocols
package import Gates
import Storage

extension GateBook {
  /// Takes a reviewer's signed decision or delegation in. The same one again changes nothing.
  ///
  /// - Parameter file: the statement with the root certificate that came with it; whose key it is, the protocol
  ///   says.
  /// - Throws: `RoundsRefusal` with the rule that is broken; then nothing was kept.
  package func submit(_ file: SignOffFile, study name: String) throws {
    do {
      if file.isDelegation {
        try take(VerifiedDelegation.verify(file.statement, root: file.root), file, study: name)
      } else {
        try take(VerifiedDecision.verify(file.statement, root: file.root), file, study: name)
      }
    } catch let refusal as SignOffRefusal {
      throw RoundsRefusal(
        file.isDelegation ? .delegationRecorded : .decisionRecorded, of: "study/" + name, .signOff(refusal))
    }
  }

  private func take(_ verified: VerifiedDecision, _ file: SignOffFile, study name: String) throws {
    var study = try load(name, for: .decisionRecorded)
    if try isRecorded(verified.signedDigest, in: name) { return }
    let check = check(study)
    let gate = verified.content.gate
    let page = try study.state.reviewCut(of: gate).flatMap {
      try GateReader(database).page(of: gate, cut: $0, study: name)
    }
    let fact = try check.decision(verified, page: page)
    // Without a package there was no page to read, whatever digest was signed.
    guard page != nil else { throw SignOffRefusal.pageDiffers }
    try keep(root: file.root, in: name)
    try add(.decisionRecorded(fact), to: &study, statement: file.statement)
    _ = record(
      RoundsAction.decisionRecorded.rawValue, "study/" + name,
      [
        "gate": .string(fact.gate.rawValue), "decision": .string(fact.decision.rawValue),
        "role": .string(fact.role), "key": .string(fact.key.text), "statement": .string(fact.statement.text),
      ])
  }

  private func take(_ verified: VerifiedDelegation, _ file: SignOffFile, study name: String) throws {
    var study = try load(name, for: .delegationRecorded)
    if try isRecorded(verified.signedDigest, in: name) { return }
    let fact = try check(study).delegation(verified)
    try keep(root: file.root, in: name)
    try add(.delegationRecorded(fact), to: &study, statement: file.statement)
    _ = record(
      RoundsAction.delegationRecorded.rawValue, "study/" + name,
      [
        "gate": .string(fact.gate.rawValue), "role": .string(fact.role), "key": .string(fact.key.text),
        "until": .string(fact.until.text),
      ])
  }

  private func check(_ study: Study) -> SignOffCheck {
    SignOffCheck(
      state: study.state, history: study.history, tenant: tenant,
      evaluationProtocol: study.evaluationProtocol, now: now)
  }
}

extension GateReader {
  /// The digest of the page that reviewers of a gate read; nil when no review package was sealed yet.
  func page(of gate: Gate, cut: Int, study: String) throws -> Digest? {
    try database.first(
      "SELECT digest FROM review_page WHERE study = ?1 AND gate = ?2 AND cut = ?3",
      [.text(study), .text(gate.rawValue), .count(cut)]
    ) { row in try row.digest(0) }
  }
}
