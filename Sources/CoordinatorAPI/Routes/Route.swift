import Cryptography

/// The methods of the API.
package enum Method: String, CaseIterable, Sendable {
  case get = "GET"
  case put = "PUT"
  case post = "POST"
}

/// On which port a route is served.
package enum RoutePort: String, CaseIterable, Sendable {
  /// Only with a client certificate.
  case api
  /// Without one; open while an invitation lives.
  case join
}

/// Whose the object of a route is, and so what has to be compared before anything is told.
package enum RouteOwner: String, CaseIterable, Sendable {
  /// No stored object: the caller itself, or the deployment.
  case none
  /// The caller's tenant.
  case tenant
  /// The caller's site, within its tenant.
  case site
}

/// What stands in braces in a pattern.
package enum RouteParameter: String, CaseIterable, Sendable {
  case assignment, digest, incident, round, site, study, tenant, user

  /// Whether a part of a path can be this at all. What cannot is not found, without a look at the store.
  func accepts(_ text: Substring) -> Bool {
    switch self {
    case .assignment: ServerIdentifier.assignment.matches(String(text))
    case .round: ServerIdentifier.round.matches(String(text))
    case .incident: ServerIdentifier.incident.matches(String(text))
    case .user: ServerIdentifier.user.matches(String(text))
    case .digest: (try? Digest(hex: String(text))) != nil
    case .site, .study, .tenant:
      (1...63).contains(text.utf8.count)
        && text.utf8.enumerated().allSatisfy { index, byte in
          (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (byte == 0x2D && index > 0)
        }
    }
  }
}

/// One row of the route table.
package struct Route: Sendable, Equatable {
  package let name: RouteName
  package let method: Method
  /// The path with parameters in braces, such as `/v1/rounds/{round}/seal`.
  package let pattern: String
  package let port: RoutePort
  /// Who may call it; empty on the join port, where nobody has a role.
  package let roles: Set<Role>
  package let owner: RouteOwner
  /// The names that its query may have.
  package let query: Set<String>
  /// The most bytes of a body; 0 for none.
  package let bodyLimit: Int
  /// Whether it changes anything, and so writes to the audit log.
  package let isMutating: Bool
  /// Whether it is refused while space is low. Revoking and closing are not.
  package let needsStorage: Bool

  /// The parts of the pattern; made once, since every request is compared with them.
  let parts: [Part]

  /// A row.
  init(
    name: RouteName, method: Method, pattern: String, port: RoutePort, roles: Set<Role>, owner: RouteOwner,
    query: Set<String>, bodyLimit: Int, isMutating: Bool, needsStorage: Bool
  ) {
    self.name = name
    self.method = method
    self.pattern = pattern
    self.port = port
    self.roles = roles
    self.owner = owner
    self.query = query
    self.bodyLimit = bodyLimit
    self.isMutating = isMutating
    self.needsStorage = needsStorage
    parts = pattern.split(separator: "/").map { part in
      guard part.utf8.first == 0x7B,
        let parameter = RouteParameter(rawValue: String(part.dropFirst().dropLast()))
      else { return .literal(String(part)) }
      return .parameter(parameter)
    }
  }

  /// A part of a pattern between slashes.
  enum Part: Sendable, Equatable {
    case literal(String)
    case parameter(RouteParameter)
  }

  /// What the parameters are when the pattern fits the parts of a path.
  func parameters(matching path: [Substring]) -> [RouteParameter: String]? {
    guard parts.count == path.count else { return nil }
    var parameters: [RouteParameter: String] = [:]
    for (part, text) in zip(parts, path) {
      switch part {
      case .literal(let literal):
        guard literal.utf8.elementsEqual(text.utf8) else { return nil }
      case .parameter(let parameter):
        guard parameter.accepts(text) else { return nil }
        parameters[parameter] = String(text)
      }
    }
    return parameters
  }
}
