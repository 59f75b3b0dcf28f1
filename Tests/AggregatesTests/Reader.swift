import CanonicalJSON
import Testing

/// What somebody who has nothing but the released bytes can read in them. Shares no code with the reader under
/// test but the JSON parser.
struct Reader {
  let read: Int?
  /// Rows by reason; nil where withheld.
  let exclusions: [Int?]
  let windows: [Window]

  struct Window {
    let overall: Slice
    let attributes: [Attribute]
    let histogramsCountAll: Bool
    /// Runs of cells with their rows; nil where withheld.
    let histograms: [[Run]?]
    /// Missing and invalid; nil where withheld.
    var unscored: [Int]?
    /// The same by attribute and level.
    var unscoredLevels: [[[Int]]?] = []
    /// nil where withheld or not asked for.
    var cusum: Int?
    /// nil where withheld or not asked for.
    var operations: Operations?
    /// Whether each listed intersection says nothing but that it is withheld.
    var intersectionsSayNothing: [Bool] = []
  }

  typealias Run = (first: Int, last: Int, rows: Int)

  struct Operations {
    let alerts: Int
    let spared: Int
    let responses: [Run]
    let acknowledgement: [Run]
  }

  struct Attribute {
    let levels: [Slice]
  }

  enum Slice {
    case empty, withheld
    case counts(Counts)

    var counts: Counts? {
      if case .counts(let counts) = self { counts } else { nil }
    }
  }

  struct Counts {
    let edges: [Double]
    let positive: [Int]
    let negative: [Int]
    let unlabelled: [Int]?
    var patients = 0
    /// nil where it is not evaluable.
    var averagePrecision: Double?
    /// Nil where withheld, and without a baseline.
    var paired: Paired?
  }

  /// Rows of the model's intervals × columns of the baseline's, the last for rows without a baseline score.
  struct Paired {
    let thresholds: [Double]
    let positive: [Int]
    let negative: [Int]
    let unlabelled: [Int]?
    /// Rows behind the ranks.
    let compared: (positives: Int, negatives: Int)?
  }

  init(_ bytes: [UInt8]) throws {
    let root = try parseCanonicalJSON(bytes, limits: .submission)
    let flow = try root.member("flow")
    read = flow.isWithheld ? nil : try flow.member("read").number
    exclusions =
      flow.isWithheld
      ? []
      : try flow.member("excluded").elements.map { entry in
        let rows = try entry.member("rows")
        return rows.isWithheld ? nil : try rows.number
      }
    windows = try root.member("windows").elements.map(Window.init)
  }
}

extension Reader.Window {
  fileprivate init(_ value: JSONValue) throws {
    let overall = try value.member("overall")
    self.overall = try Reader.Slice(overall, edges: overall.optional("edges"))
    attributes = try value.member("attributes").elements.map { attribute in
      let edges = attribute.optional("edges")
      return Reader.Attribute(
        levels: try attribute.member("levels").elements.map { try Reader.Slice($0, edges: edges) })
    }
    let histograms = try value.member("histograms")
    histogramsCountAll = try histograms.member("rows") == .string("all")
    self.histograms = try histograms.member("columns").elements.map { column in
      let cells = try column.member("cells")
      return cells.isWithheld ? nil : try cells.runs
    }
    func unscored(_ value: JSONValue) throws -> [Int] {
      [try value.member("missing").number, try value.member("invalid").number]
    }
    let counts = try value.member("unscored")
    self.unscored = counts.isWithheld ? nil : try unscored(counts)
    unscoredLevels = try value.member("attributes").elements.map { attribute in
      let levels = try attribute.member("unscored")
      return levels.isWithheld ? nil : try levels.elements.map(unscored)
    }
    cusum = value.optional("cusum").flatMap { Int($0.text) }
    operations = try value.optional("operations").flatMap { $0.isWithheld ? nil : try Reader.Operations($0) }
    intersectionsSayNothing = try value.member("intersections").elements.map { entry in
      guard case .object(let object) = entry else { return false }
      return object.members.map(\.key).sorted() == ["intersection", "status"] && entry.isWithheld
    }
  }
}

extension Reader.Operations {
  fileprivate init(_ value: JSONValue) throws {
    alerts = try value.member("alerts").number
    spared = try value.member("spared").number
    responses = try value.member("responses").runs
    acknowledgement = try value.member("acknowledgement").runs
  }
}

extension Reader.Slice {
  fileprivate init(_ value: JSONValue, edges: JSONValue?) throws {
    switch value.optional("status") {
    case .string("withheld"): self = .withheld
    case .string("empty"): self = .empty
    default:
      let unlabelled = try value.member("unlabelled")
      self = .counts(
        Reader.Counts(
          edges: try #require(edges).elements.map { try #require(Double($0.text)) },
          positive: try value.member("positive").elements.map { try $0.number },
          negative: try value.member("negative").elements.map { try $0.number },
          unlabelled: unlabelled.isWithheld ? nil : try unlabelled.elements.map { try $0.number },
          patients: try value.member("patients").number,
          averagePrecision: Double(try value.member("averagePrecision").text),
          paired: try value.optional("paired").flatMap { try Reader.Paired($0) }))
    }
  }
}

extension Reader.Paired {
  fileprivate init?(_ value: JSONValue) throws {
    if value.isWithheld { return nil }
    let unlabelled = try value.member("unlabelled")
    let ranks = try value.member("ranks")
    thresholds = try value.member("thresholds").elements.map { try #require(Double($0.text)) }
    positive = try value.member("positive").elements.map { try $0.number }
    negative = try value.member("negative").elements.map { try $0.number }
    self.unlabelled = unlabelled.isWithheld ? nil : try unlabelled.elements.map { try $0.number }
    compared =
      ranks.isWithheld ? nil : (try ranks.member("positives").number, try ranks.member("negatives").number)
  }
}

extension JSONValue {
  func optional(_ key: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object.members.first { $0.key == key }?.value
  }

  func member(_ key: String) throws -> JSONValue { try #require(optional(key), "no member \(key)") }

  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var number: Int {
    get throws {
      guard case .integer(let number) = self else { throw NotANumber() }
      return Int(number)
    }
  }

  var text: String {
    if case .string(let text) = self { text } else { "" }
  }

  /// Runs of neighbouring cells; none where they are withheld.
  fileprivate var runs: [Reader.Run] {
    get throws {
      try elements.map {
        (try $0.member("first").number, try $0.member("last").number, try $0.member("rows").number)
      }
    }
  }

  fileprivate var isWithheld: Bool { optional("status") == .string("withheld") }
}

private struct NotANumber: Error {}
