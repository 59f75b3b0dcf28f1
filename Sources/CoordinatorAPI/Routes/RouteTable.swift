import CanonicalJSON

/// The routes of the API: one table for the server, its clients and `protocols/api.md`.
package enum RouteTable {
  /// What a method and a path lead to.
  package enum Match: Sendable, Equatable {
    case route(Route, [RouteParameter: String])
    case noSuchPath
    /// The path exists, with these methods.
    case methodNotAllowed([Method])
  }

  /// A small JSON body.
  private static let small = 262_144
  /// A submission: what `SubmissionFiles.parsePackage` takes.
  private static let submission = 20 << 20
  /// A model artifact, from an administrator.
  private static let artifact = 64 << 20
  private static let protocolDocument = 4 << 20

  /// The rows, in the order of `RouteName`.
  package static let rows: [Route] = [
    row(.health, .get, "/v1/health", Role.allCases),
    row(.whoami, .get, "/v1/identity", Role.allCases),
    row(.renew, .post, "/v1/certificate", Role.allCases, body: small),

    row(
      .assignments, .get, "/v1/assignments", [.site, .pendingSite], owner: .site, query: ["after", "wait"]),
    row(.object, .get, "/v1/objects/{digest}", [.site, .tenantAdministrator], owner: .site),
    row(
      .submit, .put, "/v1/assignments/{assignment}/submission", [.site], owner: .site, body: submission),
    row(.decline, .post, "/v1/assignments/{assignment}/refusal", [.site], owner: .site, body: small),

    row(.createTenant, .post, "/v1/tenants", [.operator], body: small),
    row(.certifyTenant, .put, "/v1/tenants/{tenant}/certificate", [.operator], body: small),
    row(.tenants, .get, "/v1/tenants", [.operator]),

    row(.sites, .get, "/v1/sites", [.tenantAdministrator], owner: .tenant),
    row(
      .inviteSite, .post, "/v1/sites/{site}/invitations", [.tenantAdministrator], owner: .tenant, body: small),
    row(
      .confirmSite, .post, "/v1/sites/{site}/confirmation", [.tenantAdministrator], owner: .tenant,
      body: small),
    row(
      .revokeSite, .post, "/v1/sites/{site}/revocation", [.tenantAdministrator], owner: .tenant, body: small,
      needsStorage: false),

    row(.studies, .get, "/v1/studies", [.tenantAdministrator], owner: .tenant),
    row(.study, .get, "/v1/studies/{study}", [.tenantAdministrator], owner: .tenant),
    row(
      .publishProtocol, .put, "/v1/studies/{study}/protocol", [.tenantAdministrator], owner: .tenant,
      body: protocolDocument),
    row(
      .publishObject, .put, "/v1/studies/{study}/objects/{digest}", [.tenantAdministrator], owner: .tenant,
      query: ["kind"], body: artifact),

    row(
      .openRound, .post, "/v1/studies/{study}/rounds", [.tenantAdministrator], owner: .tenant, body: small),
    row(
      .round, .get, "/v1/rounds/{round}", [.tenantAdministrator], owner: .tenant, query: ["after", "wait"]),
    row(
      .closeRound, .post, "/v1/rounds/{round}/close", [.tenantAdministrator], owner: .tenant,
      changes: true, needsStorage: false),
    row(.matrix, .get, "/v1/rounds/{round}/matrix", [.tenantAdministrator], owner: .tenant),
    row(.verdicts, .get, "/v1/rounds/{round}/verdicts", [.tenantAdministrator], owner: .tenant),
    row(.seal, .post, "/v1/rounds/{round}/seal", [.tenantAdministrator], owner: .tenant, changes: true),
    row(.bundle, .get, "/v1/rounds/{round}/bundle", [.tenantAdministrator], owner: .tenant),
    row(
      .submission, .get, "/v1/rounds/{round}/submissions/{site}", [.tenantAdministrator], owner: .tenant),

    row(.audit, .get, "/v1/audit", [.tenantAdministrator, .operator], owner: .tenant, query: ["after"]),
    row(.state, .get, "/v1/state", [.tenantAdministrator, .operator], owner: .tenant),
    row(.status, .get, "/v1/status", [.tenantAdministrator, .operator], owner: .tenant),

    row(.join, .post, "/v1/join", [], port: .join, body: small),
  ]

  /// What changes something: every row with a body, and two without one.
  private static func row(
    _ name: RouteName, _ method: Method, _ pattern: String, _ roles: [Role], port: RoutePort = .api,
    owner: RouteOwner = .none, query: Set<String> = [], body: Int = 0, changes: Bool? = nil,
    needsStorage: Bool? = nil
  ) -> Route {
    let isMutating = changes ?? (body > 0)
    return Route(
      name: name, method: method, pattern: pattern, port: port, roles: Set(roles), owner: owner, query: query,
      bodyLimit: body, isMutating: isMutating, needsStorage: needsStorage ?? isMutating)
  }

  /// The row of a name.
  package static func row(_ name: RouteName) -> Route? { rows.first { $0.name == name } }

  /// Finds the row of a request. A path has one spelling: no escapes, no empty part, no slash at the end.
  ///
  /// - Parameter path: the target without its query.
  package static func match(method: String, path: String, port: RoutePort = .api) -> Match {
    let plain = port == .api ? plainPathsOfAPI : plainPathsOfJoin
    let fitting = plain[path] ?? search(path, port: port)
    for fit in fitting where fit.route.method.rawValue.hasSameBytes(as: method) {
      return .route(fit.route, fit.parameters)
    }
    return fitting.isEmpty ? .noSuchPath : .methodNotAllowed(fitting.map(\.route.method))
  }

  /// A row whose pattern fits a path.
  private typealias Fit = (route: Route, parameters: [RouteParameter: String])

  /// The paths without parameters, which are the frequent ones, with what a search finds for each.
  ///
  /// They are lower-case letters, digits and slashes, to which no other string is canonically equivalent; so
  /// a look-up finds the same bytes only.
  private static let plainPathsOfAPI = plainPaths(of: .api)
  private static let plainPathsOfJoin = plainPaths(of: .join)

  private static func plainPaths(of port: RoutePort) -> [String: [Fit]] {
    let plain = rows.filter { $0.port == port && !$0.pattern.utf8.contains(0x7B) }
    return Dictionary(
      plain.map { ($0.pattern, search($0.pattern, port: port)) }, uniquingKeysWith: { first, _ in first })
  }

  private static func search(_ path: String, port: RoutePort) -> [Fit] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, first.isEmpty, parts.count <= 8 else { return [] }
    let rest = Array(parts.dropFirst())
    return rows.compactMap { row in
      guard row.port == port else { return nil }
      return row.parameters(matching: rest).map { (row, $0) }
    }
  }

  /// The path of a route with its parameters filled in, for clients.
  package static func path(_ name: RouteName, _ parameters: [RouteParameter: String] = [:]) -> String? {
    guard let row = row(name) else { return nil }
    var path = ""
    for part in row.parts {
      switch part {
      case .literal(let literal): path += "/" + literal
      case .parameter(let parameter):
        guard let value = parameters[parameter], parameter.accepts(value[...]) else { return nil }
        path += "/" + value
      }
    }
    return path
  }

  /// What is wrong with the table or with the handlers of a server; empty when it may start.
  package static func problems(handlers: Set<RouteName>) -> [String] {
    problems(rows: rows, handlers: handlers)
  }

  static func problems(rows: [Route], handlers: Set<RouteName>) -> [String] {
    var problems: [String] = []
    for name in RouteName.allCases {
      let count = rows.count { $0.name == name }
      if count != 1 { problems.append("route \(name.rawValue) has \(count) rows") }
      if count > 0, !handlers.contains(name) { problems.append("route \(name.rawValue) has no handler") }
      if count == 0, handlers.contains(name) { problems.append("handler \(name.rawValue) has no row") }
    }
    for (index, row) in rows.enumerated() {
      for other in rows[..<index] where other.method == row.method && other.parts == row.parts {
        problems.append("routes \(other.name.rawValue) and \(row.name.rawValue) are the same request")
      }
      if row.roles.isEmpty != (row.port == .join) {
        problems.append("route \(row.name.rawValue) has the wrong roles for its port")
      }
    }
    return problems
  }

  /// The table as canonical JSON, for `coordinator routes --json`.
  package static func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": "urn:equipoise:routes:v1",
      "routes": .array(
        rows.map { row in
          [
            "name": .string(row.name.rawValue), "method": .string(row.method.rawValue),
            "pattern": .string(row.pattern), "port": .string(row.port.rawValue),
            "roles": .array(Role.allCases.filter(row.roles.contains).map { .string($0.rawValue) }),
            "owner": .string(row.owner.rawValue), "query": .array(row.query.sorted().map { .string($0) }),
            "bodyLimit": number(row.bodyLimit), "isMutating": .boolean(row.isMutating),
            "needsStorage": .boolean(row.needsStorage),
          ]
        }),
    ])
  }
}
