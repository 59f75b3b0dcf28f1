import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy
import Transport

/// The join port: no client certificate, open only while an invitation lives; one route for agents and one for
/// people.
struct JoinRequests: RequestHandler {
  /// What is answered here.
  static let routes: Set<RouteName> = [.join, .joinPerson]

  let service: CoordinatorService

  func decide(_ head: RequestHead, peer: VerifiedPeer?, source: String) -> RequestDecision {
    if let seconds = service.strangers.take(source, at: service.milliseconds()) {
      return .answer(HTTPResponse(.tooManyRequests(retryAfter: seconds)))
    }
    guard let route = route(of: head) else { return .answer(HTTPResponse(.notFound)) }
    return .readBody(maximumBytes: route.bodyLimit)
  }

  private func route(of head: RequestHead) -> Route? {
    guard case .route(let route, _) = RouteTable.match(method: head.method, path: head.path, port: .join)
    else { return nil }
    return route
  }

  func refuseBody(
    of head: RequestHead, above limit: Int, peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse { HTTPResponse(.tooLarge(limit: limit)) }

  func respond(
    to head: RequestHead, body: [UInt8], peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse {
    do {
      // The port closes behind the last one who was expected, after this answer.
      switch route(of: head)?.name {
      case .join: return HTTPResponse(try await joinSite(document(body)))
      case .joinPerson: return HTTPResponse(try await joinPerson(document(body)))
      default: return HTTPResponse(.notFound)
      }
    } catch {
      let failure = RequestFailure(error)
      if case .ours = failure.kind {
        service.log.error(
          "join failed", [("error", .text(failure.logText))])
      } else {
        service.log.warning(
          "join refused", [("code", .text(failure.problem.slug.rawValue))])
      }
      return HTTPResponse(failure.problem)
    }
  }

  private func document<Document: WireDocument>(_ body: [UInt8]) throws -> Document {
    do { return try Document.parse(body) } catch { throw Problem.malformed(error) }
  }

  private func joinSite(_ document: JoinRequestDocument) async throws -> JoinAnswerDocument {
    let request = JoinRequest(
      invitation: document.invitation, secret: document.secret, request: document.request,
      signingRoot: document.signingRoot, statement: document.statement,
      tlsSignature: document.tlsSignature)
    let answer = try await service.deployment.tenants.join(request, at: service.now())
    service.log.info("site joined", [("tenant", .text(answer.tenant)), ("site", .text(answer.site))])
    return JoinAnswerDocument(
      tenant: answer.tenant, site: answer.site, instance: answer.instance,
      certificate: answer.certificate.der, issuer: answer.issuer.der, evidenceRoot: answer.evidenceRoot.der,
      status: answer.isConfirmed ? .confirmed : .pending)
  }

  private func joinPerson(_ document: PersonJoinRequestDocument) async throws -> PersonJoinAnswerDocument {
    let request = PersonJoinRequest(
      invitation: document.invitation, secret: document.secret, request: document.request)
    let answer = try await service.deployment.tenants.join(request, at: service.now())
    guard let role = PersonRole(rawValue: answer.role.rawValue) else { throw Problem.internal }
    service.log.info(
      "person joined",
      [("tenant", .text(answer.tenant)), ("user", .text(answer.user)), ("role", .text(role.rawValue))])
    return PersonJoinAnswerDocument(
      tenant: answer.tenant, user: answer.user, role: role, certificate: answer.certificate.der,
      issuer: answer.issuer.der)
  }
}
