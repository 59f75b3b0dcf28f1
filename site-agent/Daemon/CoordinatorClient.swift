import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteOperations
import Transport

/// The coordinator over HTTP/2: the one address of `identity.json`, with the certificate of the agent directory.
///
/// Three connections, since one does one request at a time: a poll waits, a submission must not wait for it, and
/// nothing that takes long may hold up a stop order.
final class CoordinatorClient: CoordinatorConnection {
  private let base: String
  private let polling: HTTPClient
  private let working: HTTPClient
  private let standing: HTTPClient
  private let tls: ClientTLS

  /// - Throws: `ClientError.addressInvalid`.
  init(_ identity: AgentIdentity, configuration: AgentConfiguration) throws(ClientError) {
    let directory = configuration.directory
    let credentials = ClientCredentials(directory)
    base = identity.coordinator
    tls = ClientTLS(
      caFile: directory.serverAuthority, certificateFile: credentials.certificate, keyFile: credentials.key)
    let proxy = configuration.proxySetting
    polling = try HTTPClient(
      baseURL: identity.coordinator, tls: tls, proxy: proxy, userAgent: Software.userAgent)
    working = try HTTPClient(
      baseURL: identity.coordinator, tls: tls, proxy: proxy, userAgent: Software.userAgent)
    standing = try HTTPClient(
      baseURL: identity.coordinator, tls: tls, proxy: proxy, userAgent: Software.userAgent)
  }

  func destination(of kind: EgressKind, assignment: String?) -> String {
    destination(kind.route, parameters(assignment))
  }

  func destination(of kind: EgressKind, study: String) -> String {
    destination(kind.route, [.study: study])
  }

  private func destination(_ route: RouteName, _ parameters: [RouteParameter: String]) -> String {
    let method = RouteTable.row(route)?.method.rawValue ?? ""
    return "\(method) \(base)\(RouteTable.path(route, parameters) ?? "")"
  }

  func assignments(after cursor: Int, wait: Int) async throws -> AssignmentsDocument {
    let answer = try await send(
      .assignments, on: polling, query: "after=\(cursor)&wait=\(wait)", timeout: .seconds(wait + 15),
      maximumBytes: AssignmentsDocument.limits.maximumBytes)
    return try document(answer)
  }

  func object(_ digest: Digest, maximumBytes: Int) async throws -> [UInt8] {
    try await send(
      .object, [.digest: digest.hex], on: working, timeout: .seconds(600), maximumBytes: maximumBytes)
  }

  func submit(_ package: [UInt8], assignment: String) async throws -> SubmitAnswer {
    do {
      return .receipt(
        try await send(
          .submit, parameters(assignment), on: working, body: package, timeout: .seconds(120)))
    } catch ConnectionError.problem(let problem) {
      return .refused(problem)
    }
  }

  func decline(_ refusal: [UInt8], assignment: String) async throws {
    _ = try await send(.decline, parameters(assignment), on: working, body: refusal)
  }

  func words(about study: String, after sequence: Int) async throws -> StandingDocument {
    try document(
      await send(
        .standing, [.study: study], on: standing, query: "after=\(sequence)",
        maximumBytes: StandingDocument.limits.maximumBytes))
  }

  func consent(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument {
    try document(await send(.consent, [.study: study], on: standing, body: statement))
  }

  func acknowledge(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument {
    try document(await send(.acknowledge, [.study: study], on: standing, body: statement))
  }

  func identity() async throws -> IdentityDocument { try document(await send(.whoami, on: working)) }

  func renew(_ request: [UInt8]) async throws -> CertificateDocument {
    try document(await send(.renew, on: working, body: request))
  }

  func credentialsChanged() {
    polling.replaceTLS(tls)
    working.replaceTLS(tls)
    standing.replaceTLS(tls)
  }

  private func parameters(_ assignment: String?) -> [RouteParameter: String] {
    assignment.map { [.assignment: $0] } ?? [:]
  }

  private func send(
    _ route: RouteName, _ parameters: [RouteParameter: String] = [:], on client: HTTPClient,
    query: String? = nil, body: [UInt8]? = nil, timeout: Duration = .seconds(30), maximumBytes: Int = 1 << 20
  ) async throws -> [UInt8] {
    try await exchange(
      route, parameters, on: client, query: query, body: body, timeout: timeout, maximumBytes: maximumBytes)
  }

  private func document<Document: WireDocument>(_ bytes: [UInt8]) throws(ConnectionError) -> Document {
    do { return try Document.parse(bytes) } catch { throw .malformed(error.description) }
  }
}

extension EgressKind {
  /// The route that takes a body of this kind.
  fileprivate var route: RouteName {
    switch self {
    case .submission: .submit
    case .refusal: .decline
    case .renewal: .renew
    case .join: .join
    case .consent: .consent
    case .acknowledgement: .acknowledge
    }
  }
}

/// The join port, before there is a certificate.
struct JoinClient: JoinConnection {
  private let client: HTTPClient

  /// - Throws: `ClientError.addressInvalid`.
  init(_ url: String, configuration: AgentConfiguration) throws(ClientError) {
    client = try HTTPClient(
      baseURL: url, tls: ClientTLS(caFile: configuration.directory.serverAuthority),
      proxy: configuration.proxySetting, userAgent: Software.userAgent)
  }

  func join(_ request: [UInt8]) async throws -> JoinAnswerDocument {
    let answer = try await exchange(
      .join, on: client, body: request, timeout: .seconds(30), maximumBytes: 1 << 20)
    do { return try JoinAnswerDocument.parse(answer) } catch {
      throw ConnectionError.malformed(error.description)
    }
  }
}

/// Sends a request of the route table and gives the body of a good answer.
///
/// - Throws: `ConnectionError`; the problem that the coordinator stated, if it did.
private func exchange(
  _ route: RouteName, _ parameters: [RouteParameter: String] = [:], on client: HTTPClient,
  query: String? = nil, body: [UInt8]?, timeout: Duration, maximumBytes: Int
) async throws -> [UInt8] {
  guard let row = RouteTable.row(route), let path = RouteTable.path(route, parameters) else {
    throw ConnectionError.malformed("an identifier that no path can hold")
  }
  let response: ClientResponse
  do {
    response = try await client.send(
      ClientRequest(
        method: row.method.rawValue, path: path, query: query, body: body,
        contentType: body == nil ? nil : "application/json", timeout: timeout,
        maximumResponseBytes: maximumBytes, expectedMinimumRate: row.name == .assignments ? nil : 1024))
  } catch {
    if case .cancelled = error { throw CancellationError() }
    throw ConnectionError(error)
  }
  guard response.status != 200, response.status != 201 else { return response.body }
  let problem: Problem
  do { problem = try Problem.parse(response.body) } catch {
    throw ConnectionError.unreachable(
      code: "status-\(response.status)",
      detail: "something answered with status \(response.status), not the coordinator",
      remedy: "check the address, and whether a proxy or gateway stands in between",
      isRetryable: RetryPolicy.isRetryable(status: response.status))
  }
  throw ConnectionError.problem(problem)
}

extension ConnectionError {
  /// A failure of the transport in words of the pipeline.
  init(_ error: ClientError) {
    self = .unreachable(
      code: error.stage.rawValue, detail: error.description, remedy: error.remedy,
      isRetryable: error.isRetryable)
  }
}

extension ClientError {
  /// Where on the way to the coordinator it went wrong.
  var stage: Finding.Check {
    switch self {
    case .addressInvalid, .requestInvalid, .unresolved: .name
    case .proxy: .proxy
    case .unreachable, .timedOut(connected: false), .other, .cancelled: .connection
    case .tlsServerNotTrusted, .tlsClientRefused, .tlsFailed, .credentialsUnusable: .tls
    case .timedOut(connected: true), .connectionLost, .responseTooLarge, .protocolViolation: .coordinator
    }
  }
}

/// What the doctor asks of the network, with the agent's own connection.
struct CoordinatorProbe: NetworkProbe {
  let configuration: AgentConfiguration

  func probe() async -> ProbeResult {
    do {
      let identity = try AgentIdentity.load(from: configuration.directory)
      let client = try CoordinatorClient(identity, configuration: configuration)
      let answer = try await client.identity()
      return .answered(
        role: answer.role.rawValue, tenant: answer.tenant, evidenceRoot: answer.evidenceRoot.text,
        time: answer.time, notAfter: answer.notAfter)
    } catch let error as ConnectionError {
      let stage = Finding.Check(rawValue: error.code) ?? .coordinator
      return .failed(at: stage, detail: error.description, remedy: error.remedy)
    } catch let error as ClientError {
      return .failed(at: error.stage, detail: error.description, remedy: error.remedy)
    } catch {
      return .failed(at: .coordinator, detail: "\(error)", remedy: "")
    }
  }
}

extension AgentConfiguration {
  /// The way out of the network.
  var proxySetting: ProxySetting { proxy.map { .url($0, userFile: proxyUserFile) } ?? .none }
}

/// Name and version, as signed statements and the coordinator see them; never where it runs.
enum Software {
  static let version = "0.1.0"
  static let evaluator = "site-agent \(version)"
  static let userAgent = "equipoise/\(version)"
}
