import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import SiteOperations

/// The limits that a vendor states of a model, beside a protocol or what the model made of one patient.
struct CardText {
  private let card: ModelCard?
  private let model: ModelReference
  /// Why a card is not shown.
  let notes: [String]

  /// The card in a file, or else the one that an agent fetched for the protocol. Without an agent there is none.
  ///
  /// - Throws: for a file that cannot be read, and an agent directory that was named and is none.
  init(
    of evaluationProtocol: EvaluationProtocol, file: String?, directory: String?, config: String?
  ) async throws {
    if let file {
      let card = try ModelCard.parse(readFile(file, maximumBytes: JSONLimits.small.maximumBytes))
      self.init(card, notes: [], of: evaluationProtocol)
      return
    }
    do {
      let agent = try Agent(directory: directory, config: config)
      self.init(
        try await ModelCards(agent.store(), directory: agent.directory).beside(evaluationProtocol),
        of: evaluationProtocol)
    } catch let problem where directory == nil && config == nil {
      let note =
        "the model card is not at this site: \(AgentOptions.defaultDirectory): \(problem); give --directory"
        + " or --model-card"
      self.init(nil, notes: [note], of: evaluationProtocol)
    }
  }

  /// What an agent found beside a protocol.
  init(_ found: FoundModelCard, of evaluationProtocol: EvaluationProtocol) {
    self.init(found.card, notes: Self.notes(found), of: evaluationProtocol)
  }

  private init(_ card: ModelCard?, notes: [String], of evaluationProtocol: EvaluationProtocol) {
    self.card = card
    self.notes = notes
    model = evaluationProtocol.model
  }

  private static func notes(_ found: FoundModelCard) -> [String] {
    if found.card == nil, found.missing.isEmpty {
      return [
        "the model card is not at this site: "
          + (found.isProtocolKnown
            ? "the coordinator named none for this protocol" : "the agent does not know this protocol")
      ]
    }
    return found.missing.map { "the model card \($0.digest.text) is not at this site: \($0.reason)" }
  }

  func print(to console: Console) {
    for note in notes { console.print("\(note)") }
    guard let card else { return }
    console.print("what the vendor states of \(card.name), version \(card.version); nobody checked it:")
    if let difference { console.print("  \(difference, .bold)") }
    console.print("  intended use: \(card.intendedUse)")
    for caution in card.cautions { console.print("  caution: \(caution)") }
    for limitation in card.limitations { console.print("  limitation: \(limitation)") }
    if card.cautions.isEmpty, card.limitations.isEmpty {
      console.print("  it names no caution and no limitation")
    }
  }

  /// For programs; nothing where the card is not here.
  var json: JSONValue? {
    guard let card else { return nil }
    return [
      "digest": .string(card.digest.text), "name": .string(card.name), "version": .string(card.version),
      "isOfThisVersion": .boolean(difference == nil), "intendedUse": .string(card.intendedUse),
      "cautions": .array(card.cautions.map { .string($0) }),
      "limitations": .array(card.limitations.map { .string($0) }),
    ]
  }

  /// A card names its model in words; its version is all that can be compared.
  private var difference: String? {
    guard let card, !card.version.hasSameBytes(as: model.version) else { return nil }
    return "the card is of version \(card.version), the protocol's model is of version \(model.version)"
  }
}
