import CanonicalJSON
import CoordinatorAPI
import Cryptography
import Rounds
import ServiceRuntime
import Tenancy
import Transport

private let config = Parameter<String>.path("--config", "the configuration, coordinator.json")
private let checkConfig = Parameter<Bool>.flag(
  "--check-config", "read the configuration and the deployment, say what is wrong, and end")

/// `coordinator serve`: the daemon. It wires; what it answers is decided elsewhere.
let serveCommand = Command(
  "serve", "run the coordinator until SIGTERM", [config, checkConfig],
  example: "serve --config coordinator/coordinator.json"
) { arguments, console in
  hardenProcess()
  let configuration = try CoordinatorConfiguration.load(from: arguments[config])
  let log = Logger.system(format: configuration.logFormat)
  let deployment = try Deployment.open(
    directory: configuration.directory, schemas: [roundsSchema], settings: configuration.settings,
    now: try currentTime())
  let loop = try EventLoop(name: "coordinator")
  let service = CoordinatorService(
    configuration: configuration, deployment: deployment, loop: loop, log: log)
  let handlers = service.handlers
  let problems = RouteTable.problems(handlers: Set(handlers.keys).union(JoinRequests.routes))
  guard problems.isEmpty else {
    throw ToolError(problems.joined(separator: "; "), remedy: "report this as a defect", exitCode: .bug)
  }
  if arguments[checkConfig] {
    console.print(
      "the configuration is good: \(configuration.directory), api \(configuration.api), join \(configuration.join)"
    )
    return .done
  }
  // Whoever sees the port open may ask for the end.
  catchSignals()
  try service.renewServerCertificateIfNeeded()
  let listeners = try Listeners(service: service, handlers: handlers)
  service.use(listeners)
  service.measureStorage()
  try service.updateJoinPort()
  try loop.start()
  // Rounds that were due while nobody was here.
  await service.advanceAllRounds()
  let manager = ServiceManager.system()
  manager.ready()
  log.info(
    "serving",
    [
      ("deployment", .text(deployment.name)), ("api", .text("\(configuration.api)")),
      ("tenants", .number(deployment.tenants.ids.count)),
    ])
  await withTaskGroup(of: Void.self) { group in
    group.addTask { await service.keepHouse(manager) }
    _ = await termination()
    group.cancelAll()
  }
  manager.stopping()
  log.info("draining")
  // Long polls are answered now with what there is; their clients ask again elsewhere, or later.
  service.bell.close()
  await listeners.drain(timeout: .seconds(30))
  loop.stop()
  log.info("stopped")
  return .done
}

extension CoordinatorService {
  /// Every route's handler but those of the join port.
  var handlers: [RouteName: Handler] {
    [
      identityHandlers, siteHandlers, peopleHandlers, tenantHandlers, studyHandlers, agentHandlers,
      gateHandlers, standingHandlers, roundHandlers, logHandlers,
    ]
    .reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
  }

  /// What has to be looked after while requests come and go, once a second.
  fileprivate func keepHouse(_ manager: ServiceManager) async {
    var second = 0
    while !Task.isCancelled {
      await loop.sleep(for: .seconds(1))
      if Task.isCancelled { return }
      second += 1
      await advanceAllRounds()
      if second % 5 == 0 { await keepGates() }
      do {
        try updateJoinPort()
        measureStorage()
        if second % 3600 == 0 { try renewServerCertificateIfNeeded() }
      } catch {
        log.error("upkeep failed", [("error", .text("\(error)"))])
      }
      manager.watchdog()
    }
  }

  /// A new server certificate a month before the old one ends: at the start, and then without a restart.
  fileprivate func renewServerCertificateIfNeeded() throws {
    let now = try now()
    let left = try deployment.serverCertificateEnd().secondsSinceEpoch - now.secondsSinceEpoch
    guard left < 30 * 86_400 else { return }
    try deployment.renewServerCertificate(now: now)
    try reloadTLS()
    log.info("server certificate renewed")
  }
}
