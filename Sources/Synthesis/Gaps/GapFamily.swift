import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// The gaps of one attribute: which levels are compared, and with what.
struct GapFamily {
  /// The place of the attribute in the protocol.
  let attribute: Int
  let against: GapRow.Against
  /// Places and ids of the levels that are compared; the reserved level `missing` is not.
  let levels: [(place: Int, id: SliceID)]

  /// One family an attribute, in protocol order.
  static func all(under evaluationProtocol: EvaluationProtocol) -> [GapFamily] {
    evaluationProtocol.attributes.enumerated().map { place, attribute in
      GapFamily(
        attribute: place, against: attribute.reference.map { .level($0) } ?? .complement,
        levels: attribute.levels.enumerated().filter { $0.element.id != attribute.reference }
          .map { ($0.offset, SliceID(attribute: attribute.id, level: $0.element.id)) })
    }
  }
}

extension AggregateContent {
  /// The sides of every level of a family, over all windows in which both are released; nil where in none.
  func gapSides(_ family: GapFamily, under evaluationProtocol: EvaluationProtocol) -> [GapSides?] {
    var sums: [GapSides?] = Array(repeating: nil, count: family.levels.count)
    for window in windows {
      let gaps = WindowGaps(window, attribute: family.attribute, under: evaluationProtocol)
      for (index, level) in family.levels.enumerated() {
        guard let sides = gaps.sides(level: level.place, against: family.against) else { continue }
        if sums[index] == nil { sums[index] = sides } else { sums[index]?.add(sides) }
      }
    }
    return sums
  }
}
