import Attestations
import CanonicalJSON
import Cryptography
import Glibc
import ServiceRuntime
import SiteOperations
import Storage
import Transport

private let checkConfig = Parameter<Bool>.flag(
  "--check-config", "read everything that the daemon needs, say what is wrong, and end")

/// `site-agent run`: the daemon. It opens no port and connects to the coordinator alone.
let runCommand = Command(
  "run", "run as a daemon: ask for assignments and carry out what people here approved",
  [AgentOptions.directory, AgentOptions.config, checkConfig],
  example: "run --config /etc/site-agent/agent.json"
) { arguments, console in
  let isHardened = hardenProcess()
  catchSignals()
  let agent = try Agent(
    directory: arguments[AgentOptions.directory], config: arguments[AgentOptions.config])
  let identity = try agent.identity()
  let store = try agent.store()
  try await store.quickCheck()
  _ = try agent.signing()
  _ = try ClientCredentials(agent.directory).current()
  let client = try CoordinatorClient(identity, configuration: agent.configuration)
  if arguments[checkConfig] {
    console.print("configuration: good; site \(identity.site), coordinator \(identity.coordinator)")
    return .done
  }

  let log = Logger.system()
  if !isHardened { log.warning("core dumps of this process cannot be switched off") }
  // One daemon a directory: two would ask and answer as one agent.
  let lock = try StoreLock(agent.directory.path + "/daemon.lock")
  // A discard that ended early is finished here; the agent is of use without it.
  do { try await DatasetRegistry(store, directory: agent.directory).removeDiscardedRows() } catch {
    log.warning("discarded rows could not be removed", [("detail", .text(ToolError(error).description))])
  }
  let manager = ServiceManager.system()
  let policy = RetryPolicy()
  let environment = AgentEnvironment(
    clock: SystemClock(), delay: { try await Task.sleep(for: $0) },
    random: { Double.random(in: 0..<1) },
    retryDelay: { attempt, retryAfter in
      policy.delay(
        attempt: attempt, random: Double.random(in: 0..<1), retryAfter: retryAfter.map { .seconds($0) })
    }, software: Software.evaluator)
  let loop = SiteAgentLoop(
    store: store, directory: agent.directory, identity: identity, connection: client,
    environment: environment, pollWait: agent.configuration.pollWait, report: { log.report($0) })
  manager.ready()
  defer { withExtendedLifetime(lock) {} }
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await loop.run() }
    group.addTask {
      guard await termination() != nil else { return }
      manager.stopping()
      log.info("agent stopping")
      endSoon()
    }
    if let interval = manager.watchdogInterval {
      group.addTask {
        while !Task.isCancelled {
          manager.watchdog()
          try await Task.sleep(for: interval / 2)
        }
      }
    }
    defer { group.cancelAll() }
    do { try await group.next() } catch is CancellationError {}
  }
  log.info("agent stopped")
  return .done
}

/// An evaluation can't be broken off and may take minutes. The store is good at any moment, so the process
/// need not wait for it.
private func endSoon() {
  var previous = sigaction()
  var action = sigaction()
  action.__sigaction_handler.sa_handler = { _ in _exit(0) }
  sigaction(SIGALRM, &action, &previous)
  alarm(5)
}

extension Logger {
  /// The daemon's events as log lines: the story of a round for an operator.
  fileprivate func report(_ event: AgentEvent) {
    switch event {
    case .started(let site):
      info("agent started", [("site", .text(site)), ("version", .text(Software.version))])
    case .contact: info("coordinator reached")
    case .trouble(let code, let detail, let remedy):
      warning("trouble", [("code", .text(code)), ("detail", .text(detail)), ("remedy", .text(remedy))])
    case .assignmentMoved(let id, let state, let code):
      let level: LogLevel =
        switch state {
        case .refused, .suspectedClone: .error
        case .blocked, .awaitingApproval: .warning
        default: .info
        }
      var values: [(StaticString, LogValue)] = [("assignment", .text(id)), ("state", .text(state.rawValue))]
      if let code { values.append(("code", .text(code))) }
      log(level, "assignment moved", values)
    case .renewed(let until): info("certificate renewed", [("until", .text(until.text))])
    case .paused(let reason): warning("agent paused", [("reason", .text(reason))])
    case .resumed: info("agent resumed")
    case .clockSkew(let seconds):
      warning("clock differs from the coordinator's", [("seconds", .number(seconds))])
    case .standing(.granted(let study, let phase, let until)):
      info(
        "grant taken",
        [("study", .text(study)), ("phase", .text(phase)), ("until", .text(until.text))])
    case .standing(.ordered(let study, let kind, let isDrill, let reason)):
      let values: [(StaticString, LogValue)] = [
        ("study", .text(study)), ("kind", .text(kind)), ("reason", .text(reason)),
      ]
      if isDrill { warning("drill: stop order taken", values) } else { error("stop order taken", values) }
    case .standing(.refused(let study, let sequence, let rule)):
      error(
        "word refused", [("study", .text(study)), ("word", .number(sequence)), ("rule", .text(rule))])
    case .modelCardMissing(let trouble):
      warning(
        "model card cannot be shown",
        [
          ("study", .text(trouble.study)), ("card", .text(trouble.card.text)),
          ("reason", .text(trouble.reason)),
        ])
    case .certificateEnds(let text): error("certificate ends", [("detail", .text(text))])
    }
  }
}
