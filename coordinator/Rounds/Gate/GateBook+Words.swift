import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Storage

/// The newest word of a site that is no drill.
struct SiteWordRow {
  let number: Int
  let word: StudyFact.Word
  let phase: PhaseName?
  let protocolDigest: Digest
  let issuedAt: UTCTime
}

extension GateBook {
  /// How long a grant holds: three days. It is renewed at half of that.
  package static let grantSeconds: Int64 = 259_200

  /// Tells every site what changed for it, in the transaction of the change: a grant for its phase, or an order that
  /// ends what it has.
  func giveWords(_ study: inout Study) throws {
    for site in try sitesOfInterest(in: study) { try giveWord(to: site, &study) }
  }

  /// Renews the grants of a study that are past half of their life. Renewals leave no event.
  package func renewGrants(study name: String) throws {
    guard try GateReader(database).hasGrantToRenew(study: name, at: now) else { return }
    var study = try load(name, for: .wordGiven)
    try giveWords(&study)
  }

  /// The sites of the protocol in force, and those that hold a word from an earlier version.
  private func sitesOfInterest(in study: Study) throws -> [String] {
    let told = try database.rows(
      "SELECT DISTINCT site FROM site_word WHERE study = ?1", [.text(study.history.study)]
    ) { row in try row.text(0) }
    return Set(told + study.evaluationProtocol.sites.map(\.id)).sorted()
  }

  private func giveWord(to site: String, _ study: inout Study) throws {
    let newest = try newestWord(of: site, study: study.history.study)
    let granted = newest.flatMap { $0.word == .grant ? $0 : nil }
    guard let active = study.state.activePhase else {
      if granted != nil { try order(study.state.word == "stopped" ? .stop : .hold, to: site, &study) }
      return
    }
    guard let phase = study.state.phase(of: site),
      study.evaluationProtocol.site(site) != nil
    else {
      if let granted, !isLeftToEnd(granted, of: site, in: study, active) {
        try order(.lower, to: site, &study)
      }
      return
    }
    if let granted, let before = granted.phase, granted.protocolDigest == study.evaluationProtocol.digest {
      if before > phase { try order(.lower, to: site, &study) }
      if before == phase {
        guard now.secondsSinceEpoch - granted.issuedAt.secondsSinceEpoch >= Self.grantSeconds / 2 else {
          return
        }
        return try grant(phase, to: site, &study, isRenewal: true)
      }
    } else if let granted, (granted.phase ?? .silent) > phase {
      try order(.lower, to: site, &study)
    }
    try grant(phase, to: site, &study, isRenewal: false)
  }

  /// Whether a grant of a site without a phase ends by itself: it is of an earlier version, of which the site has
  /// not taken back its consent, and the site has not been heard about the one in force yet.
  private func isLeftToEnd(
    _ granted: SiteWordRow, of site: String, in study: Study, _ active: PhaseName
  ) -> Bool {
    let inForce = study.evaluationProtocol
    let place = StudyState.SiteProtocol(site: site, protocolDigest: inForce.digest)
    guard granted.protocolDigest != inForce.digest, let phase = granted.phase, phase <= active,
      inForce.site(site) != nil, study.state.consents[place] == nil
    else { return false }
    return study.state.consent(of: site, under: granted.protocolDigest).covers(phase)
  }

  /// The orders of a rehearsal, to every site that holds a grant.
  func giveDrillOrders(_ study: inout Study, _ fact: StudyFact.Held) throws {
    for site in try sitesOfInterest(in: study) {
      guard try newestWord(of: site, study: study.history.study)?.word == .grant else { continue }
      try order(.hold, to: site, &study, drill: fact)
    }
  }

  private func grant(
    _ phase: PhaseName, to site: String, _ study: inout Study, isRenewal: Bool
  ) throws {
    let number = try nextNumber(of: site, study: study.history.study)
    let grant = PhaseGrant(
      tenant: tenant, site: site, study: study.history.study, protocolDigest: study.evaluationProtocol.digest,
      protocolVersion: study.evaluationProtocol.version, modelDigest: study.evaluationProtocol.model.artifact,
      phase: phase, sequence: number, history: study.history.head, issuedAt: now,
      expiresAt: try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + Self.grantSeconds))
    let statement = try grant.sign(with: identity)
    try give(
      .grant, phase: phase, to: site, &study, number: number, drill: false, statement: statement,
      digest: try digest(of: PhaseGrant.self, statement), leavesEvent: !isRenewal)
  }

  private func order(
    _ word: StudyFact.Word, to site: String, _ study: inout Study, drill: StudyFact.Held? = nil
  ) throws {
    let number = try nextNumber(of: site, study: study.history.study)
    let incident = drill?.incident ?? study.state.interruption?.fact.incident
    let order = StopOrder(
      tenant: tenant, site: site, study: study.history.study, protocolDigest: study.evaluationProtocol.digest,
      kind: word == .stop ? .stop : word == .hold ? .hold : .lower, incident: incident,
      reason: drill?.reason ?? reason(for: word, of: study), fallback: study.evaluationProtocol.fallback,
      drill: drill != nil, sequence: number, history: study.history.head, issuedAt: now)
    let statement = try order.sign(with: identity)
    try give(
      word, phase: nil, to: site, &study, number: number, drill: drill != nil, statement: statement,
      digest: try digest(of: StopOrder.self, statement), leavesEvent: true)
  }

  /// Why a site is told to stop, in one sentence for its people.
  private func reason(for word: StudyFact.Word, of study: Study) -> String {
    switch word {
    case .hold, .stop:
      study.state.interruption.flatMap { study.state.incident($0.fact.incident)?.title }
        ?? "the study is \(study.state.word)"
    case .lower, .grant: "the study is in \(study.state.word), and this site's grant was for more"
    }
  }

  private func digest<Word: SignedWord>(of: Word.Type, _ statement: [UInt8]) throws -> Digest {
    try Word.verify(
      statement, root: identity.root, pinnedRootKey: identity.root.publicKey.digest, at: now
    ).signedDigest
  }

  private func give(
    _ word: StudyFact.Word, phase: PhaseName?, to site: String, _ study: inout Study, number: Int,
    drill: Bool,
    statement: [UInt8], digest: Digest, leavesEvent: Bool
  ) throws {
    let name = study.history.study
    if !leavesEvent {
      // Of grants that only renew, the newest is enough.
      try database.run(
        "DELETE FROM site_word WHERE study = ?1 AND site = ?2 AND has_event = 0", [.text(name), .text(site)])
    }
    try database.run(
      """
      INSERT INTO site_word
        (study, site, number, word, phase, protocol, drill, issued_at, has_event, digest, statement)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """,
      [
        .text(name), .text(site), .count(number), .text(word.rawValue), .text(orNull: phase?.rawValue),
        .digest(study.evaluationProtocol.digest), .integer(drill ? 1 : 0), .time(now),
        .integer(leavesEvent ? 1 : 0), .digest(digest), .blob(statement),
      ])
    try touch(name, site: site)
    _ = record(
      RoundsAction.wordGiven.rawValue, "site/" + site,
      [
        "study": .string(name), "word": .string(word.rawValue), "number": .integer(Int64(number)),
        "drill": .boolean(drill), "renewal": .boolean(!leavesEvent),
      ])
    guard leavesEvent else { return }
    try add(
      .wordGiven(
        StudyFact.WordGiven(
          site: site, word: word, phase: phase, number: number, drill: drill, statement: digest)),
      to: &study, statement: statement)
  }

  private func nextNumber(of site: String, study: String) throws -> Int {
    1
      + (try database.first(
        "SELECT coalesce(max(number), 0) FROM site_word WHERE study = ?1 AND site = ?2",
        [.text(study), .text(site)]
      ) { row in try row.count(0) } ?? 0)
  }

  /// The newest word of a site that is no drill.
  func newestWord(of site: String, study: String) throws -> SiteWordRow? {
    try database.first(
      """
      SELECT number, word, phase, protocol, issued_at FROM site_word
      WHERE study = ?1 AND site = ?2 AND drill = 0 ORDER BY number DESC LIMIT 1
      """, [.text(study), .text(site)]
    ) { row in
      SiteWordRow(
        number: try row.count(0), word: try row.word(1, of: StudyFact.Word.self),
        phase: try row.optionalText(2).flatMap(PhaseName.init(rawValue:)), protocolDigest: try row.digest(3),
        issuedAt: try row.time(4))
    }
  }
}
