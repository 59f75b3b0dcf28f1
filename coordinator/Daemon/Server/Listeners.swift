import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Synchronization
import Tenancy
import Transport

/// The two ports: the api port, always open, and the join port, open while an invitation lives.
final class Listeners: Sendable {
  private struct State {
    var apiPort: UInt16 = 0
    var joinPort: UInt16?
  }

  private let api: HTTPServer
  private let join: HTTPServer
  private let deployment: Deployment
  private let configuration: CoordinatorConfiguration
  private let state = Mutex(State())

  /// Opens the api port.
  init(service: CoordinatorService, handlers: [RouteName: Handler]) throws {
    deployment = service.deployment
    configuration = service.configuration
    api = HTTPServer(
      loop: service.loop, limits: ServerLimits(),
      handler: APIRequests(service: service, handlers: handlers))
    // Nobody here has shown who they are: less of everything.
    var limits = ServerLimits()
    limits.maximumConnections = 256
    limits.maximumConcurrentStreams = 4
    limits.idleDeadline = .seconds(30)
    join = HTTPServer(loop: service.loop, limits: limits, handler: JoinRequests(service: service))
    let port = try api.listen(
      address: configuration.api.host, port: UInt16(configuration.api.port), tls: apiTLS())
    state.withLock { $0.apiPort = port }
  }

  /// Opens or closes the join port, as the invitations want it.
  func updateJoinPort(isExpecting: Bool) throws {
    try state.withLock { state in
      switch (state.joinPort, isExpecting) {
      case (nil, true):
        state.joinPort = try join.listen(
          address: configuration.join.host, port: UInt16(configuration.join.port), tls: joinTLS())
      case (let port?, false):
        join.stopListening(port: port)
        state.joinPort = nil
      default: break
      }
    }
  }

  /// Takes new anchors, or a renewed server certificate, for connections from now on.
  func reloadTLS() throws {
    try state.withLock { state in
      try api.replaceTLS(port: state.apiPort, tls: apiTLS())
      if let port = state.joinPort { try join.replaceTLS(port: port, tls: joinTLS()) }
    }
  }

  /// Closes the connections of everybody who is not admitted any more.
  func closeConnections(where isRefused: @escaping @Sendable (VerifiedPeer) -> Bool) {
    api.closeConnections(where: isRefused)
  }

  /// Lets requests under way end, then closes everything.
  func drain(timeout: Duration) async {
    async let joined: Void = join.drain(timeout: timeout)
    await api.drain(timeout: timeout)
    await joined
  }

  private func apiTLS() throws -> ServerTLS { try tls(anchors: deployment.tenants.anchors) }

  private func joinTLS() throws -> ServerTLS { try tls(anchors: nil) }

  private func tls(anchors: [Certificate]?) throws -> ServerTLS {
    try ServerTLS(
      certificateChainPEM: KeyFile.readPublic(deployment.serverChainPath),
      keyPEM: KeyFile.read(deployment.serverKeyPath), clientAnchors: anchors)
  }
}
