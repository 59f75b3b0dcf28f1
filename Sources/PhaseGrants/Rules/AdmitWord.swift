package import CanonicalJSON
package import Cryptography

/// Whose statements somebody takes: one site's of one study of one tenant.
package struct Addressee: Sendable, Hashable {
  package let tenant: String
  package let site: String
  package let study: String

  /// An addressee.
  package init(tenant: String, site: String, study: String) {
    self.tenant = tenant
    self.site = site
    self.study = study
  }

  /// Whether a word is for this site and study.
  package func isAddressed(by word: Word) -> Bool {
    switch word {
    case .grant(let grant): isAddressed(by: grant)
    case .stopOrder(let order): isAddressed(by: order)
    }
  }

  /// Whether a statement is about exactly this tenant, site and study.
  package func isAddressed(by word: some SignedWord) -> Bool {
    word.tenant.hasSameBytes(as: tenant) && word.site.hasSameBytes(as: site)
      && word.study.hasSameBytes(as: study)
  }
}

/// What the coordinator said to a site: a grant or an order.
package enum Word: Sendable, Equatable {
  case grant(PhaseGrant)
  case stopOrder(StopOrder)

  package var sequence: Int {
    switch self {
    case .grant(let grant): grant.sequence
    case .stopOrder(let order): order.sequence
    }
  }

  package var history: HistoryHead {
    switch self {
    case .grant(let grant): grant.history
    case .stopOrder(let order): order.history
    }
  }

  package var issuedAt: UTCTime {
    switch self {
    case .grant(let grant): grant.issuedAt
    case .stopOrder(let order): order.issuedAt
    }
  }

  package var protocolDigest: Digest {
    switch self {
    case .grant(let grant): grant.protocolDigest
    case .stopOrder(let order): order.protocolDigest
    }
  }

  /// Whether it is a rehearsal, which gives nothing and ends nothing.
  package var isDrill: Bool {
    switch self {
    case .grant: false
    case .stopOrder(let order): order.drill
    }
  }
}

/// A word with the digest of what was signed, by which the same word is known again.
package struct HeldWord: Sendable, Equatable {
  package let word: Word
  package let statement: Digest

  /// A word and its identity.
  package init(_ word: Word, statement: Digest) {
    self.word = word
    self.statement = statement
  }

  /// A verified grant.
  package init(_ grant: VerifiedWord<PhaseGrant>) {
    self.init(.grant(grant.content), statement: grant.signedDigest)
  }

  /// A verified order.
  package init(_ order: VerifiedWord<StopOrder>) {
    self.init(.stopOrder(order.content), statement: order.signedDigest)
  }
}

/// How far clocks may differ, in seconds.
package let toleratedSkew: Int64 = 300

/// Decides whether a site takes a verified word.
///
/// A rule that protects against showing too much binds grants alone: an order that a clock or a restored
/// coordinator made look wrong still stops.
///
/// - Parameters:
///   - holding: the word of the highest sequence that the site took, drills included.
///   - consents: the site's own, of this study, in any order.
/// - Returns: whether the word is new; the same word again has no effect.
/// - Throws: `GrantError`; the site then keeps what it holds.
/// - Source: `protocols/grants.md`, section "Words".
package func admit(
  _ word: HeldWord, for addressee: Addressee, holding: HeldWord?, consents: [SiteConsent], now: UTCTime
) throws(GrantError) -> Bool {
  switch word.word {
  case .grant(let grant): guard addressee.isAddressed(by: grant) else { throw .otherSite }
  case .stopOrder(let order): guard addressee.isAddressed(by: order) else { throw .otherSite }
  }
  if let holding {
    guard word.statement != holding.statement else { return false }
    guard word.word.sequence > holding.word.sequence else { throw .replayed(held: holding.word.sequence) }
  }
  guard case .grant(let grant) = word.word else { return true }
  guard grant.issuedAt.secondsSinceEpoch <= now.secondsSinceEpoch + toleratedSkew else { throw .time }
  if let holding = holding?.word {
    guard grant.issuedAt >= holding.issuedAt else { throw .backDated }
    guard grant.history.sequence >= holding.history.sequence else { throw .historyForked }
    guard grant.history.sequence > holding.history.sequence || grant.history == holding.history else {
      throw .historyForked
    }
  }
  try grant.checkOwnRules()
  guard let consent = newestConsent(among: consents, to: grant.protocolDigest), consent.phase != .none else {
    throw .notConsented
  }
  guard consent.phase.covers(grant.phase) else { throw .aboveConsent }
  return true
}

/// A site's consent to a protocol: the newest that it gave to that one.
package func newestConsent(among consents: [SiteConsent], to protocolDigest: Digest) -> SiteConsent? {
  consents.filter { $0.protocolDigest == protocolDigest }.max { $0.sequence < $1.sequence }
}

/// Decides whether a coordinator takes a verified consent.
///
/// - Parameters:
///   - last: the site's last recorded consent for the study, with its identity.
///   - listsSite: whether the protocol that it names is one of the study's and lists the site.
/// - Returns: whether it is new; the same statement again has no effect.
/// - Source: `protocols/grants.md`, section "Consent".
package func admit(
  _ consent: VerifiedWord<SiteConsent>, for addressee: Addressee,
  last: (sequence: Int, statement: Digest)?, listsSite: Bool, now: UTCTime
) throws(GrantError) -> Bool {
  let content = consent.content
  guard addressee.isAddressed(by: content) else { throw .otherSite }
  if let last, last.statement == consent.signedDigest { return false }
  guard listsSite else { throw .unknownProtocol }
  let next = (last?.sequence ?? 0) + 1
  guard content.sequence == next else { throw .sequence(expected: next) }
  guard content.signedAt.secondsSinceEpoch <= now.secondsSinceEpoch + toleratedSkew else { throw .time }
  return true
}
