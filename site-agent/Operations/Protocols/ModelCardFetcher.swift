import CanonicalJSON
import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
import ServiceRuntime
import Storage

/// A model card that people here cannot look at, and why.
package struct ModelCardTrouble: Sendable, Equatable {
  package let study: String
  package let card: Digest
  package let reason: String
}

/// Fetches the model cards that the coordinator named.
///
/// They are for people and for nothing else, so nothing waits for them and nothing fails with them: what goes wrong
/// is told once and tried again after growing waits.
package actor ModelCardFetcher {
  private struct Failure {
    var count: Int
    var notBefore: Int64
  }

  private let store: SiteStore
  private let artifacts: ArtifactStore
  private let connection: any CoordinatorConnection
  private let environment: AgentEnvironment
  private let report: @Sendable (ModelCardTrouble) -> Void
  private var failures: [Digest: Failure] = [:]

  /// The most bytes of a card.
  package static let maximumBytes = JSONLimits.small.maximumBytes

  /// A fetcher of one agent; every call goes through the pause switch.
  package init(
    store: SiteStore, directory: AgentDirectory, connection: any CoordinatorConnection,
    environment: AgentEnvironment, report: @escaping @Sendable (ModelCardTrouble) -> Void
  ) {
    self.store = store
    artifacts = ArtifactStore(directory)
    self.connection = PausableConnection(connection, directory: directory, delay: environment.delay)
    self.environment = environment
    self.report = report
  }

  /// Fetches what is named and not here, as far as it is due.
  ///
  /// - Throws: `StorageError`, cancellation, `AgentError.paused`; nothing that has to do with a card.
  package func fetch() async throws {
    for (digest, study) in try await store.namedModelCards() where !artifacts.has(digest) {
      let now = try environment.now().secondsSinceEpoch
      if let failure = failures[digest], failure.notBefore > now { continue }
      do {
        try await fetch(digest, of: study)
        failures[digest] = nil
      } catch let error as CancellationError {
        throw error
      } catch AgentError.paused {
        throw AgentError.paused
      } catch {
        if Task.isCancelled { throw CancellationError() }
        note(error, digest, of: study, at: now)
      }
    }
  }

  private func fetch(_ digest: Digest, of study: String) async throws {
    let bytes = try await connection.object(digest, maximumBytes: Self.maximumBytes)
    guard bytes.count <= Self.maximumBytes else {
      throw AgentError.objectTooLarge(digest, limit: Self.maximumBytes)
    }
    try artifacts.write(bytes, as: digest)
    // Kept all the same: these are the bytes that were named, and no other answer would be better.
    do { _ = try ModelCard.parse(bytes) } catch {
      report(ModelCardTrouble(study: study, card: digest, reason: "\(error)"))
    }
  }

  private func note(_ error: any Error, _ digest: Digest, of study: String, at now: Int64) {
    let count = failures[digest]?.count ?? 0
    var retryAfter: Int?
    if case .problem(let problem) = error as? ConnectionError { retryAfter = problem.retryAfter }
    let wait = environment.retryDelay(count, retryAfter).components.seconds
    failures[digest] = Failure(count: count + 1, notBefore: now + max(1, wait))
    guard count == 0 else { return }
    let trouble = Trouble(error)
    report(
      ModelCardTrouble(study: study, card: digest, reason: "\(trouble.detail) (\(trouble.remedy))"))
  }
}
