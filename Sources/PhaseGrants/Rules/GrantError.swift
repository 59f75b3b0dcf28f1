package import Attestations
package import CanonicalJSON

/// Why a consent, a word or an acknowledgement is not taken.
package enum GrantError: Error, Equatable {
  /// It is not by the expected key, or not a signed statement at all.
  case signature(AttestationError)
  /// The predicate has another shape.
  case malformed(DocumentError)
  /// It is signed about another file than the protocol that it names.
  case subject
  /// It is for another tenant, site or study.
  case otherSite
  /// Another protocol than one of the study that lists the site.
  case unknownProtocol
  /// It does not follow the site's last one.
  case sequence(expected: Int)
  /// It comes from the future.
  case time
  /// A newer word is held already.
  case replayed(held: Int)
  /// It was issued before the word that is held.
  case backDated
  /// It rests on another history than the word that is held.
  case historyForked
  /// A grant that ends before it starts, or holds too long.
  case lifetime
  /// A grant for a protocol that the site did not consent to.
  case notConsented
  /// A grant for more than the site consented to.
  case aboveConsent
}

extension GrantError {
  /// The name of the rule, as the vectors and `protocols/grants.md` use it.
  package var rule: String {
    switch self {
    case .signature: "signature"
    case .malformed: "malformed"
    case .subject: "subject"
    case .otherSite: "otherSite"
    case .unknownProtocol: "unknownProtocol"
    case .sequence: "sequence"
    case .time: "time"
    case .replayed: "replayed"
    case .backDated: "backDated"
    case .historyForked: "historyForked"
    case .lifetime: "lifetime"
    case .notConsented: "notConsented"
    case .aboveConsent: "aboveConsent"
    }
  }
}

extension GrantError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .signature(let error): "the signature does not count: \(error)"
    case .malformed(let error): "the statement has another shape: \(error)"
    case .subject: "the statement is signed about another file than the protocol that it names"
    case .otherSite: "the statement is for another tenant, site or study"
    case .unknownProtocol: "the study has no such protocol that lists the site"
    case .sequence(let expected): "the statement does not follow the last one; number \(expected) is next"
    case .time: "the statement comes from the future"
    case .replayed(let held): "the statement is not newer than word \(held), which is held already"
    case .backDated: "the grant was issued before the word that is held"
    case .historyForked: "the grant rests on another history of the study than the word that is held"
    case .lifetime: "the grant does not end after it starts and within 31 days"
    case .notConsented: "the grant is for a protocol that this site did not consent to"
    case .aboveConsent: "the grant is for more than this site consented to"
    }
  }

  /// What the reader can do.
  package var remedy: String {
    switch self {
    case .signature(let error): error.remedy
    case .malformed(let error): error.remedy
    case .subject, .otherSite, .replayed, .backDated, .lifetime:
      "tell the study's administrator; until a valid grant comes nothing is shown"
    case .historyForked:
      "tell the study's administrator; the coordinator may have been put back to an older state"
    case .unknownProtocol: "look at the study's newest protocol and consent to that"
    case .sequence: "send the statements in their order; site-agent status shows what is recorded"
    case .time: "compare both clocks and set the wrong one"
    case .notConsented, .aboveConsent: "site-agent consent changes how far this site goes"
    }
  }
}
