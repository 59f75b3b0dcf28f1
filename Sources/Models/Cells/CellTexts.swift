/// Finds which of a fixed list of texts a cell is, by its exact bytes.
package struct CellTexts: Sendable {
  private let texts: [Cell]
  private let places: [Int]
  private let table: [Cell: Int]

  // Up to here, comparing one after the other is faster than hashing.
  private static let shortList = 8

  /// A list of texts, each with the number that is to be found under it; the first of equal texts counts.
  package init(_ entries: [(text: String, place: Int)]) {
    texts = entries.map { Cell($0.text.utf8) }
    places = entries.map(\.place)
    table =
      entries.count <= Self.shortList
      ? [:] : Dictionary(zip(texts, places), uniquingKeysWith: { first, _ in first })
  }

  /// A list of texts, each found under its position.
  package init(_ texts: [String]) {
    self.init(texts.enumerated().map { ($0.element, $0.offset) })
  }

  /// The number under the cell's text; nil when the text is not listed.
  package func place(of cell: Cell) -> Int? {
    if !table.isEmpty { return table[cell] }
    for index in texts.indices where texts[index].count == cell.count {
      if texts[index] == cell { return places[index] }
    }
    return nil
  }

  /// Whether the cell is one of the texts.
  package func contains(_ cell: Cell) -> Bool { place(of: cell) != nil }
}
