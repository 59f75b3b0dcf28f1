import Attestations
package import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import Storage

/// What happened to a study, for the log.
package enum StandingEvent: Sendable, Equatable {
  case granted(study: String, phase: String, until: UTCTime)
  case ordered(study: String, kind: String, isDrill: Bool, reason: String)
  case refused(study: String, sequence: Int, rule: String)
}

/// Keeps a site's standing: takes the coordinator's words, and tells it what the site consents to and has.
///
/// A word is in the store before anything is said of it, and what is said is in the store and in the egress log
/// before it leaves; so a crash at any point loses nothing. Words are asked for even while the agent is paused:
/// that question has no body.
package struct StandingWorker: Sendable {
  private let store: SiteStore
  private let directory: AgentDirectory
  private let identity: AgentIdentity
  private let asking: any CoordinatorConnection
  private let telling: any CoordinatorConnection
  private let environment: AgentEnvironment
  private let artifacts: ArtifactStore
  private let book: StandingBook
  private let report: @Sendable (StandingEvent) -> Void

  /// How long a study rests after something of it failed, in seconds.
  private static let rest: Int64 = 30

  /// A worker of one agent; what it tells goes through the pause switch, what it asks does not.
  package init(
    store: SiteStore, directory: AgentDirectory, identity: AgentIdentity,
    connection: any CoordinatorConnection, environment: AgentEnvironment,
    report: @escaping @Sendable (StandingEvent) -> Void = { _ in }
  ) {
    self.store = store
    self.directory = directory
    self.identity = identity
    asking = connection
    telling = PausableConnection(connection, directory: directory, delay: environment.delay)
    self.environment = environment
    self.report = report
    artifacts = ArtifactStore(directory)
    book = StandingBook(store, directory: directory, identity: identity)
  }

  /// Does everything that is due for every listed study; one that fails does not hold up the others.
  ///
  /// - Throws: `StorageError`, cancellation, `AgentError.paused` once every word was taken.
  package func runOnce() async throws {
    try await book.reconcile(at: environment.now())
    try await takeWords()
    guard !Pause.isOn(directory) else { throw AgentError.paused }
    for standing in try await store.standings() where standing.isListed {
      try await attempt(standing, "tell") { try await tell(standing) }
    }
  }

  // MARK: Words

  /// Asks for the list and takes the words only: what goes on while the agent is paused.
  package func listen() async throws {
    let document = try await asking.assignments(after: 0, wait: 0)
    guard document.tenant == identity.tenant, document.site == identity.site else {
      throw AgentError.answerDiffers("site")
    }
    try await store.mergeStandings(document)
    try await takeWords()
  }

  /// Fetches and takes whatever is new, for every listed study.
  package func takeWords() async throws {
    for standing in try await store.standings() where standing.isListed {
      try await attempt(standing, "words") { try await takeWords(of: standing) }
    }
  }

  private func takeWords(of standing: StandingRecord) async throws {
    try await retryRefused(standing.study)
    var after = try await store.words(of: standing.study).map(\.sequence).max() ?? 0
    // Bounded, in case somebody answers for ever.
    for _ in 0..<20 where standing.newestWord > after {
      let document = try await asking.words(about: standing.study, after: after)
      guard document.study == standing.study else { throw AgentError.answerDiffers("study") }
      guard let last = document.words.last, last.sequence > after else {
        throw AgentError.answerDiffers("word")
      }
      var problem: GrantError?
      for word in document.words {
        do {
          try await take(word.statement, word.kind, of: standing.study)
        } catch let error as GrantError { problem = error }
        faultPoint("word-taken")
      }
      if let problem { throw problem }
      after = max(after, last.sequence)
    }
  }

  private func take(_ statement: [UInt8], _ kind: WordKind, of study: String) async throws {
    guard let record = try await book.take(statement, kind, of: study, at: environment.now()) else { return }
    if let rule = record.rule {
      report(.refused(study: study, sequence: record.sequence, rule: rule))
      return
    }
    switch try await book.held(record).word {
    case .grant(let grant):
      report(.granted(study: study, phase: grant.phase.rawValue, until: grant.expiresAt))
    case .stopOrder(let order):
      report(
        .ordered(study: study, kind: order.kind.rawValue, isDrill: order.drill, reason: order.reason))
    }
  }

  /// What was refused may be right by now: the clock went on, or somebody here consented.
  private func retryRefused(_ study: String) async throws {
    let words = try await store.words(of: study)
    let held = words.last { $0.takenAt != nil }?.sequence ?? 0
    for word in words where word.takenAt == nil && word.sequence > held {
      try? await take(word.statement, word.kind, of: study)
    }
  }

  // MARK: Telling

  private func tell(_ standing: StandingRecord) async throws {
    for statement in try await store.ownStatements(of: standing.study, .consent)
    where statement.state == .made || statement.state == .sent {
      try await send(statement)
    }
    try await acknowledge(standing.study)
    for statement in try await store.ownStatements(of: standing.study, .acknowledgement)
    where statement.state == .made || statement.state == .sent {
      try await send(statement)
    }
  }

  /// Signs what has to be said of words and of the site's own switch.
  private func acknowledge(_ study: String) async throws {
    let words = try await store.unacknowledgedWords(of: study)
    let switches = try await store.untoldSwitches(of: study)
    guard !words.isEmpty || !switches.isEmpty else { return }
    let signing = try SigningIdentity.load(from: directory.signing)
    let now = try environment.now()
    let signedAt = try await store.coordinatorTime(now)
    for word in words {
      try await store.recordAcknowledgement(
        AcknowledgementDraft(
          addressee: book.addressee(study), about: word.kind == .grant ? .grant : .stopOrder, word: word,
          receivedAt: word.receivedAt, effectiveAt: word.takenAt ?? now, signedAt: signedAt,
          identity: signing))
    }
    // A site without a word has nobody to tell; it does when a word comes.
    guard let newest = try await store.words(of: study).last(where: { $0.takenAt != nil }) else { return }
    for change in switches {
      try await store.recordAcknowledgement(
        AcknowledgementDraft(
          addressee: book.addressee(study), about: change.isDisabled ? .disabled : .enabled, word: newest,
          receivedAt: change.changedAt, effectiveAt: change.changedAt, person: change.person,
          reason: change.reason, signedAt: signedAt, identity: signing), switchNumber: change.number)
    }
  }

  /// Hands over a statement, or hands it over again when nobody knows whether it arrived.
  private func send(_ statement: OwnStatement) async throws {
    guard !Pause.isOn(directory) else { throw AgentError.paused }
    try await store.beginSending(
      statement, destination: telling.destination(of: statement.kind, study: statement.study),
      at: environment.now())
    faultPoint("statement-logged")
    do {
      let answer =
        statement.kind == .consent
        ? try await telling.consent(statement.statement, study: statement.study)
        : try await telling.acknowledge(statement.statement, study: statement.study)
      let recorded = statement.kind == .consent ? answer.consent : answer.acknowledgement
      guard answer.study == statement.study, recorded >= statement.sequence else {
        throw AgentError.answerDiffers("statement")
      }
      try await store.finish(statement, as: .recorded)
    } catch ConnectionError.problem(let problem)
      where [.refused, .conflict, .malformed, .tooLarge].contains(problem.slug)
    {
      try await store.finish(
        statement, as: .refused, remark: "\(problem.detail) (\(problem.remedy))")
    }
  }

  // MARK: Files

  /// Fetches what people need to look at a protocol before any assignment comes: it, the model, the features.
  package func fetchFiles() async throws {
    for standing in try await store.standings() where standing.isListed {
      try await attempt(standing, "files") { try await fetchFiles(of: standing) }
    }
  }

  private func fetchFiles(of standing: StandingRecord) async throws {
    let evaluationProtocol: EvaluationProtocol
    if let stored = try await store.protocolDocument(standing.evaluationProtocol) {
      evaluationProtocol = try stored.parsed()
    } else {
      let bytes = try await telling.object(
        standing.evaluationProtocol, maximumBytes: JSONLimits.protocolDocument.maximumBytes)
      guard Digest(of: bytes) == standing.evaluationProtocol else {
        throw AgentError.objectDiffers(standing.evaluationProtocol)
      }
      do { evaluationProtocol = try EvaluationProtocol.parse(bytes) } catch {
        throw AgentError.protocolRefused("\(error)")
      }
      guard evaluationProtocol.id == standing.study else {
        throw AgentError.protocolOfOtherStudy(expected: standing.study, found: evaluationProtocol.id)
      }
      guard evaluationProtocol.site(identity.site) != nil else { throw AgentError.notOurSite(identity.site) }
      try await store.keep(evaluationProtocol, at: environment.now())
    }
    let model = evaluationProtocol.model
    // Not published yet is no trouble: the list says what can be fetched.
    for digest in [model.artifact, model.features].compactMap({ $0 })
    where !artifacts.has(digest) && standing.objects.contains(where: { $0.digest == digest }) {
      try artifacts.write(try await telling.object(digest, maximumBytes: 64 << 20), as: digest)
    }
  }

  // MARK: Trouble

  /// Does one thing for one study. What fails is noted at the study and tried again after a rest, except for
  /// words: these neither wait nor make others wait.
  private func attempt(
    _ standing: StandingRecord, _ what: String, _ body: () async throws -> Void
  ) async throws {
    let now = try environment.now()
    if what != "words", standing.notBefore > now { return }
    let prefix = "\(what): "
    do {
      try await body()
      // Only its own remark is taken back.
      if standing.remark?.hasPrefix(prefix) == true { try await store.note(standing.study, remark: nil) }
    } catch let error as CancellationError {
      throw error
    } catch let error as StorageError {
      throw error
    } catch AgentError.paused where what != "words" {
      throw AgentError.paused
    } catch {
      if Task.isCancelled { throw CancellationError() }
      let trouble = Trouble(error)
      let detail =
        (error as? GrantError).map { "\($0) (\($0.remedy))" } ?? "\(trouble.detail) (\(trouble.remedy))"
      try await store.note(
        standing.study, remark: prefix + detail,
        notBefore: what == "words"
          ? standing.notBefore : try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + Self.rest))
    }
  }
}
