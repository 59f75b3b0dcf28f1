import CanonicalJSON
import CoordinatorAPI
import ServiceRuntime
import Tenancy
import Transport

/// The api port: every request is admitted, matched, limited and logged here, before its handler sees it.
struct APIRequests: RequestHandler {
  let service: CoordinatorService
  let handlers: [RouteName: Handler]

  func decide(_ head: RequestHead, peer: VerifiedPeer?, source: String) -> RequestDecision {
    let now = service.milliseconds()
    // A refused caller's answer is made in `respond`, which can write to the audit log.
    guard let peer, let identity = service.identity(of: peer) else {
      if let seconds = service.strangers.take(source, at: now) {
        return .answer(HTTPResponse(.tooManyRequests(retryAfter: seconds)))
      }
      return .ignoreBody
    }
    if let seconds = service.callers.take(identity.keyDigest, at: now) {
      return .answer(HTTPResponse(.tooManyRequests(retryAfter: seconds)))
    }
    guard case .route(let route, _) = RouteTable.match(method: head.method, path: head.path),
      route.roles.contains(service.role(of: identity))
    else { return .ignoreBody }
    if route.needsStorage, service.isStorageLow {
      return .answer(HTTPResponse(.storageLow))
    }
    // What needs neither a body nor the store is answered on the loop, without a task.
    if route.name == .health, head.query == nil, !identity.isFirstUse, let now = try? service.now() {
      return .answer(HTTPResponse(service.health(at: now)))
    }
    return .readBody(maximumBytes: route.bodyLimit)
  }

  func respond(
    to head: RequestHead, body: [UInt8], peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse {
    guard let peer, let identity = service.identity(of: peer) else {
      return await refuseStranger(peer, head)
    }
    do {
      // A new certificate that is used for the first time ends the one before it.
      if identity.isFirstUse {
        try await service.tenant(identity.tenant).recordFirstUse(of: identity, at: service.now())
      }
      switch RouteTable.match(method: head.method, path: head.path) {
      case .noSuchPath: return try await refuse(identity, head, .notFound)
      case .methodNotAllowed: return try await refuse(identity, head, .methodNotAllowed)
      case .route(let route, let parameters):
        let role = service.role(of: identity)
        guard route.roles.contains(role) else {
          return try await refuse(identity, head, role == .pendingSite ? .siteNotConfirmed : .notAllowed)
        }
        guard let handler = handlers[route.name] else { return HTTPResponse(.internal) }
        let call = Call(
          identity: identity, role: role, tenant: try service.tenant(identity.tenant),
          parameters: parameters, query: try RouteQuery.parse(head.query ?? "", for: route), body: body,
          now: try service.now())
        return try await run(handler, of: route, call)
      }
    } catch {
      return await answer(error, identity, head)
    }
  }

  /// Lets a route's handler work. On a full disk, what has to go on all the same gets the room that was held
  /// for it.
  private func run(_ handler: Handler, of route: Route, _ call: Call) async throws -> HTTPResponse {
    do { return try await handler(call) } catch {
      guard route.isMutating, !route.needsStorage, RequestFailure(error).problem.slug == .storageLow else {
        throw error
      }
      service.deployment.ballast.release()
      service.log.warning("ballast released", [("route", .text(route.name.rawValue))])
      return try await handler(call)
    }
  }

  func refuseBody(
    of head: RequestHead, above limit: Int, peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse {
    guard let peer, let identity = service.identity(of: peer) else {
      return await refuseStranger(peer, head)
    }
    return await answer(Problem.tooLarge(limit: limit), identity, head)
  }

  /// An error as a problem. A refusal that the store has not recorded itself is recorded before it is told.
  private func answer(
    _ error: any Error, _ identity: AdmittedIdentity, _ head: RequestHead
  ) async -> HTTPResponse {
    let failure = RequestFailure(error)
    if case .ours = failure.kind {
      service.log.error(
        "request failed",
        [("method", .text(head.method)), ("path", .text(head.path)), ("error", .text(failure.logText))])
    }
    guard case .callers(isRecorded: false) = failure.kind else { return HTTPResponse(failure.problem) }
    do { return try await refuse(identity, head, failure.problem) } catch {
      service.log.error(
        "refusal not recorded", [("error", .text("\(error)"))])
      return HTTPResponse(.auditUnavailable)
    }
  }

  /// Records a refusal in the caller's own tenant, then tells it.
  private func refuse(
    _ identity: AdmittedIdentity, _ head: RequestHead, _ problem: Problem
  ) async throws -> HTTPResponse {
    try await service.tenant(identity.tenant).recordRefusal(
      by: identity.actor, at: service.now(), action: "request.refused",
      object: Self.object(of: head), code: problem.slug.rawValue)
    return HTTPResponse(problem)
  }

  /// What was asked for, as an entry of the audit log holds it: a path may be longer than that.
  private static func object(of head: RequestHead) -> String {
    String("\(head.method) \(head.path)".prefix(200))
  }

  /// Somebody whose certificate one of our authorities signed, and who is not, or no longer, let in.
  private func refuseStranger(_ peer: VerifiedPeer?, _ head: RequestHead) async -> HTTPResponse {
    guard let peer, let (tenant, actor) = service.formerIdentity(of: peer) else {
      return HTTPResponse(.notFound)
    }
    do {
      try await tenant.recordRefusal(
        by: actor, at: service.now(), action: "request.refused", object: Self.object(of: head),
        code: Problem.Slug.superseded.rawValue)
      return HTTPResponse(.certificateNotAccepted)
    } catch {
      service.log.error(
        "refusal not recorded", [("error", .text("\(error)"))])
      return HTTPResponse(.auditUnavailable)
    }
  }
}
