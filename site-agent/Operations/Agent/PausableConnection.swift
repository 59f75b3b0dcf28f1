package import CoordinatorAPI
package import Cryptography

/// A connection on which nothing moves while the agent is paused: a call is not begun, and one that is under
/// way is broken off within a second.
package struct PausableConnection: CoordinatorConnection {
  private let wrapped: any CoordinatorConnection
  private let directory: AgentDirectory
  private let delay: @Sendable (Duration) async throws -> Void

  /// How often the switch is looked at during a call.
  static let interval = Duration.milliseconds(400)

  /// The same connection behind the switch of an agent directory.
  package init(
    _ wrapped: any CoordinatorConnection, directory: AgentDirectory,
    delay: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.wrapped = wrapped
    self.directory = directory
    self.delay = delay
  }

  package func destination(of kind: EgressKind, assignment: String?) -> String {
    wrapped.destination(of: kind, assignment: assignment)
  }

  package func destination(of kind: EgressKind, study: String) -> String {
    wrapped.destination(of: kind, study: study)
  }

  package func assignments(after cursor: Int, wait: Int) async throws -> AssignmentsDocument {
    try await unlessPaused { try await wrapped.assignments(after: cursor, wait: wait) }
  }

  package func object(_ digest: Digest, maximumBytes: Int) async throws -> [UInt8] {
    try await unlessPaused { try await wrapped.object(digest, maximumBytes: maximumBytes) }
  }

  package func submit(_ package: [UInt8], assignment: String) async throws -> SubmitAnswer {
    try await unlessPaused { try await wrapped.submit(package, assignment: assignment) }
  }

  package func decline(_ refusal: [UInt8], assignment: String) async throws {
    try await unlessPaused { try await wrapped.decline(refusal, assignment: assignment) }
  }

  package func words(about study: String, after sequence: Int) async throws -> StandingDocument {
    try await unlessPaused { try await wrapped.words(about: study, after: sequence) }
  }

  package func consent(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument {
    try await unlessPaused { try await wrapped.consent(statement, study: study) }
  }

  package func acknowledge(_ statement: [UInt8], study: String) async throws -> StandingRecordedDocument {
    try await unlessPaused { try await wrapped.acknowledge(statement, study: study) }
  }

  package func identity() async throws -> IdentityDocument {
    try await unlessPaused { try await wrapped.identity() }
  }

  package func renew(_ request: [UInt8]) async throws -> CertificateDocument {
    try await unlessPaused { try await wrapped.renew(request) }
  }

  package func credentialsChanged() { wrapped.credentialsChanged() }

  private func unlessPaused<Value: Sendable>(
    _ call: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard !Pause.isOn(directory) else { throw AgentError.paused }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await call() }
      group.addTask {
        while !Pause.isOn(directory) { try await delay(Self.interval) }
        return nil
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() ?? nil else { throw AgentError.paused }
      return value
    }
  }
}
