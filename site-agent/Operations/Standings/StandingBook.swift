package import Attestations
package import CanonicalJSON
import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
package import PhaseGrants

/// What this site and its coordinator said to each other about a study, read with suspicion: a word counts if
/// its signature still holds, whatever the store says. Needs no coordinator.
package struct StandingBook: Sendable {
  private let store: SiteStore
  private let directory: AgentDirectory
  private let identity: AgentIdentity

  /// The book of an agent.
  package init(_ store: SiteStore, directory: AgentDirectory, identity: AgentIdentity) {
    self.store = store
    self.directory = directory
    self.identity = identity
  }

  func addressee(_ study: String) -> Addressee {
    Addressee(tenant: identity.tenant, site: identity.site, study: study)
  }

  // MARK: Reading

  /// Whether anything of a study may be shown to a clinician now.
  package func exposure(of study: String, at now: UTCTime) async throws -> Exposure {
    if try await store.disabling(of: study)?.isDisabled == true { return .refused(.disabled) }
    let words = try await store.words(of: study)
    guard try await isKnown(study) else { return .refused(.unknownStudy) }
    guard let newest = words.last(where: { $0.takenAt != nil && !$0.isDrill }) else {
      return .refused(.noWord)
    }
    let held: HeldWord
    do { held = try await self.held(newest) } catch { return .refused(.unverifiable) }
    return PhaseGrants.exposure(
      words: [held], consents: try await self.consents(of: study), isDisabled: false, now: now)
  }

  /// Whether the study was ever listed, spoken of or consented to here.
  package func isKnown(_ study: String) async throws -> Bool {
    if try await store.standing(study) != nil { return true }
    if try await !store.words(of: study).isEmpty { return true }
    return try await !store.ownStatements(of: study, .consent).isEmpty
  }

  /// The newest consent to each protocol of a study. One whose approval was denied or taken back counts for
  /// nothing, even before that is signed.
  func consents(of study: String) async throws -> [SiteConsent] {
    var newest: [Digest: OwnStatement] = [:]
    for statement in try await store.ownStatements(of: study, .consent) {
      newest[statement.evaluationProtocol] = statement
    }
    guard !newest.isEmpty,
      let root = try? Certificate(pem: KeyFile.readPublic(directory.signing + "/root.pem"))
    else { return [] }
    var consents: [SiteConsent] = []
    for statement in newest.values {
      if let pin = try await store.pin(statement.evaluationProtocol), pin.decision != .approved { continue }
      guard
        let verified = try? SiteConsent.verify(
          statement.statement, root: root, pinnedRootKey: root.publicKey.digest, at: statement.madeAt),
        verified.content.study == study, verified.content.site == identity.site
      else { continue }
      consents.append(verified.content)
    }
    return consents
  }

  /// A stored word, verified again at the time that it came, and for this site and study: a grant that
  /// somebody copied from another site's store is as good as none.
  func held(_ record: WordRecord) async throws -> HeldWord {
    let held = try await verify(record.statement, record.kind, at: record.receivedAt)
    guard addressee(record.study).isAddressed(by: held.word) else { throw GrantError.otherSite }
    guard held.statement == record.digest, held.word.sequence == record.sequence else {
      throw GrantError.subject
    }
    return held
  }

  /// Checks a word's signature against the root of the invitation.
  func verify(_ statement: [UInt8], _ kind: WordKind, at time: UTCTime) async throws -> HeldWord {
    let root = try Certificate(pem: KeyFile.readPublic(directory.evidenceRoot))
    switch kind {
    case .grant:
      return HeldWord(
        try PhaseGrant.verify(statement, root: root, pinnedRootKey: identity.evidenceRoot, at: time))
    case .stopOrder:
      return HeldWord(
        try StopOrder.verify(statement, root: root, pinnedRootKey: identity.evidenceRoot, at: time))
    }
  }

  // MARK: Taking words

  /// Takes a word or keeps it with the rule that it breaks. Nothing is taken that is not signed by the
  /// coordinator of the invitation for this site.
  ///
  /// - Returns: what was done; nil when the word was known.
  /// - Throws: `GrantError` for a word whose signature or form does not hold: there is nothing to keep.
  func take(
    _ statement: [UInt8], _ kind: WordKind, of study: String, at now: UTCTime
  ) async throws -> WordRecord? {
    let word = try await verify(statement, kind, at: now)
    let known = try await store.words(of: study)
    let before = known.first { $0.digest == word.statement }
    guard before?.takenAt == nil else { return nil }
    var rule: GrantError?
    do throws(GrantError) {
      _ = try admit(
        word, for: addressee(study), holding: try await holding(known),
        consents: try await consentsForAdmission(study), now: now)
    } catch { rule = error }
    // A word for somebody else is not kept as one of this study.
    if rule == .otherSite { throw GrantError.otherSite }
    if before != nil, before?.rule == rule?.rule { return nil }
    let record = WordRecord(
      study: study, digest: word.statement, sequence: word.word.sequence, kind: kind, statement: statement,
      evaluationProtocol: word.word.protocolDigest, history: word.word.history.sequence,
      isDrill: word.word.isDrill, receivedAt: before?.receivedAt ?? now, takenAt: rule == nil ? now : nil,
      rule: rule?.rule, remark: rule.map { "\($0) (\($0.remedy))" })
    try await store.record(record)
    return record
  }

  /// The word of the highest number that was taken, drills included. One that cannot be verified any more
  /// still counts by its number: `admit` then refuses what is not newer.
  private func holding(_ known: [WordRecord]) async throws(GrantError) -> HeldWord? {
    guard let newest = known.last(where: { $0.takenAt != nil }) else { return nil }
    do { return try await held(newest) } catch let error as GrantError { throw error } catch {
      throw .replayed(held: newest.sequence)
    }
  }

  private func consentsForAdmission(_ study: String) async throws(GrantError) -> [SiteConsent] {
    do { return try await consents(of: study) } catch { throw .notConsented }
  }

  // MARK: Consents

  /// How far the site now goes under a protocol; nil when it never said.
  package func consent(to protocolDigest: Digest, study: String) async throws -> ConsentPhase? {
    try await store.ownStatements(of: study, .consent).last { $0.evaluationProtocol == protocolDigest }?.phase
  }

  /// Says how far the site goes with a study from now on: under the one approved protocol, the named one, or the
  /// newest that the coordinator lists. `none` is said under every protocol of the study.
  ///
  /// - Returns: the protocols that it was said of.
  /// - Throws: `AgentError.notPinned` without an approval, `.unknownProtocol`, `.ambiguousProtocol`;
  ///   `SigningIdentityError`.
  package func changeConsent(
    _ phase: ConsentPhase, study: String, protocolName: String? = nil, by person: String, reason: String,
    with signing: SigningIdentity, at now: UTCTime
  ) async throws -> [Digest] {
    let protocols = try await store.protocols().filter { $0.study == study }
    guard !protocols.isEmpty else { throw AgentError.unknownProtocol(study) }
    var chosen = protocols.filter { $0.pin?.decision == .approved }
    if let protocolName {
      let named = try await store.protocolDocument(named: protocolName)
      chosen = chosen.filter { $0.digest == named.digest }
    } else if phase != .none, chosen.count > 1 {
      let listed = try await store.standing(study)?.evaluationProtocol
      chosen = chosen.filter { $0.digest == listed }
      guard !chosen.isEmpty else { throw AgentError.ambiguousProtocol(study) }
    }
    guard !chosen.isEmpty else { throw AgentError.notPinned }
    for stored in chosen {
      try await store.recordConsent(
        try await draft(
          phase, to: stored.digest, study: study, by: person, reason: reason, with: signing, at: now))
    }
    return chosen.map(\.digest)
  }

  /// Brings consents and approvals together: an approval from before there were consents goes as far as silent,
  /// and what is denied or taken back is none.
  func reconcile(at now: UTCTime) async throws {
    for stored in try await store.protocols() {
      guard let pin = stored.pin else { continue }
      let phase = try await consent(to: stored.digest, study: stored.study)
      let due: ConsentPhase
      switch pin.decision {
      case .approved where phase == nil: due = .silent
      case .denied where phase != ConsentPhase.none, .revoked where phase != ConsentPhase.none: due = .none
      default: continue
      }
      try await store.recordConsent(
        try await draft(
          due, to: stored.digest, study: stored.study, by: pin.person, reason: pin.reason,
          with: SigningIdentity.load(from: directory.signing), at: now))
    }
  }

  private func draft(
    _ phase: ConsentPhase, to digest: Digest, study: String, by person: String, reason: String,
    with signing: SigningIdentity, at now: UTCTime
  ) async throws -> ConsentDraft {
    ConsentDraft(
      addressee: addressee(study), protocolDigest: digest, phase: phase, person: person, reason: reason,
      signedAt: try await store.coordinatorTime(now), decidedAt: now, identity: signing)
  }

  // MARK: Overview

  /// Everything that `status` says of each study.
  package func overview(at now: UTCTime) async throws -> [StandingOverview] {
    let standings = try await store.standings()
    var overviews: [StandingOverview] = []
    for standing in standings {
      let consents = try await store.ownStatements(of: standing.study, .consent)
      let words = try await store.words(of: standing.study)
      let newest = words.last { $0.takenAt != nil }
      let effective = words.last { $0.takenAt != nil && !$0.isDrill }
      var word: Word?
      if let effective { word = try? await held(effective).word }
      var remarks: [String] = []
      if let remark = standing.remark { remarks.append(remark) }
      for refused in words
      where refused.takenAt == nil && refused.sequence > (newest?.sequence ?? 0) || refused == words.last {
        if let remark = refused.remark {
          remarks.append("word \(refused.sequence) is not taken (\(refused.rule ?? "")): \(remark)")
        }
      }
      if let refused = consents.last, refused.state == .refused, let remark = refused.remark {
        remarks.append("the coordinator did not take consent \(refused.sequence): \(remark)")
      }
      if standing.recordedConsent > consents.map(\.sequence).max() ?? 0 {
        remarks.append("the coordinator holds a consent of this site that was not made here")
      }
      overviews.append(
        StandingOverview(
          standing: standing, exposure: try await exposure(of: standing.study, at: now), word: word,
          newest: newest, consent: consents.last, disabling: try await store.disabling(of: standing.study),
          remarks: remarks))
    }
    return overviews
  }
}

/// One study as `status` shows it.
package struct StandingOverview: Sendable {
  package let standing: StandingRecord
  package let exposure: Exposure
  /// The word that gives or ends something.
  package let word: Word?
  /// The newest word that was taken, drills included.
  package let newest: WordRecord?
  package let consent: OwnStatement?
  package let disabling: SwitchRecord?
  /// What was refused, and what stands still.
  package let remarks: [String]
}

extension SiteStore {
  /// The time, not later than the coordinator's: a signature from the future would be refused.
  func coordinatorTime(_ now: UTCTime) throws -> UTCTime {
    let ahead = max(0, try status().clockSkew ?? 0)
    return try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch - Int64(ahead))
  }
}
