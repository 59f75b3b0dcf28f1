import CanonicalJSON
import CoordinatorAPI
import Rounds
import ServiceRuntime
import Storage
import Tenancy
import Transport

/// An admitted request that matched a row of the route table: what a handler gets.
struct Call: Sendable {
  let identity: AdmittedIdentity
  let role: Role
  /// The caller's own tenant; there is no way to another one.
  let tenant: TenantStore
  let parameters: [RouteParameter: String]
  let query: RouteQuery
  let body: [UInt8]
  let now: UTCTime

  /// A parameter that the route's pattern has.
  func parameter(_ name: RouteParameter) throws -> String {
    guard let value = parameters[name] else { throw Problem.notFound }
    return value
  }

  /// The site, when an agent calls.
  var site: String? {
    if case .agent(let site, _) = identity.principal { site } else { nil }
  }

  /// Changes the tenant's file: the change and its audit entries, or a refusal that is recorded.
  func change<Value: Sendable>(
    _ body: @escaping @Sendable (Database, @escaping AuditRecorder) throws -> Value
  ) async throws -> Value {
    try await tenant.write(by: identity.actor, at: now) { database, trail in
      try withoutActuallyEscaping({ trail.append(action: $0, object: $1, detail: $2) }) {
        try body(database, $0)
      }
    }
  }

  /// Reads the tenant's file. A refusal while reading is not recorded by the store, so it becomes a problem,
  /// which is recorded before it is told.
  func look<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
    do { return try await tenant.read(body) } catch let refusal as RoundsRefusal { throw refusal.problem }
  }

  /// The body as a document.
  func document<Document: WireDocument>(_: Document.Type = Document.self) throws -> Document {
    do { return try Document.parse(body) } catch { throw Problem.malformed(error) }
  }
}

/// What answers one route.
typealias Handler = @Sendable (Call) async throws -> HTTPResponse

extension HTTPResponse {
  /// A document.
  init(_ document: some WireDocument, status: Int = 200) {
    self.init(json: document.encode(), status: status)
  }

  /// Canonical JSON.
  init(json bytes: [UInt8], status: Int = 200) {
    self.init(
      status: status, fields: [HTTPField(name: "content-type", value: "application/json")], body: bytes)
  }

  /// Bytes of no kind.
  init(bytes: [UInt8], contentType: String = "application/octet-stream") {
    self.init(status: 200, fields: [HTTPField(name: "content-type", value: contentType)], body: bytes)
  }

  /// A refusal.
  init(_ problem: Problem) {
    var fields = [HTTPField(name: "content-type", value: Problem.contentType)]
    if let seconds = problem.retryAfter {
      fields.append(HTTPField(name: "retry-after", value: String(seconds)))
    }
    self.init(status: problem.status, fields: fields, body: problem.encode())
  }
}
