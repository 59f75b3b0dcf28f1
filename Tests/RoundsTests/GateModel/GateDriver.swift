import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Rounds
import Storage
import StudyFixtures
import Testing

/// The real state machine, in a real file, asked in the words of the model.
final class GateDriver {
  /// Keys and protocols that all sequences of a run share.
  final class Shelf {
    let people: ReviewedStudy
    let coordinator: SigningIdentity
    let sites: [String: SigningIdentity]
    let modelCard: [UInt8]
    private var protocols: [String: EvaluationProtocol] = [:]

    init() throws {
      people = try .shared()
      let made = try ReviewedStudy.time(-86_400)
      coordinator = try .create(role: .evidence, now: made)
      sites = try Dictionary(
        uniqueKeysWithValues: ReviewedStudy.sites.map {
          ($0, try .create(role: SignerRole(site: $0), now: made))
        })
      modelCard = try SyntheticStudy.file("model-card.json")
    }

    func evaluationProtocol(
      _ version: ModelVersion, after previous: Digest?
    ) throws -> EvaluationProtocol {
      let key = "\(version) \(previous?.text ?? "")"
      if let known = protocols[key] { return known }
      var written = ReviewedStudy.Version()
      written.number = version.number
      written.previous = previous
      written.phases = version.phases.compactMap(PhaseName.init)
      written.model = "model \(version.model)"
      written.intendedUse = "use \(version.use)"
      written.sites = version.sites
      written.minimumSites = version.minimumSites
      written.validityDays = Int(version.validity / 86_400)
      for (phase, entries) in version.entries {
        guard let phase = PhaseName(rawValue: phase) else { continue }
        written.signOffs[phase] = try entries.map { entry in
          try ReviewedStudy.SignOff(
            #require(reviewer(person: entry.person)), role: entry.role, hasKey: entry.key != nil,
            independence: independence(of: entry.role))
        }
      }
      let evaluationProtocol = try people.evaluationProtocol(written)
      protocols[key] = evaluationProtocol
      return evaluationProtocol
    }

    func independence(of role: String) -> [IndependenceRule] {
      role == people.statistics.role ? [.notProtocolAuthor, .distinctOrganisation] : []
    }

    var everybody: [Reviewer] {
      [people.safety, people.statistics, people.chair, people.deputy, people.author]
    }

    /// The model names a key by the person whose it is.
    func reviewer(person: String) -> Reviewer? { everybody.first { $0.person == person } }
  }

  /// What a test throws inside a transaction, after everything was changed.
  struct Fault: Error {}
  /// The machine does what was asked, and nothing of it is to be kept.
  private struct Probed: Error {}

  let shelf: Shelf
  private let path: String
  private(set) var database: Database
  /// The history as far as it was read, and what it gives.
  private(set) var history = StudyHistory(study: ReviewedStudy.id)
  private(set) var state = StudyState(study: ReviewedStudy.id)
  private var identifiers = 0
  /// What the model only counts: by version, tick, id and number.
  private var protocols: [Int: EvaluationProtocol] = [:]
  private var heads: [Int: HistoryHead] = [:]
  private var evidence: [Int: (list: EvidenceList, round: String)] = [:]
  /// What was signed, whether it was taken or not; and the digests of what was taken.
  private var files: [Int: SignOffFile] = [:]
  private var decisions: [Int: Digest] = [:]
  private var delegations: [Int: Digest] = [:]
  private var sequences: [String: (consent: Int, acknowledgement: Int)] = [:]

  init(_ shelf: Shelf, in folder: String) throws {
    self.shelf = shelf
    path = folder + "/tenant.sqlite"
    database = try Database(
      opening: path, journal: .writeAhead, schemas: [roundsSchema], createIfMissing: true)
  }

  /// As after a crash: the old connection is dropped, and the file is read anew.
  func crash() throws {
    database = try Database(
      opening: path, journal: .writeAhead, schemas: [roundsSchema], createIfMissing: false)
  }

  /// Reads what was added to the history, and keeps where it stands at the model's tick.
  ///
  /// - Returns: how many events are new.
  func read(_ tick: Int) throws -> Int {
    let added = try database.rows(
      "SELECT bytes FROM study_event WHERE study = ?1 AND sequence > ?2 ORDER BY sequence",
      [.text(ReviewedStudy.id), .integer(Int64(history.head.sequence))]
    ) { row in try row.blob(0) }
    for bytes in added {
      try history.append(bytes: bytes)
      if let event = history.events.last { try state.apply(event) }
    }
    heads[tick] = history.head
    return added.count
  }

  /// Asks the machine, in one transaction.
  ///
  /// - Returns: the codes by which it refuses; empty when it does what is asked.
  /// - Throws: `Fault` when one is asked for; then nothing is kept, here neither.
  func ask(_ request: ModelRequest, tick: Int, now: Int64, fault: Bool = false) throws -> Set<String> {
    try change(now, fault: fault) { book throws in try self.perform(request, tick: tick, now: now, with: book)
    }
  }

  /// A site says that it has its newest word, if it has one.
  func acknowledge(_ site: String, now: Int64) throws -> Set<String> {
    let word = try database.first(
      """
      SELECT number, word, digest, protocol FROM site_word WHERE study = ?1 AND site = ?2 AND drill = 0
      ORDER BY number DESC LIMIT 1
      """, [.text(ReviewedStudy.id), .text(site)]
    ) { row in
      (
        number: Int(try row.integer(0)), word: try row.text(1), digest: try row.blob(2),
        under: try row.blob(3)
      )
    }
    guard let word, let identity = shelf.sites[site] else { return [] }
    let time = try ReviewedStudy.time(now)
    let statement = try Acknowledgement(
      tenant: ReviewedStudy.tenant, site: site, study: ReviewedStudy.id,
      protocolDigest: Digest(bytes: word.under),
      about: word.word == "grant" ? .grant : .stopOrder, statement: Digest(bytes: word.digest),
      wordSequence: word.number,
      drill: false, receivedAt: time, effectiveAt: time,
      sequence: (sequences[site]?.acknowledgement ?? 0) + 1, signedAt: time
    ).sign(with: identity)
    return try change(now) { book in
      try book.acknowledge(statement, site: site, root: identity.root, study: ReviewedStudy.id)
      return { self.sequences[site, default: (0, 0)].acknowledgement += 1 }
    }
  }

  /// The coordinator's own work: grants past half of their life.
  func renew(now: Int64) throws -> Set<String> {
    try change(now) { book in
      try book.renewGrants(study: ReviewedStudy.id)
      return {}
    }
  }

  /// What is kept beside the file is kept when the transaction is.
  private func change(
    _ now: Int64, fault: Bool = false, _ body: (GateBook) throws -> () -> Void
  ) throws -> Set<String> {
    do {
      let keep = try database.transaction {
        let keep = try body(
          GateBook(
            database, tenant: ReviewedStudy.tenant, identity: shelf.coordinator, actor: "user/lead",
            at: ReviewedStudy.time(now), makeIdentifier: makeIdentifier, record: { _, _, _ in 1 }))
        if fault { throw Fault() }
        return keep
      }
      keep()
      return []
    } catch let refusal as RoundsRefusal {
      if case .conditions(let unmet) = refusal.reason { return Set(unmet.map(\.code.rawValue)) }
      return [refusal.code]
    } catch let error as MoveError {
      return [error.rule]
    } catch is Probed { return [] }
  }

  private func makeIdentifier(_ kind: ServerIdentifier) -> String {
    identifiers += 1
    let letters = String(identifiers).utf8.map { String(UnicodeScalar($0 - 0x30 + 0x61)) }.joined()
    return kind.prefix + String(repeating: "z", count: 26 - letters.utf8.count) + letters
  }

  // MARK: Requests

  private func perform(
    _ request: ModelRequest, tick: Int, now: Int64, with book: GateBook
  ) throws -> () -> Void {
    let study = ReviewedStudy.id
    switch request {
    case .publish(let version):
      let written = try shelf.evaluationProtocol(version, after: protocols[version.number - 1]?.digest)
      _ = try book.publish(protocol: written.bytes, study: study)
      return { self.protocols[version.number] = written }
    case .files(let model): try publishFiles(of: model, now: now)
    case .consent(let site, let number, let phase, let signedAt, let ahead):
      let sequence = (sequences[site]?.consent ?? 0) + 1 + ahead
      try consent(site, number, phase, signedAt: signedAt, sequence: sequence, with: book)
      return { self.sequences[site, default: (0, 0)].consent += 1 }
    case .roundOpens(let phase):
      try tryRound(in: #require(PhaseName(rawValue: phase)), now: now)
    case .roundEnds(let phase, let number, let verdict, let breached):
      return try endRound(phase, number, verdict, breached: breached, tick: tick, now: now, with: book)
    case .delegate(let delegation):
      let file = try files[delegation.id] ?? sign(delegation, now: now)
      files[delegation.id] = file
      try book.submit(file, study: study)
      let digest = try VerifiedDelegation.verify(file.statement, root: file.root).signedDigest
      return { self.delegations[delegation.id] = digest }
    case .decide(let decision):
      let file = try files[decision.id] ?? sign(decision)
      files[decision.id] = file
      try providePage(of: decision.gate, now: now)
      try book.submit(file, study: study)
      let digest = try VerifiedDecision.verify(file.statement, root: file.root).signedDigest
      return { self.decisions[decision.id] = digest }
    case .enter(let phase): try book.enter(#require(PhaseName(rawValue: phase)), study: study)
    case .hold(let drill): try book.hold(study: study, reason: "a reason", drill: drill)
    case .stop: try book.stop(study: study, reason: "a reason")
    case .restart(let phase, let version):
      try book.restart(study: study, version: version, phase: #require(PhaseName(rawValue: phase)))
    case .note(let number, let owner, let action):
      try book.note(
        .init(
          incident: incident(number), text: "noted", owner: owner ? "O." : nil, runbook: nil,
          correctiveAction: action ? "fixed" : nil), study: study)
    case .close(let number): try book.close("over", incident: incident(number), study: study)
    }
    return {}
  }

  private func incident(_ number: Int) -> String {
    let incidents = state.incidents
    return number >= 1 && number <= incidents.count ? incidents[number - 1].id : "i-unknown"
  }

  private func publishFiles(of model: Int, now: Int64) throws {
    let artifact = ReviewedStudy.modelArtifact("model \(model)")
    for (bytes, kind) in [(artifact, ObjectKind.model), (shelf.modelCard, .modelCard)] {
      _ = try StudyBook(database).publish(
        object: bytes, kind: kind, digest: Digest(of: bytes), study: ReviewedStudy.id,
        at: ReviewedStudy.time(now), record: { _, _, _ in 1 })
    }
  }

  private func consent(
    _ site: String, _ number: Int, _ phase: String, signedAt: Int64, sequence: Int, with book: GateBook
  ) throws {
    let identity = try #require(shelf.sites[site])
    let digest = protocols[number]?.digest ?? ReviewedStudy.digest("no protocol")
    let phase = try #require(ConsentPhase(rawValue: phase))
    // A statement counts from 1; what would be before that is one that was not signed by this key's owner yet.
    let statement = try SiteConsent(
      tenant: ReviewedStudy.tenant, site: site, study: ReviewedStudy.id, protocolDigest: digest,
      phase: phase, by: "A. Person", reason: "a vote", sequence: max(1, sequence),
      signedAt: ReviewedStudy.time(signedAt)
    ).sign(with: identity)
    try book.consent(statement, site: site, root: identity.root, study: ReviewedStudy.id)
  }

  /// Asks whether a round may be opened, and leaves none.
  private func tryRound(in phase: PhaseName, now: Int64) throws {
    let request = RoundRequestDocument(
      phase: phase, kind: .release, deadline: try ReviewedStudy.time(now + 86_400), quorum: 1)
    _ = try RoundBook(database).open(
      request, study: ReviewedStudy.id, at: ReviewedStudy.time(now), makeIdentifier: makeIdentifier,
      record: { _, _, _ in 1 })
    throw Probed()
  }

  private func endRound(
    _ phase: String, _ number: Int, _ verdict: String, breached: Bool, tick: Int, now: Int64,
    with book: GateBook
  ) throws -> () -> Void {
    let round = "round-\(tick)"
    let digest = protocols[number]?.digest ?? ReviewedStudy.digest("no protocol")
    let list = EvidenceList([
      Subject(name: "protocol/protocol.json", digest: digest),
      Subject(name: "matrix/pooled.json", digest: ReviewedStudy.digest(round)),
    ])
    try book.record(
      .init(
        round: round, phase: #require(PhaseName(rawValue: phase)), protocolDigest: digest, look: 1,
        verdict: #require(Verdict(rawValue: verdict)), breached: breached ? ["a-criterion"] : [],
        evidence: list.digest, endedAt: ReviewedStudy.time(now), sites: [], headlines: []),
      study: ReviewedStudy.id)
    return { self.evidence[tick] = (list, round) }
  }

  // MARK: Signatures

  private func page(_ cut: Int) -> Digest { ReviewedStudy.digest("page at \(cut)") }

  /// As when somebody had asked for the review package.
  private func providePage(of gate: String, now: Int64) throws {
    guard let gate = Gate(rawValue: gate), let cut = state.reviewCut(of: gate) else { return }
    try database.run(
      "INSERT INTO review_page (study, gate, cut, digest) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
      [.text(ReviewedStudy.id), .text(gate.rawValue), .integer(Int64(cut)), .blob(page(cut).bytes)])
  }

  private func sign(_ decision: ModelDecision) throws -> SignOffFile {
    let signer = try #require(shelf.reviewer(person: decision.key))
    let gate = try #require(Gate(rawValue: decision.gate))
    let under = protocols[decision.version]?.digest ?? ReviewedStudy.digest("no protocol")
    let evidence = decision.evidence.flatMap { self.evidence[$0] }
    let forged = HistoryHead(sequence: 1, digest: ReviewedStudy.digest("forged"))
    var draft = try SignOffDraft(
      by: signer, protocolDigest: under,
      evidence: evidence?.list ?? EvidenceList(protocolAlone: under),
      page: decision.page == nil
        ? page(0) : decision.page == -1 ? page(-1) : page(state.reviewCut(of: gate) ?? 0),
      history: decision.seen.flatMap { heads[$0] } ?? forged,
      signedAt: ReviewedStudy.time(decision.signedAt))
    draft.gate = gate
    draft.round = evidence?.round
    draft.tenant = decision.ofThisTenant ? ReviewedStudy.tenant : "t-other"
    draft.study = decision.ofThisStudy ? ReviewedStudy.id : "other"
    (draft.person, draft.role) = (decision.person, decision.role)
    draft.independence = shelf.independence(of: decision.role)
    draft.decision = try #require(Decision(rawValue: decision.decision))
    draft.validUntil = try ReviewedStudy.time(decision.validUntil)
    draft.previous = decision.previous.map { decisions[$0] ?? ReviewedStudy.digest("no decision") }
    draft.delegation = decision.delegation.map {
      delegations[$0] ?? ReviewedStudy.digest("no delegation")
    }
    if let target = decision.target {
      draft.target = RestartTarget(
        protocolDigest: protocols[target.version]?.digest ?? ReviewedStudy.digest("no protocol"),
        phase: try #require(PhaseName(rawValue: target.phase)), incident: incident(target.incident))
    }
    if !decision.meaning { draft.meaning = "I have looked at it." }
    let hexadecimal = String(decision.id, radix: 16)
    let bytes = try draft.sign(
      salt: String(repeating: "0", count: 32 - hexadecimal.utf8.count) + hexadecimal)
    // A root that is not the signer's proves no reviewer's key.
    return SignOffFile(
      statement: bytes,
      root: decision.isReviewersKey ? signer.identity.root : shelf.coordinator.root)
  }

  private func sign(_ delegation: ModelDelegation, now: Int64) throws -> SignOffFile {
    let named = try #require(shelf.reviewer(person: delegation.person))
    let delegate = try #require(shelf.reviewer(person: delegation.key))
    let bytes = try Delegation(
      tenant: ReviewedStudy.tenant, study: ReviewedStudy.id, gate: #require(Gate(rawValue: delegation.gate)),
      protocolDigest: protocols[delegation.version]?.digest ?? ReviewedStudy.digest("no protocol"),
      person: delegation.person, role: delegation.role,
      delegate: .init(
        person: delegation.delegate, organisation: delegate.organisation, fingerprint: delegate.key),
      from: ReviewedStudy.time(delegation.from), until: ReviewedStudy.time(delegation.until),
      reason: "delegation \(delegation.id)", signedAt: ReviewedStudy.time(delegation.signedAt),
      history: history.head
    ).sign(with: named.identity)
    return SignOffFile(statement: bytes, root: named.identity.root)
  }
}
