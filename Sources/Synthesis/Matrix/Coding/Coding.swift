import CanonicalJSON

// What the parts of a matrix have in common when they are written and read.

extension JSONValue {
  /// An array of texts.
  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  /// A result as written.
  static func decimal(_ decimal: FixedDecimal) -> JSONValue { .string(decimal.text) }

  static func count(_ count: Int) -> JSONValue { .integer(Int64(count)) }
}

extension JSONObject {
  /// Writes a result, where there is one.
  mutating func set(_ key: String, _ decimal: FixedDecimal?) {
    if let decimal { self[key] = .decimal(decimal) }
  }

  /// Writes a count, where there is one.
  mutating func set(_ key: String, _ count: Int?) {
    if let count { self[key] = .count(count) }
  }

  /// Writes an array, unless it is empty.
  mutating func set(_ key: String, unlessEmpty elements: [JSONValue]) {
    if !elements.isEmpty { self[key] = .array(elements) }
  }

  /// Writes bounds, where there are any.
  mutating func set(_ key: String, _ bounds: MeasureDetails.Bounds?) {
    if let bounds { self[key] = bounds.json }
  }
}

extension DocumentObject {
  mutating func count(_ key: String) throws(DocumentError) -> Int {
    try required(key).integer(in: 0...1_000_000_000_000)
  }

  mutating func optionalCount(_ key: String) throws(DocumentError) -> Int? {
    try optional(key)?.integer(in: 0...1_000_000_000_000)
  }

  mutating func fixed(
    _ key: String, scale: Int = ValidationMatrix.scale
  ) throws(DocumentError) -> FixedDecimal { try required(key).fixed(scale: scale) }

  mutating func optionalFixed(
    _ key: String, scale: Int = ValidationMatrix.scale
  ) throws(DocumentError) -> FixedDecimal? { try optional(key)?.fixed(scale: scale) }

  mutating func bounds(
    _ key: String, scale: Int = ValidationMatrix.scale
  ) throws(DocumentError) -> MeasureDetails.Bounds {
    try MeasureDetails.Bounds(parsing: required(key), scale: scale)
  }

  mutating func optionalBounds(
    _ key: String, scale: Int = ValidationMatrix.scale
  ) throws(DocumentError) -> MeasureDetails.Bounds? {
    guard let field = optional(key) else { return nil }
    return try MeasureDetails.Bounds(parsing: field, scale: scale)
  }
}

extension DocumentField {
  func identifiers() throws(DocumentError) -> [String] {
    try array(maximum: 1000).map { element throws(DocumentError) in try element.identifier() }
  }
}

extension MeasureDetails.Bounds {
  var json: JSONValue { ["lower": .decimal(lower), "upper": .decimal(upper)] }

  init(parsing field: DocumentField, scale: Int = ValidationMatrix.scale) throws(DocumentError) {
    var object = try field.object()
    lower = try object.fixed("lower", scale: scale)
    upper = try object.fixed("upper", scale: scale)
    try object.finish()
  }
}
