package import CanonicalJSON
import EvaluationProtocols
package import ServiceRuntime

/// The switch that stops everything from leaving: a file, so that it works even where the store does not.
///
/// Every send looks at it first, and the daemon twice a second; whatever is under way then is broken off.
package struct Pause: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:agent-pause:v1"

  package let since: UTCTime
  package let person: String
  package let reason: String

  /// A pause that somebody asked for.
  package init(since: UTCTime, person: String, reason: String) {
    self.since = since
    self.person = person
    self.reason = reason
  }

  /// Whether the agent is paused. Anything at the place of the file counts, whatever is in it.
  package static func isOn(_ directory: AgentDirectory) -> Bool {
    do {
      _ = try readFile(directory.pause, maximumBytes: JSONLimits.small.maximumBytes)
      return true
    } catch {
      if case .notFound = error { return false }
      // What cannot be read cannot be ruled out.
      return true
    }
  }

  /// Who paused the agent and why; nil when it is not paused.
  ///
  /// - Throws: `AgentError.pauseMalformed`; the agent is paused then too.
  package static func current(in directory: AgentDirectory) throws -> Pause? {
    let bytes: [UInt8]
    do { bytes = try readFile(directory.pause, maximumBytes: JSONLimits.small.maximumBytes) } catch {
      if case .notFound = error { return nil }
      throw error
    }
    do {
      var object = try DocumentField(parseCanonicalJSON(bytes, limits: .small)).object()
      try object.expectFormat(format)
      let pause = Pause(
        since: try object.required("since").time(),
        person: try object.required("person").string(maximum: 200),
        reason: try object.required("reason").string(maximum: 500))
      try object.finish()
      return pause
    } catch {
      throw AgentError.pauseMalformed(path: directory.pause)
    }
  }

  /// Pauses the agent.
  package func begin(in directory: AgentDirectory) throws(FileError) {
    try writeFileAtomically(
      encodeCanonicalJSON([
        "format": .string(Self.format), "since": .string(since.text), "person": .string(person),
        "reason": .string(reason),
      ]), to: directory.pause, mode: 0o600)
  }

  /// Lets the agent go on; nothing happens when it is not paused.
  package static func end(in directory: AgentDirectory) throws(FileError) {
    try removeIfPresent(directory.pause)
  }
}
