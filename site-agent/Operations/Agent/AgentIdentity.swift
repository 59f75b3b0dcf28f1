import CanonicalJSON
package import Cryptography
import EvaluationProtocols
package import ServiceRuntime

/// Who the agent is and whom it talks to: `identity.json`, written by `join`.
package struct AgentIdentity: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:agent-identity:v1"

  package let tenant: String
  package let site: String
  package let instance: String
  /// The only address that the agent ever connects to.
  package let coordinator: String
  /// Digest of the key above the coordinator's evidence key: what a receipt is verified with.
  package let evidenceRoot: Digest

  /// An identity, as an answered invitation gives it.
  package init(tenant: String, site: String, instance: String, coordinator: String, evidenceRoot: Digest) {
    self.tenant = tenant
    self.site = site
    self.instance = instance
    self.coordinator = coordinator
    self.evidenceRoot = evidenceRoot
  }

  /// Reads the identity of an agent directory.
  ///
  /// - Throws: `AgentError.notJoined` when there is none, `.identityMalformed`; `FileError`.
  package static func load(from directory: AgentDirectory) throws -> AgentIdentity {
    let bytes: [UInt8]
    do { bytes = try readFile(directory.identity, maximumBytes: JSONLimits.small.maximumBytes) } catch {
      if case .notFound = error { throw AgentError.notJoined }
      throw error
    }
    do {
      var object = try DocumentField(parseCanonicalJSON(bytes, limits: .small)).object()
      try object.expectFormat(format)
      let identity = AgentIdentity(
        tenant: try object.required("tenant").identifier(), site: try object.required("site").identifier(),
        instance: try object.required("instance").identifier(),
        coordinator: try object.required("coordinator").string(maximum: 300),
        evidenceRoot: try object.required("evidenceRoot").digest())
      try object.finish()
      return identity
    } catch {
      throw AgentError.identityMalformed(path: directory.identity, problem: "\(error)")
    }
  }

  /// The canonical bytes.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "tenant": .string(tenant), "site": .string(site),
      "instance": .string(instance), "coordinator": .string(coordinator),
      "evidenceRoot": .string(evidenceRoot.text),
    ])
  }

  /// Writes `identity.json` so that a crash leaves the old one or this one.
  package func save(to directory: AgentDirectory) throws(FileError) {
    try writeFileAtomically(encode(), to: directory.identity, mode: 0o600)
  }
}
