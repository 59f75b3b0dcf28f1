package import CanonicalJSON
package import Cryptography

/// The reference against which a site's inputs and scores are compared, with the limits.
package struct DriftPlan: Sendable, Equatable {
  /// What the reference counts were made from, in words.
  package let reference: String
  package let profiles: [DriftProfile]
  /// Largest population stability index that is of no practical importance, if the protocol sets one.
  package let stabilityLimit: ExactDecimal?
  /// SHA-256 of what was signed of the `reference-profile` that the counts were taken from, where there is one.
  package let statement: Digest?
}

/// The reference counts of the score, of an attribute or of an input column.
///
/// The score and the attributes are compared from the released table itself; only columns that no
/// attribute reads are counted in a histogram of their own. Two divisions of one column would let a
/// reader subtract one from the other.
package struct DriftProfile: Sendable, Equatable {
  package let source: Source
  /// One count a cell, in the order of the cells.
  package let counts: [Int]

  /// A profile as it was counted; whether it has a count a cell is checked with the protocol that holds it.
  package init(source: Source, counts: [Int]) {
    self.source = source
    self.counts = counts
  }

  /// What is compared.
  package enum Source: Sendable, Equatable {
    /// Cells lie between the edges, all of which are edges of the grid; one cell more than edges.
    case score(edges: [ExactDecimal])
    /// Cells are the levels of the attribute, `missing` last.
    case attribute(String)
    /// Cells are the column's values, then what is no such value, then missing.
    case column(Column)
  }

  /// A column of the rows and how its values are divided.
  package struct Column: Sendable, Equatable {
    package let name: String
    package let values: Values

    /// A column and its division.
    package init(name: String, values: Values) {
      self.name = name
      self.values = values
    }
  }

  /// How a column's value finds its cell.
  package enum Values: Sendable, Equatable {
    /// Half-open bands between edges; one cell more than edges.
    case bands([ExactDecimal])
    case levels([String])

    /// The type of column that can be divided so.
    var type: FeatureType {
      switch self {
      case .bands: .number
      case .levels: .category
      }
    }

    /// The number of value cells.
    package var count: Int {
      switch self {
      case .bands(let edges): edges.count + 1
      case .levels(let levels): levels.count
      }
    }
    /// The cell of values that are not listed, not numbers or out of the column's range.
    package var otherCell: Int { count }
    /// The cell of missing values, the last one.
    package var missingCell: Int { count + 1 }
  }

  /// `score`, the attribute's id or the column's name.
  package var id: String { source.id }
}

extension DriftProfile.Source {
  /// The id of a profile of it: `score`, the attribute's id or the column's name.
  package var id: String {
    switch self {
    case .score: "score"
    case .attribute(let id): id
    case .column(let column): column.name
    }
  }
}

extension DriftPlan {
  /// The column profiles, which are the ones that a site counts in histograms, in protocol order.
  package var columns: [(column: String, values: DriftProfile.Values)] {
    profiles.compactMap { profile in
      guard case .column(let column) = profile.source else { return nil }
      return (column.name, column.values)
    }
  }
}
