import EvaluationProtocols

/// The gaps of one attribute: which levels are compared, and with what.
struct GapFamily {
  /// Where the levels of the attribute stand among the slices.
  let slices: Range<Int>
  let against: GapRow.Against
  let reference: Reference
  /// Places and ids of the levels that are compared; the reserved level `missing` is not.
  let levels: [(place: Int, id: SliceID)]

  /// What a level is compared with.
  enum Reference {
    /// The level at a place.
    case level(Int)
    /// All other rows.
    case complement
  }

  /// One family an attribute, in protocol order.
  static func all(under evaluationProtocol: EvaluationProtocol) -> [GapFamily] {
    var families: [GapFamily] = []
    // Overall is the first slice.
    var start = 1
    for attribute in evaluationProtocol.attributes {
      let ids = attribute.levelIDs
      families.append(
        GapFamily(
          slices: start..<(start + ids.count),
          against: attribute.reference.map { .level($0) } ?? .complement,
          reference: attribute.reference.flatMap { ids.firstIndex(of: $0) }.map { .level($0) } ?? .complement,
          levels: attribute.levels.enumerated().filter { $0.element.id != attribute.reference }
            .map { ($0.offset, SliceID(attribute: attribute.id, level: $0.element.id)) }))
      start += ids.count
    }
    return families
  }
}
