import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import TestSupport
import Testing

@Suite struct RouteTableTests {
  private let round = Sample.roundID

  private func route(_ method: String, _ path: String) -> (RouteName, [RouteParameter: String])? {
    guard case .route(let route, let parameters) = RouteTable.match(method: method, path: path) else {
      return nil
    }
    return (route.name, parameters)
  }

  @Test func everyNameHasOneRowAndNeedsAHandler() {
    #expect(RouteTable.problems(handlers: Set(RouteName.allCases)).isEmpty)
    #expect(RouteTable.rows.map(\.name) == RouteName.allCases)
    let without = Set(RouteName.allCases).subtracting([.seal])
    #expect(RouteTable.problems(handlers: without) == ["route seal has no handler"])
  }

  @Test func everyRouteIsFoundByItsOwnPath() throws {
    let parameters: [RouteParameter: String] = [
      .assignment: Sample.assignmentID, .digest: Sample.digest.hex, .round: round, .site: "north",
      .incident: Sample.identifier("x"), .study: "sepsis", .tenant: Sample.tenant,
      .user: Sample.identifier("u"),
    ]
    for row in RouteTable.rows {
      let path = try #require(RouteTable.path(row.name, parameters))
      guard
        case .route(let found, let values) = RouteTable.match(
          method: row.method.rawValue, path: path, port: row.port)
      else {
        Issue.record("\(row.name) is not found")
        continue
      }
      #expect(found == row)
      #expect(values.allSatisfy { parameters[$0.key] == $0.value })
    }
  }

  @Test func parametersComeOutOfThePath() throws {
    let found = try #require(route("GET", "/v1/rounds/\(round)/submissions/north"))
    #expect(found.0 == .submission)
    #expect(found.1 == [.round: round, .site: "north"])
  }

  @Test(
    "other spellings of a path lead nowhere",
    arguments: [
      "", "/", "v1/health", "/v1/health/", "//v1/health", "/v1//health", "/v1/Health", "/V1/health",
      "/v1/studies/..", "/v1/studies/%2e", "/v1/studies/A", "/v1/studies/a/b/c/d/e/f/g/h", "/v1/rounds/r-1",
      "/v1/objects/sha256:00", "/v1/join", "/v1/users/u-1/revocation",
    ])
  func otherSpellingsAreNotFound(_ path: String) {
    #expect(RouteTable.match(method: "GET", path: path) == .noSuchPath)
  }

  @Test func anotherMethodIsToldApartFromAnotherPath() {
    #expect(RouteTable.match(method: "DELETE", path: "/v1/tenants") == .methodNotAllowed([.post, .get]))
    #expect(RouteTable.match(method: "get", path: "/v1/health") == .methodNotAllowed([.get]))
  }

  @Test func portsDoNotServeEachOthersRoutes() {
    for path in ["/v1/join", "/v1/join/person"] {
      #expect(RouteTable.match(method: "POST", path: path, port: .api) == .noSuchPath)
    }
    #expect(RouteTable.match(method: "GET", path: "/v1/health", port: .join) == .noSuchPath)
  }

  @Test func sitesReachOnlyTheirOwnRoutes() {
    let ofSites = RouteTable.rows.filter { $0.roles.contains(.site) }.map(\.name)
    #expect(
      ofSites == [
        .health, .whoami, .renew, .assignments, .object, .submit, .decline, .standing, .consent, .acknowledge,
      ])
    let ofPending = RouteTable.rows.filter { $0.roles.contains(.pendingSite) }.map(\.name)
    #expect(ofPending == [.health, .whoami, .renew, .assignments])
  }

  /// Written by hand from the scope of the roles, not from the table.
  @Test func peopleReachWhatTheirRoleIsFor() {
    let common: Set<RouteName> = [.health, .whoami, .renew]
    let reading = common.union([
      .studies, .study, .round, .matrix, .verdicts, .bundle, .object, .sites, .status, .gateStatus, .history,
    ])
    let reviewing = reading.union([.holdStudy, .stopStudy, .review, .signOff, .noteIncident])
    let leading = reviewing.union([
      .advance, .restart, .closeIncident, .recordChange,
      .submission, .publishProtocol, .publishObject, .openRound, .closeRound, .seal,
    ])
    let expected: [(Role, Set<RouteName>)] = [
      (.operator, common.union([.createTenant, .certifyTenant, .tenants, .audit, .state, .status])),
      (.reviewer, reviewing),
      (.auditor, reading.union([.submission, .audit, .state, .users])),
      (.studyLead, leading),
      (
        .tenantAdministrator,
        leading.union([
          .audit, .state, .users, .inviteSite, .confirmSite, .revokeSite, .inviteUser, .revokeUser,
        ])
      ),
    ]
    for (role, routes) in expected {
      let found = Set(RouteTable.rows.filter { $0.roles.contains(role) }.map(\.name))
      #expect(found == routes, "\(role): \(found.symmetricDifference(routes))")
    }
  }

  @Test func whoeverOnlyReadsReachesNoRouteThatChangesButRenewal() {
    let changing = RouteTable.rows.filter { $0.isMutating && $0.roles.contains(.auditor) }.map(\.name)
    #expect(changing == [.renew])
  }

  @Test func noInvitationMakesAnOperatorOrAnAgent() {
    let roles = Set(PersonRole.allCases.map(\.rawValue))
    #expect(roles.isDisjoint(with: [Role.operator, .site, .pendingSite].map(\.rawValue)))
    #expect(PersonRole.allCases.allSatisfy { Role(rawValue: $0.rawValue) != nil })
  }

  @Test func whatReadsOnlyNeedsNoStorage() {
    for row in RouteTable.rows where row.method == .get { #expect(!row.isMutating && !row.needsStorage) }
    for row in RouteTable.rows where row.method != .get { #expect(row.isMutating) }
    let withoutStorage = RouteTable.rows.filter { $0.isMutating && !$0.needsStorage }.map(\.name)
    #expect(
      withoutStorage == [
        .acknowledge, .revokeSite, .revokeUser, .holdStudy, .stopStudy, .closeRound,
      ])
  }

  @Test func queriesAreClosed() throws {
    let assignments = try #require(RouteTable.row(.assignments))
    #expect(try RouteQuery.parse("wait=25&after=7", for: assignments).after == 7)
    #expect(try RouteQuery.parse("", for: assignments).wait == 0)
    for query in [
      "wait=26", "wait=-1", "wait=+1", "wait=", "wait", "wait=1&wait=1", "kind=model", "a=1", "&",
    ] {
      #expect(throws: WireError.self, "\(query)") { try RouteQuery.parse(query, for: assignments) }
    }
    let publish = try #require(RouteTable.row(.publishObject))
    #expect(try RouteQuery.parse("kind=modelCard", for: publish).kind == .modelCard)
    #expect(throws: WireError.self) { try RouteQuery.parse("kind=virus", for: publish) }
  }

  @Test func thePageShowsTheTable() throws {
    let page = String(decoding: try fileBytes(Repository.path("protocols/api.md")), as: UTF8.self)
    for row in RouteTable.rows {
      let roles = Role.allCases.filter(row.roles.contains).map(\.rawValue).joined(separator: ", ")
      let query = row.query.isEmpty ? "" : "?" + row.query.sorted().joined(separator: "&")
      let line =
        "| `\(row.name.rawValue)` | \(row.method.rawValue) `\(row.pattern)\(query)` | "
        + "\(row.port == .join ? "join port" : roles) | \(row.owner.rawValue) | \(row.bodyLimit) | "
        + "\(row.isMutating ? (row.needsStorage ? "yes" : "yes, also when space is low") : "no") |"
      #expect(page.contains(line), "protocols/api.md lacks: \(line)")
    }
  }

  @Test func theTableIsCanonicalJSON() throws {
    let value = try parseCanonicalJSON(RouteTable.encode(), limits: .small)
    let object = try DocumentField(value).object()
    #expect(object.path.isEmpty)
  }
}
