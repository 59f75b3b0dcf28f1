import CanonicalJSON
import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Storage

extension GateBook {
  /// Records how far a site goes. The same statement again changes nothing.
  ///
  /// - Parameters:
  ///   - site: of the caller's certificate.
  ///   - root: the site's registered signing root, from `StandingDesk.signingRoot` in this transaction; nil refuses.
  /// - Throws: `RoundsRefusal`.
  package func consent(_ bytes: [UInt8], site: String, root: Certificate?, study name: String) throws {
    do {
      let root = try registered(root, of: site, for: .consentRecorded)
      let verified = try SiteConsent.verify(bytes, root: root, pinnedRootKey: root.publicKey.digest, at: now)
      if try isRecorded(verified.signedDigest, in: name) { return }
      var study = try load(name, for: .consentRecorded)
      let consent = verified.content
      let isOfStudy = study.state.versions.contains { $0.protocolDigest == consent.protocolDigest }
      let consented = try GateReader(database).evaluationProtocol(consent.protocolDigest)
      let last = study.state.consents.values.filter { $0.fact.site.hasSameBytes(as: site) }
        .max { $0.sequence < $1.sequence }
      let sequence = try recorded(of: site, study: name).consent
      let isNew = try admit(
        verified, for: Addressee(tenant: tenant, site: site, study: name),
        last: last.map { (sequence, $0.fact.statement) },
        listsSite: isOfStudy && consented?.site(site) != nil, now: now)
      guard isNew else { return }
      try keep(root: root, in: name)
      try touch(name, site: site)
      try database.run(
        "UPDATE standing SET consent_sequence = ?3 WHERE study = ?1 AND site = ?2",
        [.text(name), .text(site), .count(consent.sequence)])
      try database.run(
        """
        INSERT INTO site_consent (study, site, protocol, phase, sequence) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (study, site, protocol) DO UPDATE SET phase = excluded.phase, sequence = excluded.sequence
        """,
        [
          .text(name), .text(site), .digest(consent.protocolDigest), .text(consent.phase.rawValue),
          .count(consent.sequence),
        ])
      try add(
        .consentRecorded(
          StudyFact.ConsentRecorded(
            site: site, protocolDigest: consent.protocolDigest, phase: consent.phase,
            statement: verified.signedDigest)), to: &study, statement: bytes)
      _ = record(
        RoundsAction.consentRecorded.rawValue, "site/" + site,
        ["study": .string(name), "phase": .string(consent.phase.rawValue)])
      try giveWords(&study)
    } catch let error as GrantError {
      throw RoundsRefusal(.consentRecorded, of: "site/" + site, .grant(error))
    }
  }

  /// Records that a site has a word, or switched the model itself. The same statement again changes nothing.
  ///
  /// - Parameter root: as for `consent`.
  /// - Throws: `RoundsRefusal`.
  package func acknowledge(_ bytes: [UInt8], site: String, root: Certificate?, study name: String) throws {
    do {
      let root = try registered(root, of: site, for: .acknowledged)
      let verified = try Acknowledgement.verify(
        bytes, root: root, pinnedRootKey: root.publicKey.digest, at: now)
      if try isRecorded(verified.signedDigest, in: name) { return }
      let said = verified.content
      guard Addressee(tenant: tenant, site: site, study: name).isAddressed(by: said) else {
        throw GrantError.otherSite
      }
      let expected = try 1 + recorded(of: site, study: name).acknowledgement
      guard said.sequence == expected else { throw GrantError.sequence(expected: expected) }
      guard said.signedAt.secondsSinceEpoch <= now.secondsSinceEpoch + toleratedSkew else {
        throw GrantError.time
      }
      guard try isWord(said, of: site, study: name) else { throw GrantError.otherSite }
      try keep(root: root, in: name)
      try touch(name, site: site)
      try database.run(
        "UPDATE standing SET acknowledgement_sequence = ?3 WHERE study = ?1 AND site = ?2",
        [.text(name), .text(site), .count(said.sequence)])
      try append(
        .acknowledged(
          StudyFact.Acknowledged(
            site: site, about: said.about, number: said.wordSequence, receivedAt: said.receivedAt,
            effectiveAt: said.effectiveAt, drill: said.drill, statement: verified.signedDigest)),
        to: name, statement: bytes)
      _ = record(
        RoundsAction.acknowledged.rawValue, "site/" + site,
        [
          "study": .string(name), "about": .string(said.about.rawValue),
          "number": .integer(Int64(said.wordSequence)),
        ])
      if said.drill { try endDrill(in: name) }
    } catch let error as GrantError {
      throw RoundsRefusal(.acknowledged, of: "site/" + site, .grant(error))
    }
  }

  private func registered(
    _ root: Certificate?, of site: String, for action: RoundsAction
  ) throws -> Certificate {
    guard let root else { throw RoundsRefusal(action, of: "site/" + site, .siteNotConfirmed) }
    return root
  }

  /// The sequences of the site's last recorded consent and acknowledgement; 0 for none.
  package func recorded(of site: String, study: String) throws -> (consent: Int, acknowledgement: Int) {
    try database.first(
      "SELECT consent_sequence, acknowledgement_sequence FROM standing WHERE study = ?1 AND site = ?2",
      [.text(study), .text(site)]
    ) { row in (consent: try row.count(0), acknowledgement: try row.count(1)) } ?? (0, 0)
  }

  /// Whether an acknowledgement is about a word that this site was given.
  private func isWord(_ said: Acknowledgement, of site: String, study: String) throws -> Bool {
    let found = try database.first(
      "SELECT digest, word, drill FROM site_word WHERE study = ?1 AND site = ?2 AND number = ?3",
      [.text(study), .text(site), .count(said.wordSequence)]
    ) { row in
      (
        digest: try row.digest(0), word: try row.word(1, of: StudyFact.Word.self),
        drill: try row.integer(2) != 0
      )
    }
    guard let found, found.digest == said.statement, found.drill == said.drill else { return false }
    switch said.about {
    case .grant: return found.word == .grant
    case .stopOrder: return found.word != .grant
    case .disabled, .enabled: return true
    }
  }

  /// A rehearsal is over when the last site has acknowledged.
  private func endDrill(in name: String) throws {
    var study = try load(name, for: .incidentClosed)
    let waiting = Set(study.history.stopRuns.filter { !$0.run.waitingFor.isEmpty }.map(\.incident))
    for incident in study.state.incidents
    where incident.drill && incident.isOpen && !waiting.contains(incident.id) {
      try add(
        .incidentClosed(
          StudyFact.IncidentClosed(
            incident: incident.id, people: [], text: "every site acknowledged the rehearsal")), to: &study)
      _ = record(
        RoundsAction.incidentClosed.rawValue, "incident/" + incident.id, ["study": .string(name)])
    }
  }
}
