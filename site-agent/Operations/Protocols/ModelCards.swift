import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
import ServiceRuntime

/// The model cards of the coordinator at this site: what a vendor says of a model, for the people here. Nothing is
/// computed with them.
package struct ModelCards: Sendable {
  private let store: SiteStore
  private let artifacts: ArtifactStore

  /// The cards of an agent.
  package init(_ store: SiteStore, directory: AgentDirectory) {
    self.store = store
    artifacts = ArtifactStore(directory)
  }

  /// What stands beside a protocol: of the cards that were named under it the newest that is of the version of its
  /// model, else the newest.
  ///
  /// - Throws: `StorageError`. A card that is missing or cannot be read is no error.
  package func beside(_ evaluationProtocol: EvaluationProtocol) async throws -> FoundModelCard {
    var cards: [ModelCard] = []
    var missing: [FoundModelCard.Missing] = []
    for digest in try await store.modelCards(beside: evaluationProtocol.digest) {
      do {
        cards.append(try ModelCard.parse(artifacts.read(digest)))
      } catch FileError.notFound {
        missing.append(
          .init(digest: digest, reason: "not fetched so far; if that failed, the agent's log says why"))
      } catch {
        missing.append(.init(digest: digest, reason: "it cannot be read: \(error)"))
      }
    }
    return FoundModelCard(
      card: cards.first { $0.version.hasSameBytes(as: evaluationProtocol.model.version) } ?? cards.first,
      missing: missing,
      isProtocolKnown: try await store.protocolDocument(evaluationProtocol.digest) != nil)
  }
}

/// The card beside a protocol, and the named ones that nobody can look at.
package struct FoundModelCard: Sendable, Equatable {
  /// A card that was named and is not here, or not to be read.
  package struct Missing: Sendable, Equatable {
    package let digest: Digest
    package let reason: String
  }

  package let card: ModelCard?
  /// Newest first.
  package let missing: [Missing]
  /// Whether this agent ever got the protocol.
  package let isProtocolKnown: Bool

  /// What was found.
  package init(card: ModelCard?, missing: [Missing], isProtocolKnown: Bool) {
    self.card = card
    self.missing = missing
    self.isProtocolKnown = isProtocolKnown
  }
}
