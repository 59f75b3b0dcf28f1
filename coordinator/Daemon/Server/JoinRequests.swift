import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy
import Transport

/// The join port: no client certificate, one route, open only while an invitation lives.
struct JoinRequests: RequestHandler {
  let service: CoordinatorService

  func decide(_ head: RequestHead, peer: VerifiedPeer?, source: String) -> RequestDecision {
    if let seconds = service.strangers.take(source, at: service.milliseconds()) {
      return .answer(HTTPResponse(.tooManyRequests(retryAfter: seconds)))
    }
    guard case .route(let route, _) = RouteTable.match(method: head.method, path: head.path, port: .join)
    else { return .answer(HTTPResponse(.notFound)) }
    return .readBody(maximumBytes: route.bodyLimit)
  }

  func refuseBody(
    of head: RequestHead, above limit: Int, peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse { HTTPResponse(.tooLarge(limit: limit)) }

  func respond(
    to head: RequestHead, body: [UInt8], peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse {
    do {
      let document: JoinRequestDocument
      do { document = try JoinRequestDocument.parse(body) } catch { throw Problem.malformed(error) }
      let request = JoinRequest(
        invitation: document.invitation, secret: document.secret, request: document.request,
        signingRoot: document.signingRoot, statement: document.statement,
        tlsSignature: document.tlsSignature)
      let answer = try await service.deployment.tenants.join(request, at: service.now())
      service.log.info(
        "site joined", [("tenant", .text(answer.tenant)), ("site", .text(answer.site))])
      // The port closes behind the last one who was expected, after this answer.
      return HTTPResponse(
        JoinAnswerDocument(
          tenant: answer.tenant, site: answer.site, instance: answer.instance,
          certificate: answer.certificate.der, issuer: answer.issuer.der,
          evidenceRoot: answer.evidenceRoot.der,
          status: answer.isConfirmed ? .confirmed : .pending))
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
}
