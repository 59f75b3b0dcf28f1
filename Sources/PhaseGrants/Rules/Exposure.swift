package import CanonicalJSON
package import EvaluationProtocols

/// Whether anything of a study may be shown to a clinician at a site, at one moment.
package enum Exposure: Sendable, Equatable {
  /// Yes, in this phase, and not after `until`.
  case permitted(phase: PhaseName, until: UTCTime)
  /// No.
  case refused(Refusal)

  /// Why nothing may be shown.
  package enum Refusal: String, CaseIterable, Sendable {
    case unknownStudy, disabled, noWord, held, stopped, lowered, silentPhase, notYetValid, expired
    case notConsented, aboveConsent
    /// What is stored cannot be verified any more.
    case unverifiable
  }
}

/// Answers whether anything may be shown now. There is no answer "yes" that rests on something missing.
///
/// - Parameters:
///   - words: the words that the site took, in any order. Drills among them change nothing.
///   - consents: the site's own, of this study, in any order.
///   - isDisabled: whether somebody at the site switched the study off.
/// - Source: `protocols/grants.md`, section "Exposure".
package func exposure(
  words: [HeldWord], consents: [SiteConsent], isDisabled: Bool, now: UTCTime
) -> Exposure {
  guard !isDisabled else { return .refused(.disabled) }
  switch effectiveWord(among: words)?.word {
  case nil: return .refused(.noWord)
  case .stopOrder(let order):
    switch order.kind {
    case .hold: return .refused(.held)
    case .stop: return .refused(.stopped)
    case .lower: return .refused(.lowered)
    }
  case .grant(let grant):
    guard grant.phase != .silent else { return .refused(.silentPhase) }
    guard now.secondsSinceEpoch + toleratedSkew >= grant.issuedAt.secondsSinceEpoch else {
      return .refused(.notYetValid)
    }
    guard now < grant.expiresAt else { return .refused(.expired) }
    guard let consent = newestConsent(among: consents, to: grant.protocolDigest), consent.phase != .none
    else { return .refused(.notConsented) }
    guard consent.phase.covers(grant.phase) else { return .refused(.aboveConsent) }
    return .permitted(phase: grant.phase, until: grant.expiresAt)
  }
}

/// The newest word that gives or ends anything.
package func effectiveWord(among words: [HeldWord]) -> HeldWord? {
  words.filter { !$0.word.isDrill }.max { $0.word.sequence < $1.word.sequence }
}

extension Exposure.Refusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownStudy: "this site has never heard of the study"
    case .disabled: "somebody at this site switched the study off"
    case .noWord: "no grant has come"
    case .held: "the study is held"
    case .stopped: "the study was stopped"
    case .lowered: "the study went back to a lower phase, and no grant for that has come"
    case .silentPhase: "the phase is silent: results are counted and not shown"
    case .notYetValid: "the grant is not valid yet"
    case .expired: "the grant ended"
    case .notConsented: "this site did not consent to the protocol that the grant is for"
    case .aboveConsent: "the grant is for more than this site consents to"
    case .unverifiable: "what is stored about the study cannot be verified"
    }
  }

  /// What people at the site can do.
  package var remedy: String {
    switch self {
    case .unknownStudy: "check the study's id; site-agent status lists the studies"
    case .disabled: "site-agent enable, with a name and a reason, when the cause is gone"
    case .noWord, .silentPhase, .lowered: "nothing; a grant comes by itself when the study's phase opens"
    case .held, .stopped:
      "use the fallback that site-agent status shows; going on needs the study's reviewers"
    case .notYetValid: "set this machine's clock"
    case .expired: "check that the agent runs and reaches its coordinator; grants are renewed by themselves"
    case .notConsented, .aboveConsent: "site-agent consent changes how far this site goes"
    case .unverifiable: "restore the agent directory from its backup and tell the study's administrator"
    }
  }
}
