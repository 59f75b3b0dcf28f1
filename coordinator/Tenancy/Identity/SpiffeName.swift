/// Who a TLS certificate names, in the one spelling that is accepted.
///
/// `spiffe://<tenant>.<deployment>/site/<site>/agent/<instance>` or
/// `spiffe://<tenant>.<deployment>/user/<user>`, at most 255 bytes.
///
/// - Source: `protocols/enrolment.md`, section "Names"; SPIFFE-ID, sections 2.1 to 2.4, narrowed.
package struct SpiffeName: Hashable, Sendable {
  /// The tenant, first label of the host.
  package let tenant: String
  /// The deployment, the rest of the host.
  package let deployment: String
  /// Who it is in the tenant.
  package let principal: Principal

  private static let scheme = "spiffe://"

  /// A name for a certificate that is to be issued.
  package init(tenant: String, deployment: String, principal: Principal) {
    self.tenant = tenant
    self.deployment = deployment
    self.principal = principal
  }

  /// Reads a URI; nil for any other spelling.
  ///
  /// Ids are letters, digits and hyphens, so port, user information, query, escapes, dots and empty segments
  /// have no place to stand.
  package init?(parsing uri: String) {
    guard uri.utf8.count <= 255, uri.utf8.starts(with: Self.scheme.utf8) else { return nil }
    let parts = uri.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count > 1, let dot = parts[0].firstIndex(of: "."), isHostName(parts[0]) else { return nil }
    let path = Array(parts.dropFirst())
    if path.count == 4, path[0] == "site", path[2] == "agent", isSiteIdentifier(path[1]),
      isIdentifier(path[3])
    {
      principal = .agent(site: path[1], instance: path[3])
    } else if path.count == 2, path[0] == "user", isIdentifier(path[1]) {
      principal = .user(id: path[1])
    } else {
      return nil
    }
    tenant = String(parts[0][..<dot])
    deployment = String(parts[0][parts[0].index(after: dot)...])
  }

  /// The URI of the certificate.
  package var uri: String { Self.scheme + host + "/" + principal.path }

  /// The host, which the tenant's authority is bound to.
  package var host: String { tenant + "." + deployment }
}

/// Somebody in a tenant.
package enum Principal: Hashable, Sendable {
  /// An instance of a site's agent.
  case agent(site: String, instance: String)
  /// A person, or a program that acts for one.
  case user(id: String)

  /// `site/<site>/agent/<instance>` or `user/<id>`: the path of the URI and the actor of the audit log.
  package var path: String {
    switch self {
    case .agent(let site, let instance): "site/\(site)/agent/\(instance)"
    case .user(let id): "user/\(id)"
    }
  }
}

/// What a principal may do: a fact of the tenant's store, never of a certificate.
package enum PrincipalRole: String, CaseIterable, Sendable {
  /// Runs the deployment: tenants and nothing inside them.
  case `operator`
  /// Runs a tenant.
  case tenantAdministrator
  /// Leads studies of a tenant: publishes, opens rounds, seals.
  case studyLead
  /// Reads a tenant's studies and what they came to.
  case reviewer
  /// Reads all of a tenant, its audit log and its accounts too, and changes nothing.
  case auditor
  /// The agent of a site that was confirmed.
  case site
  /// The agent of a site that joined and was not confirmed yet.
  case pendingSite

  /// What a person can be invited as. Operators are made on the server's own machine only.
  package static let invited: [PrincipalRole] = [.tenantAdministrator, .studyLead, .reviewer, .auditor]
}
