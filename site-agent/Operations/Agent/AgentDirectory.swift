/// Where everything of an agent is. Only its owner may enter the folder.
package struct AgentDirectory: Sendable, Equatable {
  /// The folder, without a trailing slash.
  package let path: String

  /// The agent directory at a path; nothing is looked at.
  package init(_ path: String) {
    var trimmed = path[...]
    while trimmed.utf8.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    self.path = String(trimmed)
  }

  /// What the daemon is told.
  package var configuration: String { path + "/agent.json" }
  /// Who the agent is, once it has joined.
  package var identity: String { path + "/identity.json" }
  /// The memory of the site.
  package var store: String { path + "/site.sqlite" }
  /// The site's signing root and submission key.
  package var signing: String { path + "/signing" }
  /// Keys and certificates of the connection.
  package var tls: String { path + "/tls" }
  /// The authority above the coordinator's server certificate.
  package var serverAuthority: String { tls + "/server-ca.pem" }
  /// The certificate of the key above the coordinator's evidence key.
  package var evidenceRoot: String { tls + "/evidence-root.pem" }
  /// While this file is there, nothing leaves.
  package var pause: String { path + "/paused" }
  /// Frozen datasets by digest.
  package var snapshots: String { path + "/snapshots" }
  /// What the digests of snapshots are made with.
  package var snapshotKey: String { path + "/snapshots/digest.key" }
  /// Model files by digest.
  package var artifacts: String { path + "/artifacts" }
}
