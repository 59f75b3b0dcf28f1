import CanonicalJSON

/// The three dialects of the product's JSON reader.
struct JSONTarget: FuzzTarget {
  static let name = "json"
  private static let limits = JSONLimits(maximumBytes: 1 << 20, maximumValues: 100_000)

  func run(_ bytes: [UInt8]) {
    let canonical = try? parseCanonicalJSON(bytes, limits: Self.limits)
    let strict = try? parseStrictJSON(bytes, limits: Self.limits)
    let foreign = try? parseForeignJSON(bytes, limits: Self.limits)
    if let canonical {
      demand(encodeCanonicalJSON(canonical) == bytes, "canonical bytes are written otherwise")
      demand(strict == canonical, "canonical bytes read otherwise as a draft")
    }
    if let strict {
      demand(foreign != nil, "a draft of the profile is no JSON")
      let again = try? parseCanonicalJSON(encodeCanonicalJSON(strict), limits: Self.limits)
      demand(again == strict, "a draft reads otherwise once it is written")
    }
  }
}
