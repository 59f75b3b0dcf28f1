import CanonicalJSON

/// The query of a request: a closed list of names, each once, each with a plain value.
package struct RouteQuery: Sendable, Equatable {
  /// Answer only when there is something after this cursor or sequence.
  package let after: Int
  /// Seconds to wait for it.
  package let wait: Int
  /// The kind of a published file.
  package let kind: ObjectKind?

  /// The longest wait for something new, in seconds.
  package static let longestWait = 25

  /// Reads a query, which has no `?`; empty for none.
  ///
  /// - Throws: `WireError` for a name that the route does not take, a repeated one, or another kind of value.
  package static func parse(_ text: String, for route: Route) throws(WireError) -> RouteQuery {
    var object = JSONObject()
    let pairs = text.isEmpty ? [] : text.split(separator: "&", maxSplits: 8, omittingEmptySubsequences: false)
    for pair in pairs {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, route.query.contains(sides[0]), object[sides[0]] == nil else {
        throw .malformed(
          DocumentError(
            path: "query", problem: "not a query of this route", remedy: "use each of its names once"))
      }
      object[sides[0]] = .string(sides[1])
    }
    do throws(DocumentError) {
      return RouteQuery(
        after: try number("after", of: object, in: countRange),
        wait: try number("wait", of: object, in: 0...longestWait),
        kind: try object["kind"].map { kind throws(DocumentError) in
          try DocumentField(kind, path: "kind").choice(of: ObjectKind.self)
        })
    } catch { throw .malformed(error) }
  }

  private static func number(
    _ name: String, of object: JSONObject, in range: ClosedRange<Int>
  ) throws(DocumentError) -> Int {
    guard case .string(let text) = object[name] else { return 0 }
    let field = DocumentField(.integer(Int64(text) ?? -1), path: name)
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw field.error("not a number in decimal digits", remedy: "write digits only")
    }
    return try field.integer(in: range)
  }
}
