import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants

extension StudyReplay {
  mutating func consent(_ fact: StudyFact.ConsentRecorded, _ event: StudyEvent) {
    let number = (consents[fact.site] ?? 0) + 1
    consents[fact.site] = number
    let place = ConsentPlace(site: fact.site, protocolDigest: fact.protocolDigest)
    consented[place] = max(consented[place] ?? .none, fact.phase)
    if verification.protocols[fact.protocolDigest]?.site(fact.site) == nil {
      verification.add(event, rule: "siteNotInProtocol", "the protocol lists no site \(fact.site)")
    }
    guard let content = verification.signed.consents[event.sequence]?.content else { return }
    guard isOwn(content, event), content.protocolDigest == fact.protocolDigest, content.phase == fact.phase
    else { return verification.differs(event, "is another consent than the event says") }
    checkNumber(content.sequence, expected: number, event)
    checkTime(content.signedAt, event)
  }

  mutating func word(_ fact: StudyFact.WordGiven, _ event: StudyEvent) {
    if let last = words[fact.site]?.keys.max(), fact.number <= last {
      verification.add(
        event, rule: "replayed", "word \(fact.number) follows word \(last) of site \(fact.site)")
    }
    words[fact.site, default: [:]][fact.number] = fact
    if fact.word == .grant {
      grant(fact, event)
      granted.insert(fact.site)
    } else {
      order(fact, event)
      guard !fact.drill else { return }
      granted.remove(fact.site)
      unordered.remove(fact.site)
    }
  }

  private mutating func grant(_ fact: StudyFact.WordGiven, _ event: StudyEvent) {
    if let phase = fact.phase, let most = state.phase(of: fact.site), phase <= most {
      // The site may be there.
    } else {
      verification.add(
        event, rule: "grantAbovePhase",
        "site \(fact.site) got a grant of \(fact.phase?.rawValue ?? "no phase"), and was in "
          + (state.phase(of: fact.site)?.rawValue ?? "none"))
    }
    guard let content = verification.signed.grants[event.sequence]?.content else { return }
    let version = state.inForce
    guard isOwn(content, event), content.site.hasSameBytes(as: fact.site), content.phase == fact.phase,
      content.sequence == fact.number, !fact.drill, content.protocolDigest == version?.protocolDigest,
      content.protocolVersion == version?.version, content.modelDigest == version?.model
    else { return verification.differs(event, "is another grant than the event says") }
    checkHead(content.history, event)
    checkTime(content.issuedAt, event)
  }

  private mutating func order(_ fact: StudyFact.WordGiven, _ event: StudyEvent) {
    guard let content = verification.signed.orders[event.sequence]?.content else { return }
    guard isOwn(content, event), content.site.hasSameBytes(as: fact.site), fact.phase == nil,
      content.kind.rawValue == fact.word.rawValue, content.sequence == fact.number,
      content.drill == fact.drill,
      state.versions.contains(where: { $0.protocolDigest == content.protocolDigest })
    else { return verification.differs(event, "is another order than the event says") }
    checkHead(content.history, event)
    checkTime(content.issuedAt, event)
  }

  mutating func acknowledgement(_ fact: StudyFact.Acknowledged, _ event: StudyEvent) {
    let number = (acknowledgements[fact.site] ?? 0) + 1
    acknowledgements[fact.site] = number
    guard let content = verification.signed.acknowledgements[event.sequence]?.content else { return }
    guard isOwn(content, event), content.about == fact.about, content.wordSequence == fact.number,
      content.receivedAt == fact.receivedAt, content.effectiveAt == fact.effectiveAt,
      content.drill == fact.drill
    else { return verification.differs(event, "is another acknowledgement than the event says") }
    checkNumber(content.sequence, expected: number, event)
    checkTime(content.signedAt, event)
    checkWord(content, event)
  }

  /// What a site acknowledged is what the history says it was told. A word names the history's head, so a site
  /// that acknowledges one fixes everything before it.
  private mutating func checkWord(_ content: Acknowledgement, _ event: StudyEvent) {
    guard let word = words[content.site]?[content.wordSequence] else {
      // A grant that only renews leaves no event; an order always does.
      if content.about == .stopOrder {
        verification.add(
          event, rule: "stopOrderMissing",
          "site \(content.site) acknowledged stop order \(content.wordSequence), which the history leaves out"
        )
      }
      return
    }
    let isKind =
      switch content.about {
      case .grant: word.word == .grant
      case .stopOrder: word.word != .grant
      case .disabled, .enabled: true
      }
    if word.statement != content.statement || !isKind || word.drill != content.drill {
      verification.add(
        event, rule: "historyForked",
        "site \(content.site) got another word \(content.wordSequence) than the history has")
    }
  }

  /// A statement of this tenant and study. A site's name its verifier has compared.
  private func isOwn(_ content: some SignedWord, _ event: StudyEvent) -> Bool {
    content.tenant.hasSameBytes(as: verification.place.tenant)
      && content.study.hasSameBytes(as: verification.history.study)
  }

  private mutating func checkHead(_ head: HistoryHead, _ event: StudyEvent) {
    guard !past.holds(head) else { return }
    verification.add(
      rule: "historyForked", file: BundlePath.statement(event.sequence),
      "names event \(head.sequence) of another history")
  }

  /// A site counts its statements, so that none can be left out.
  private mutating func checkNumber(_ number: Int, expected: Int, _ event: StudyEvent) {
    guard number != expected else { return }
    verification.add(
      event, rule: "sequence",
      "is number \(number) of the site's, and the history has \(expected - 1) before it")
  }

  private mutating func checkTime(_ time: UTCTime, _ event: StudyEvent) {
    guard time.secondsSinceEpoch > event.time.secondsSinceEpoch + toleratedSkew else { return }
    verification.add(event, rule: "time", "was recorded before it was signed")
  }
}
