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
    let histograms: [[(first: Int, last: Int, rows: Int)]?]
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
      return cells.isWithheld
        ? nil
        : try cells.elements.map {
          (try $0.member("first").number, try $0.member("last").number, try $0.member("rows").number)
        }
    }
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
          unlabelled: unlabelled.isWithheld ? nil : try unlabelled.elements.map { try $0.number }))
    }
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

  fileprivate var isWithheld: Bool { optional("status") == .string("withheld") }
}

private struct NotANumber: Error {}
