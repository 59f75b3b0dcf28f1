package import CanonicalJSON

/// An attribute whose levels divide the rows of a window; every row is in exactly one level.
package struct SliceAttribute: Sendable, Equatable {
  /// The reserved level of rows whose value is empty, unreadable or not listed.
  package static let missingLevel = "missing"

  package let id: String
  package let column: String
  package let kind: Kind
  /// Levels in protocol order; `missing` comes after them and is not listed.
  package let levels: [Level]
  /// The level that the others are compared with; `nil` compares each with all others together.
  package let reference: String?

  /// How a cell becomes a level.
  package enum Kind: Sendable, Equatable {
    /// A cell text belongs to the level that lists it.
    case codes
    /// A number belongs to the half-open band between two edges; there is one level more than edges.
    case bands(edges: [ExactDecimal])
  }

  /// One level of an attribute.
  package struct Level: Sendable, Equatable {
    package let id: String
    package let label: String
    /// Cell texts of this level; empty for bands.
    package let codes: [String]
  }

  /// Level ids in order, the reserved one last.
  package var levelIDs: [String] { levels.map(\.id) + [SliceAttribute.missingLevel] }

  /// What people call a level.
  package func label(ofLevel id: String) -> String {
    levels.first { $0.id == id }?.label ?? "not recorded"
  }
}

/// A listed intersection: the rows that stand in each of several levels, of different attributes.
package struct Intersection: Sendable, Equatable {
  package let id: String
  /// Two to four levels of different attributes.
  package let levels: [SliceID]
}

/// One slice: a level of an attribute, or all rows.
package struct SliceID: Sendable, Hashable {
  package let attribute: String
  package let level: String

  /// All rows of a window.
  package static let overall = SliceID(attribute: "overall", level: "all")

  /// The level `level` of `attribute`.
  package init(attribute: String, level: String) {
    self.attribute = attribute
    self.level = level
  }

  /// `overall` or `attribute=level`.
  package var text: String { self == .overall ? "overall" : "\(attribute)=\(level)" }
}

extension EvaluationProtocol {
  /// Every slice in order: overall, then each attribute's levels.
  package var slices: [SliceID] {
    [.overall]
      + attributes.flatMap { attribute in
        attribute.levelIDs.map { SliceID(attribute: attribute.id, level: $0) }
      }
  }

  /// What people call a slice.
  package func label(of slice: SliceID) -> String {
    guard let attribute = attributes.first(where: { $0.id == slice.attribute }) else { return "all rows" }
    return "\(attribute.id): \(attribute.label(ofLevel: slice.level))"
  }
}
