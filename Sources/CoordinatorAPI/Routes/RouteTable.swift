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
  /// A model artifact, from whoever leads the study.
  private static let artifact = 64 << 20
  private static let protocolDocument = 4 << 20
  /// A signed decision with the root above its key.
  private static let signOffFile = 2 << 20

  // Who may do what, by what they are for.

  /// Everybody with a certificate.
  private static let everybody = Role.allCases
  /// Who runs the deployment.
  private static let operators: [Role] = [.operator]
  /// Who says who takes part in a tenant.
  private static let administrators: [Role] = [.tenantAdministrator]
  /// Who moves studies on.
  private static let leads: [Role] = [.tenantAdministrator, .studyLead]
  /// Who signs at gates, brings what others signed, and may stop a study.
  private static let reviewers: [Role] = [.tenantAdministrator, .studyLead, .reviewer]
  /// Who reads studies and what they came to.
  private static let readers: [Role] = [.tenantAdministrator, .studyLead, .reviewer, .auditor]
  /// Who reads what a site sent.
  private static let readersOfSubmissions: [Role] = [.tenantAdministrator, .studyLead, .auditor]
  /// Who reads who takes part.
  private static let readersOfAccounts: [Role] = [.tenantAdministrator, .auditor]
  /// Who reads what happened.
  private static let readersOfTheLog: [Role] = [.operator, .tenantAdministrator, .auditor]
  /// Agents that were confirmed.
  private static let sites: [Role] = [.site]
  /// Agents that joined.
  private static let agents: [Role] = [.site, .pendingSite]

  /// The rows, in the order of `RouteName`.
  package static let rows: [Route] = [
    row(.health, .get, "/v1/health", everybody),
    row(.whoami, .get, "/v1/identity", everybody),
    row(.renew, .post, "/v1/certificate", everybody, body: small),

    row(.assignments, .get, "/v1/assignments", agents, owner: .site, query: ["after", "wait"]),
    row(.object, .get, "/v1/objects/{digest}", sites + readers, owner: .site),
    row(.submit, .put, "/v1/assignments/{assignment}/submission", sites, owner: .site, body: submission),
    row(.decline, .post, "/v1/assignments/{assignment}/refusal", sites, owner: .site, body: small),

    row(.standing, .get, "/v1/standings/{study}", sites, owner: .site, query: ["after"]),
    row(.consent, .put, "/v1/standings/{study}/consent", sites, owner: .site, body: small),
    // That an order arrived is worth a few bytes, however little space there is.
    row(
      .acknowledge, .put, "/v1/standings/{study}/acknowledgement", sites, owner: .site, body: small,
      needsStorage: false),

    row(.createTenant, .post, "/v1/tenants", operators, body: small),
    row(.certifyTenant, .put, "/v1/tenants/{tenant}/certificate", operators, body: small),
    row(.tenants, .get, "/v1/tenants", operators),

    row(.sites, .get, "/v1/sites", readers, owner: .tenant),
    row(.inviteSite, .post, "/v1/sites/{site}/invitations", administrators, owner: .tenant, body: small),
    row(.confirmSite, .post, "/v1/sites/{site}/confirmation", administrators, owner: .tenant, body: small),
    row(
      .revokeSite, .post, "/v1/sites/{site}/revocation", administrators, owner: .tenant, body: small,
      needsStorage: false),

    row(.users, .get, "/v1/users", readersOfAccounts, owner: .tenant),
    row(.inviteUser, .post, "/v1/users/invitations", administrators, owner: .tenant, body: small),
    row(
      .revokeUser, .post, "/v1/users/{user}/revocation", administrators, owner: .tenant, body: small,
      needsStorage: false),

    row(.studies, .get, "/v1/studies", readers, owner: .tenant),
    row(.study, .get, "/v1/studies/{study}", readers, owner: .tenant),
    row(
      .publishProtocol, .put, "/v1/studies/{study}/protocol", leads, owner: .tenant, body: protocolDocument),
    row(
      .publishObject, .put, "/v1/studies/{study}/objects/{digest}", leads, owner: .tenant, query: ["kind"],
      body: artifact),

    row(.gateStatus, .get, "/v1/studies/{study}/gate", readers, owner: .tenant),
    row(.history, .get, "/v1/studies/{study}/history", readers, owner: .tenant),
    row(.advance, .post, "/v1/studies/{study}/gate/advance", leads, owner: .tenant, body: small),
    // Whoever reviews a study may stop it, and space is made for it.
    row(
      .holdStudy, .post, "/v1/studies/{study}/gate/hold", reviewers, owner: .tenant, body: small,
      needsStorage: false),
    row(
      .stopStudy, .post, "/v1/studies/{study}/gate/stop", reviewers, owner: .tenant, body: small,
      needsStorage: false),
    row(.restart, .post, "/v1/studies/{study}/gate/restart", leads, owner: .tenant, body: small),
    row(.review, .post, "/v1/studies/{study}/gate/review", reviewers, owner: .tenant, changes: true),
    row(
      .signOff, .post, "/v1/studies/{study}/gate/sign-offs", reviewers, owner: .tenant, body: signOffFile),
    row(
      .noteIncident, .post, "/v1/studies/{study}/incidents/{incident}/notes", reviewers, owner: .tenant,
      body: small),
    row(
      .closeIncident, .post, "/v1/studies/{study}/incidents/{incident}/closure", leads, owner: .tenant,
      body: small),
    row(.recordChange, .post, "/v1/studies/{study}/changes", leads, owner: .tenant, body: small),

    row(.openRound, .post, "/v1/studies/{study}/rounds", leads, owner: .tenant, body: small),
    row(.round, .get, "/v1/rounds/{round}", readers, owner: .tenant, query: ["after", "wait"]),
    row(
      .closeRound, .post, "/v1/rounds/{round}/close", leads, owner: .tenant, changes: true,
      needsStorage: false),
    row(.matrix, .get, "/v1/rounds/{round}/matrix", readers, owner: .tenant),
    row(.verdicts, .get, "/v1/rounds/{round}/verdicts", readers, owner: .tenant),
    row(.seal, .post, "/v1/rounds/{round}/seal", leads, owner: .tenant, changes: true),
    row(.bundle, .get, "/v1/rounds/{round}/bundle", readers, owner: .tenant),
    row(
      .submission, .get, "/v1/rounds/{round}/submissions/{site}", readersOfSubmissions, owner: .tenant),

    row(.audit, .get, "/v1/audit", readersOfTheLog, owner: .tenant, query: ["after"]),
    row(.state, .get, "/v1/state", readersOfTheLog, owner: .tenant),
    row(.status, .get, "/v1/status", operators + readers, owner: .tenant),

    row(.join, .post, "/v1/join", [], port: .join, body: small),
    row(.joinPerson, .post, "/v1/join/person", [], port: .join, body: small),
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
