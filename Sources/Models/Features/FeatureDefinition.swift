import CanonicalJSON

/// How the inputs of a model are made from the columns of a table: the vendor's `features.json`.
///
/// Format: `protocols/models.md`, section "Feature definition".
package struct FeatureDefinition: Sendable {
  /// The inputs in document order, each name once.
  package let features: [Feature]

  /// Reads a feature definition.
  ///
  /// - Throws: `ModelError.syntax` or `.content`, naming the place.
  package static func parse(_ bytes: [UInt8]) throws(ModelError) -> FeatureDefinition {
    try parseModelFile(.features, bytes) { field throws(DocumentError) in
      try FeatureDefinition(parsing: field)
    }
  }

  private init(parsing field: ForeignField) throws(DocumentError) {
    var object = try field.object()
    _ = try object.optional("dataset")?.string()
    var features: [Feature] = []
    for element in try object.required("features").array(maximum: maximumInputs) {
      features.append(try Feature(parsing: element))
    }
    if let repeated = features.map(\.name).firstRepeated {
      throw field.error("the feature \(repeated) stands there twice", "give each feature one entry")
    }
    if let models = object.optional("models") { try checkModelLists(models) }
    try object.finish()
    self.features = features
  }
}

/// The lists say which inputs each of a release's models takes. The artifact's own names decide, so the
/// lists are checked for their form and then left alone.
private func checkModelLists(_ field: ForeignField) throws(DocumentError) {
  var models = try field.object()
  for (_, entry) in models.all() {
    var model = try entry.object()
    for list in ["features", "categorical"] {
      for element in try model.optional(list)?.array(maximum: maximumInputs) ?? [] {
        _ = try element.string()
      }
    }
    try model.finish()
  }
}

/// One input of a model, and how it is made.
package struct Feature: Sendable {
  package let name: String
  /// The column it is made from.
  package let column: String
  private let rule: Rule

  private enum Rule: Sendable {
    case number(missing: [Double])
    case equals(Cell, emptyIsMissing: Bool)
    case oneOf(CellTexts)
    case map(CellTexts, [Double])
    case numberOrTop(Cell, Double)
  }

  /// The input's value for a cell; not-a-number when it is missing.
  ///
  /// Shape: one cell in, one number out. A text that should be a number and is not is missing too.
  package func value(of cell: Cell) -> Double {
    switch rule {
    case .number(let missing):
      guard let number = parseNumber(cell), !missing.contains(number) else { return .nan }
      return number
    case .equals(let text, let emptyIsMissing):
      return cell.isEmpty && emptyIsMissing ? .nan : cell == text ? 1 : 0
    case .oneOf(let texts): return texts.contains(cell) ? 1 : 0
    case .map(let texts, let values): return texts.place(of: cell).map { values[$0] } ?? .nan
    case .numberOrTop(let top, let value): return cell == top ? value : parseNumber(cell) ?? .nan
    }
  }

  /// Whether a cell that is a number needs no look at its text.
  var readsNumbers: Bool {
    if case .number = rule { return true }
    return false
  }

  /// The input's value for a cell that is this number, where `readsNumbers`.
  func value(ofNumber number: Double) -> Double {
    guard case .number(let missing) = rule else { return .nan }
    return missing.contains(number) ? .nan : number
  }

  fileprivate init(parsing field: ForeignField) throws(DocumentError) {
    var object = try field.object()
    name = try object.required("name").string()
    column = try object.required("column").string()
    let kind = try object.required("kind")
    switch try kind.string() {
    case "number":
      var missing: [Double] = []
      for element in try object.optional("missing_values")?.array(maximum: 100) ?? [] {
        missing.append(try element.number())
      }
      rule = .number(missing: missing)
    case "equals":
      let text = try object.required("value").string(canBeEmpty: true)
      let missing = object.optional("missing")
      try missing?.expect("nan")
      rule = .equals(Cell(text.utf8), emptyIsMissing: missing != nil)
    case "in":
      var texts: [String] = []
      for element in try object.required("values").array(maximum: 10_000) {
        texts.append(try element.string(canBeEmpty: true))
      }
      rule = .oneOf(CellTexts(texts))
    case "map":
      var map = try object.required("map").object()
      let entries = map.all()
      guard entries.count <= 10_000 else { throw field.error("maps too many texts", "map at most 10000") }
      var values: [Double] = []
      for (_, entry) in entries { values.append(try entry.number()) }
      rule = .map(CellTexts(entries.map(\.key)), values)
    case "number_or_top":
      rule = .numberOrTop(
        Cell(try object.required("top").string().utf8), try object.required("value").number())
    default:
      throw kind.error("this reader does not know that kind", "use number, equals, in, map or number_or_top")
    }
    try object.finish()
  }
}
