package import CanonicalJSON
import EvaluationProtocols

// Format: `protocols/site-files.md`, section "Column profile".
extension DatasetProfile {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:column-profile:v1"
  /// 2,000 columns, of which a hundred may have 256 texts each.
  package static let limits = JSONLimits(maximumBytes: 64 << 20, maximumValues: 8_000_000)

  /// The canonical bytes.
  package func encode() -> [UInt8] { encodeCanonicalJSON(json) }

  /// The document for programs.
  package var json: JSONValue {
    [
      "format": .string(Self.format), "rows": .integer(Int64(rows)),
      "unreadable": .integer(Int64(unreadable)),
      "repeated": [
        "found": .integer(Int64(repeated.found)), "oneIn": .integer(Int64(repeated.oneIn)),
      ],
      "columns": .array(columns.map(\.json)),
    ]
  }

  /// Reads a profile that this product wrote.
  ///
  /// - Throws: `JSONError` for bytes that are not canonical; `DocumentError`.
  package init(parsing bytes: [UInt8]) throws {
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: Self.limits)).object()
    try object.expectFormat(Self.format)
    rows = try object.required("rows").count()
    unreadable = try object.required("unreadable").count()
    var repeated = try object.required("repeated").object()
    self.repeated = RepeatedRows(
      found: try repeated.required("found").count(), oneIn: try repeated.required("oneIn").count())
    try repeated.finish()
    let list = try object.required("columns")
    columns = try list.array(maximum: 100_000).map(ColumnProfile.init(parsing:))
    guard zip(columns, columns.dropFirst()).allSatisfy({ $0.name.precedesInBytes($1.name) }) else {
      throw list.error("not in the order of names", remedy: "take the file as it was written")
    }
    try object.finish()
  }
}

extension ColumnProfile {
  var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "rows": .integer(Int64(rows)), "empty": .integer(Int64(empty)),
      "numbers": .integer(Int64(numbers)), "integers": .integer(Int64(integers)),
      "longest": .integer(Int64(longest)),
    ]
    switch distinct {
    case .exactly(let count): object["distinct"] = ["exactly": .integer(Int64(count))]
    case .about(let count): object["distinct"] = ["about": .integer(Int64(count))]
    }
    if dates.total > 0 {
      object["dates"] = [
        "months": .integer(Int64(dates.months)), "days": .integer(Int64(dates.days)),
        "times": .integer(Int64(dates.times)), "zoned": .integer(Int64(dates.zoned)),
      ]
    }
    if !values.isEmpty {
      object["values"] = .array(
        values.map { ["text": .string($0.text), "count": .integer(Int64($0.count))] })
    }
    object["least"] = least.map { .string($0.text) }
    object["most"] = most.map { .string($0.text) }
    if !spread.isEmpty {
      object["spread"] = .array(
        spread.map { ["band": .integer(Int64($0.band)), "count": .integer(Int64($0.count))] })
    }
    return .object(object)
  }

  fileprivate init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    name = try object.required("name").string(maximum: 1 << 20, minimum: 0)
    rows = try object.required("rows").count()
    empty = try object.required("empty").count()
    numbers = try object.required("numbers").count()
    integers = try object.required("integers").count()
    longest = try object.required("longest").count()
    var distinct = try object.required("distinct").object()
    if let count = distinct.optional("exactly") {
      self.distinct = .exactly(try count.count())
    } else {
      self.distinct = .about(try distinct.required("about").count())
    }
    try distinct.finish()
    var dates = Dates()
    if let field = object.optional("dates") {
      var counts = try field.object()
      dates.months = try counts.required("months").count()
      dates.days = try counts.required("days").count()
      dates.times = try counts.required("times").count()
      dates.zoned = try counts.required("zoned").count()
      try counts.finish()
    }
    self.dates = dates
    var values: [Value] = []
    for element in try object.optional("values")?.array(maximum: ValueTable.capacity) ?? [] {
      var value = try element.object()
      values.append(
        Value(
          text: try value.required("text").string(maximum: ValueTable.longestText, minimum: 0),
          count: try value.required("count").count()))
      try value.finish()
    }
    self.values = values
    least = try object.optional("least")?.decimal()
    most = try object.optional("most")?.decimal()
    var spread: [Band] = []
    let outermost = NumberSpread.outermost
    for element in try object.optional("spread")?.array(maximum: 2 * outermost + 1) ?? [] {
      var band = try element.object()
      spread.append(
        Band(
          band: try band.required("band").integer(in: -outermost...outermost),
          count: try band.required("count").count()))
      try band.finish()
    }
    self.spread = spread
    guard empty <= rows, dates.total <= rows, numbers <= rows - empty - min(dates.total, rows - empty),
      integers <= numbers
    else {
      throw field.error("parts larger than the whole", remedy: "take the file as it was written")
    }
    try object.finish()
  }
}

extension DocumentField {
  fileprivate func count() throws(DocumentError) -> Int { try integer(in: 0...Int(JSONValue.maximumInteger)) }
}
