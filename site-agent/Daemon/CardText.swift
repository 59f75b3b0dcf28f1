import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime

/// The limits that a vendor states of a model, beside what the model made of one patient.
struct CardText {
  private let card: ModelCard?
  private let model: ModelReference

  /// The card, where the site has it, and the model that the protocol names.
  init(_ card: ModelCard?, of model: ModelReference) {
    self.card = card
    self.model = model
  }

  func print(to console: Console) {
    guard let card else {
      console.print(
        "the model card is not at this site: give --model-card to see the model's cautions and limitations")
      return
    }
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
