package import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import SiteEvaluation
import Storage

/// Something that an operator may want to read in the log. No count and no cell is in it.
package enum AgentEvent: Sendable, Equatable {
  case started(site: String)
  case contact
  /// The first failure of a row, and its end is the next `contact`.
  case trouble(code: String, detail: String, remedy: String)
  case assignmentMoved(id: String, state: LocalState, code: String?)
  case renewed(until: UTCTime)
  case paused(reason: String)
  case resumed
  case clockSkew(seconds: Int)
  case certificateEnds(String)
  case standing(StandingEvent)
  case modelCardMissing(ModelCardTrouble)
}

/// The daemon's work without its sockets: asks for assignments, moves them on, renews the certificate, and
/// keeps what `status` shows. Ends when its task is cancelled or the store cannot be used.
package struct SiteAgentLoop: Sendable {
  private let store: SiteStore
  private let directory: AgentDirectory
  private let identity: AgentIdentity
  private let connection: any CoordinatorConnection
  private let environment: AgentEnvironment
  private let worker: AssignmentWorker
  private let standings: StandingWorker
  private let cards: ModelCardFetcher
  private let renewal: CertificateRenewal
  private let pollWait: Int
  private let news = Bell<News>()

  private enum News: Hashable, Sendable { case assignments }
  private let report: @Sendable (AgentEvent) -> Void
  /// How often the store is told, in seconds, that the daemon lives: each time is a synced write.
  private static let signOfLife: Int64 = 20
  /// How often the standings are looked at without news, and words asked for during a pause.
  private static let standingInterval = Duration.seconds(10)

  /// The loop of one agent.
  ///
  /// - Parameters:
  ///   - pollWait: how many seconds the coordinator may take to answer a poll when nothing is new.
  ///   - report: is told what happens; called from several tasks.
  package init(
    store: SiteStore, directory: AgentDirectory, identity: AgentIdentity,
    connection: any CoordinatorConnection, environment: AgentEnvironment, pollWait: Int,
    report: @escaping @Sendable (AgentEvent) -> Void
  ) {
    self.store = store
    self.directory = directory
    self.identity = identity
    self.connection = PausableConnection(connection, directory: directory, delay: environment.delay)
    self.environment = environment
    self.pollWait = pollWait
    self.report = report
    worker = AssignmentWorker(
      store: store, directory: directory, identity: identity, connection: connection, environment: environment
    )
    standings = StandingWorker(
      store: store, directory: directory, identity: identity, connection: connection,
      environment: environment, report: { report(.standing($0)) })
    cards = ModelCardFetcher(
      store: store, directory: directory, connection: connection, environment: environment,
      report: { report(.modelCardMissing($0)) })
    renewal = CertificateRenewal(
      store: store, directory: directory, connection: connection, environment: environment)
  }

  /// Works until the task is cancelled.
  ///
  /// - Throws: `StorageError` when the store cannot be used any more; the daemon is then started again.
  package func run() async throws {
    report(.started(site: identity.site))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await polling() }
      group.addTask { try await working() }
      group.addTask { try await keepingStandings() }
      group.addTask { try await renewing() }
      defer { group.cancelAll() }
      do { try await group.next() } catch is CancellationError {}
    }
  }

  // MARK: Asking

  private func polling() async throws {
    var attempt = 0
    var isPaused = false
    var isFirst = true
    while !Task.isCancelled {
      do {
        // The first answer comes at once, so that whoever watches learns soon that there is one.
        try await poll(wait: attempt > 0 || isPaused || isFirst ? 0 : pollWait)
        news.ring(.assignments)
        if attempt > 0 || isPaused || isFirst { report(.contact) }
        if isPaused { report(.resumed) }
        attempt = 0
        isPaused = false
        isFirst = false
        // A coordinator that answers at once, for whatever reason, is not asked in a tight circle.
        try await environment.delay(.milliseconds(Int64(200 + environment.random() * 800)))
      } catch AgentError.paused {
        if !isPaused {
          report(.paused(reason: (try? Pause.current(in: directory))??.reason ?? "unknown"))
        }
        isPaused = true
        try await environment.delay(PausableConnection.interval)
      } catch {
        try endIfPointless(error)
        try await note(error, isFirst: attempt == 0)
        attempt += 1
        try await environment.delay(environment.retryDelay(attempt - 1, retryAfter(of: error)))
      }
    }
  }

  /// One question to the coordinator.
  ///
  /// - Parameter wait: how many seconds the coordinator may take when nothing is new; nil as configured.
  package func poll(wait: Int? = nil) async throws {
    let cursor = try await store.setting(.cursor).flatMap(Int.init) ?? 0
    let document = try await connection.assignments(after: cursor, wait: wait ?? pollWait)
    guard document.tenant == identity.tenant, document.site == identity.site else {
      throw AgentError.answerDiffers("site")
    }
    let now = try environment.now()
    let skew = Int(clamping: now.secondsSinceEpoch - document.time.secondsSinceEpoch)
    let before = try await store.status()
    if abs(skew) > StatusSnapshot.noticedSkew, abs(before.clockSkew ?? 0) <= StatusSnapshot.noticedSkew {
      report(.clockSkew(seconds: skew))
    }
    let suspects = try await store.merge(document, at: now)
    // Until the administrator has confirmed this site, it is asked every time whether that happened.
    let role = before.role == Role.site.rawValue ? Role.site : try await connection.identity().role
    try await store.updateStatus { status in
      status.role = role.rawValue
      status.lastContact = now
      status.clockSkew = skew
      status.errorCode = nil
      status.errorText = nil
      status.errorRemedy = nil
    }
    if let first = suspects.first {
      try await worker.stopForClone(
        try await store.assignment(first)?.remark ?? "assignment \(first) was answered by somebody else")
    }
  }

  // MARK: Working

  private func working() async throws {
    var version: Int64?
    var known: [String: LocalState] = [:]
    var aliveAt: Int64 = 0
    while !Task.isCancelled {
      let revision = news.revision(of: .assignments)
      do {
        let current = try await store.dataVersion()
        let isChanged = version != current
        try await standings.fetchFiles()
        try await worker.runOnce(ignoringWaits: isChanged, awaitingPeopleToo: isChanged)
        version = current
        for record in try await store.assignments() where known[record.id] != record.state {
          if known[record.id] != nil || !record.state.isFinal {
            report(.assignmentMoved(id: record.id, state: record.state, code: record.code))
          }
          known[record.id] = record.state
        }
        let now = try environment.now()
        if abs(now.secondsSinceEpoch - aliveAt) >= Self.signOfLife {
          try await store.updateStatus { $0.aliveAt = now }
          aliveAt = now.secondsSinceEpoch
        }
        // Last, so that no evaluation and no submission waits for it.
        try await cards.fetch()
      } catch AgentError.paused {
        // The poller says so.
      } catch {
        try endIfPointless(error)
        try await note(error, isFirst: true)
      }
      // People's commands change the store from outside, so it is looked at without news as well.
      let delay = environment.delay
      await news.wait(for: .assignments, after: revision) { try? await delay(.seconds(1)) }
      try Task.checkCancellation()
    }
  }

  // MARK: Standings

  /// Apart from the work on assignments, so that no evaluation and no upload holds up a stop order.
  private func keepingStandings() async throws {
    var version: Int64?
    var lookedAt = ContinuousClock.now - Self.standingInterval
    var revision = news.revision(of: .assignments)
    while !Task.isCancelled {
      do {
        let current = try await store.dataVersion()
        let next = news.revision(of: .assignments)
        let isDue = lookedAt + Self.standingInterval <= .now
        if Pause.isOn(directory) {
          if isDue {
            lookedAt = .now
            try await standings.listen()
          }
        } else if isDue || current != version || next != revision {
          (version, revision, lookedAt) = (current, next, .now)
          try await standings.runOnce()
        }
      } catch AgentError.paused {
        // The next round only listens.
      } catch {
        try endIfPointless(error)
        if !Pause.isOn(directory) { try await note(error, isFirst: true) }
      }
      // People's commands change the store from outside, so it is looked at without news as well.
      let delay = environment.delay
      await news.wait(for: .assignments, after: revision) { try? await delay(.seconds(1)) }
      try Task.checkCancellation()
    }
  }

  // MARK: Renewing

  private func renewing() async throws {
    var random = environment.random()
    var attempt = 0
    var warning: String?
    while !Task.isCancelled {
      do {
        try await renewal.confirmUse()
        let plan = try renewal.plan(random: random)
        let now = try environment.now()
        let next = try RenewalPlan.warning(madeAt: madeAt(), notAfter: plan.notAfter, now: now)
        if let next, next != warning { report(.certificateEnds(next)) }
        warning = next
        if plan.renewAt <= now {
          try await renewal.renew()
          random = environment.random()
          report(.renewed(until: try renewal.plan(random: random).notAfter))
        }
        attempt = 0
        // A short life may be half over before half a minute is.
        let left = try renewal.plan(random: random).renewAt.secondsSinceEpoch - now.secondsSinceEpoch
        try await environment.delay(.seconds(min(max(1, left), 30)))
      } catch AgentError.paused {
        try await environment.delay(.seconds(1))
      } catch {
        try endIfPointless(error)
        try await note(error, isFirst: attempt == 0)
        attempt += 1
        try await environment.delay(
          min(.seconds(3600), environment.retryDelay(attempt, retryAfter(of: error))))
      }
    }
  }

  private func madeAt() throws -> UTCTime {
    try UTCTime(secondsSinceEpoch: ClientCredentials(directory).current().madeAt)
  }

  // MARK: Trouble

  private func note(_ error: any Error, isFirst: Bool) async throws {
    let trouble = Trouble(error)
    if isFirst { report(.trouble(code: trouble.code, detail: trouble.detail, remedy: trouble.remedy)) }
    do {
      try await store.updateStatus { status in
        status.errorCode = trouble.code
        status.errorText = trouble.detail
        status.errorRemedy = trouble.remedy
      }
    } catch let error as StorageError where error.isOutOfSpace {
      // No room to say that there is no room. The log has it, and the daemon goes on when there is.
    }
  }

  /// Passes on what no waiting mends.
  private func endIfPointless(_ error: any Error) throws {
    if error is CancellationError || Task.isCancelled { throw CancellationError() }
    switch error as? StorageError {
    case .io, .corrupt, .notADatabase, .foreign, .newerSchema, .missing: throw error
    default: break
    }
  }

  private func retryAfter(of error: any Error) -> Int? {
    guard case .problem(let problem) = error as? ConnectionError else { return nil }
    return problem.retryAfter
  }
}

/// An error as status and log show it.
struct Trouble: Sendable, Equatable {
  let code: String
  let detail: String
  let remedy: String

  init(_ error: any Error) {
    switch error {
    case let error as ConnectionError:
      code = error.code
      detail = error.description
      remedy = error.remedy
    case let error as AgentError:
      code = "agent"
      detail = error.description
      remedy = error.remedy
    case let error as StorageError:
      code = "store"
      detail = error.description
      remedy = error.remedy
    case let error as any DescribedError:
      code = "local"
      detail = error.description
      remedy = error.remedy
    default:
      code = "unexpected"
      detail = "\(error)"
      remedy = "report it; CONTRIBUTING.md says how"
    }
  }
}
